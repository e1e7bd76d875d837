import * as z from 'zod'
import { judgeDyndns2 } from '../kits/dyndns2-answer.ts'
import { addressesOf, singleRequest, withQuery } from '../kits/single-request.ts'
import { secret } from '../provider.ts'

export const ipv64 = singleRequest({
  id: 'ipv64',
  name: 'IPv64.net',
  docs: 'https://ipv64.net/dyndns_updater_api',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'what it answers when the limit is reached' },
  endpoint: 'https://ipv64.net',
  settings: z.strictObject({ token: secret('Update token of the account') }),
  // Three calls in ten seconds, and 48 updates a day unless the account has more.
  // What becomes of the other family, and how a list of hosts is answered, is not said.
  traits: { leftOut: 'unknown', hostsPerRequest: 1, spacing: 4 },
  request: ({ settings: { token }, base, rrsets }) => ({
    method: 'GET',
    url: withQuery(`${base}/nic/update`, {
      key: token,
      domain: rrsets[0].owner,
      ip: addressesOf(rrsets, 'A'),
      ip6: addressesOf(rrsets, 'AAAA'),
    }),
  }),
  judge: judgeDyndns2,
})
