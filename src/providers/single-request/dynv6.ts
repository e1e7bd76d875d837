import * as z from 'zod'
import { unchanged, updated } from '../../core/outcome.ts'
import { addressesOf, singleRequest, withQuery } from '../kits/single-request.ts'
import { unreadable, wordsOf } from '../kits/status.ts'
import { secret } from '../provider.ts'

export const dynv6 = singleRequest({
  id: 'dynv6',
  name: 'dynv6',
  docs: 'https://dynv6.com/docs/apis',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'the texts of the answers' },
  endpoint: 'https://dynv6.com',
  settings: z.strictObject({ token: secret('HTTP token of the zone or of the account') }),
  traits: { leftOut: 'kept', hostsPerRequest: 1 },
  suffixes: ['dynv6.net'],
  // The host must be a zone of dynv6 itself: a name below one is not found.
  request: ({ settings: { token }, base, rrsets }) => ({
    method: 'GET',
    url: withQuery(`${base}/api/update`, {
      zone: rrsets[0].owner,
      token,
      ipv4: addressesOf(rrsets, 'A'),
      ipv6: addressesOf(rrsets, 'AAAA'),
    }),
  }),
  // The full texts are not documented: other clients look for these two words.
  judge(response, _rrset, place) {
    const body = wordsOf(response, place)
    if (/\bunchanged\b/i.test(body)) return unchanged
    if (/\bupdated\b/i.test(body)) return updated
    throw unreadable(response, 'write')
  },
})
