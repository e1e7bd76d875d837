import * as z from 'zod'
import { publishDyndns2, updateUrl } from '../kits/dyndns2.ts'
import { type Provider, secret } from '../provider.ts'

const Settings = z.strictObject({ token: secret('Secret of a token of the account') })

export const desecDyndns: Provider<z.infer<typeof Settings>> = {
  id: 'desec-dyndns',
  name: 'deSEC dynDNS update',
  docs: 'https://desec.readthedocs.io/en/latest/dyndns/update-api.html',
  writes: { together: true },
  facts: { sure: 'documented', verified: '2026-11', doubt: 'whether an unchanged address keeps a name alive' },
  endpoint: 'https://update.dedyn.io',
  settings: Settings,
  traits: {
    readable: false,
    leftOut: 'kept', // by the word "preserve"; without it deSEC deletes, or takes the caller's address
    hostsPerRequest: 1, // it takes several, but of one domain only
    spacing: 60, // two requests in two minutes for a domain
    // Names below dedyn.io that are not used for 183 days end. Whether an unchanged address counts as use is not said.
    refresh: 170 * 86_400,
  },
  suffixes: ['dedyn.io'],
  // The user name only finds the host where a request names none, so that no setting asks for it.
  publish: ({ settings: { token }, base, rrsets }, tools) =>
    publishDyndns2(
      rrsets,
      {
        url: updateUrl(base, '/'),
        password: token,
        families: ({ hostname, A = 'preserve', AAAA = 'preserve' }) => ({ hostname, myipv4: A, myipv6: AAAA }),
      },
      tools,
    ),
}
