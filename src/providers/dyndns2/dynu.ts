import * as z from 'zod'
import { labelsWithin, parseName } from '../../dns/name.ts'
import { publishDyndns2, updateUrl } from '../kits/dyndns2.ts'
import { domain, type Provider, secret, text } from '../provider.ts'

const Settings = z.strictObject({
  username: text('User name of the account'),
  password: secret(
    'Password of the account, or its IP update password; as it is, or its MD5 or SHA-256 in hexadecimal',
  ),
  zone: domain('Own domain, if the hosts are names below it; not for free names of Dynu').optional(),
})

export const dynu: Provider<z.infer<typeof Settings>> = {
  id: 'dynu',
  name: 'Dynu',
  docs: 'https://www.dynu.com/DynamicDNS/IP-Update-Protocol',
  writes: { together: true },
  facts: { sure: 'documented', verified: '2026-11' },
  endpoint: 'https://api.dynu.com',
  settings: Settings,
  // "no" leaves a family as it is; without it Dynu takes the caller's address.
  traits: { readable: false, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 },
  async *publish({ settings: { zone, ...login }, base, rrsets }, tools) {
    const apex = parseName(zone ?? '')
    const alias = apex && labelsWithin(rrsets[0].owner, apex)
    yield* publishDyndns2(
      rrsets,
      {
        ...login,
        url: updateUrl(base, '/nic/update'),
        families: ({ hostname, A = 'no', AAAA = 'no' }) => ({
          ...(alias ? { hostname: apex, alias } : { hostname }),
          myip: A,
          myipv6: AAAA,
        }),
      },
      tools,
    )
  },
}
