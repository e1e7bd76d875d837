import * as z from 'zod'
import { unchanged, updated } from '../../core/outcome.ts'
import { judgeDyndns2 } from '../kits/dyndns2-answer.ts'
import { addressesOf, singleRequest, withQuery } from '../kits/single-request.ts'
import { secret, text } from '../provider.ts'

const Settings = z
  .strictObject({
    key: secret('Update key of the account (preferred)').meta({ example: '<key>' }).optional(),
    username: text('User name of the account; only without a key').optional(),
    password: secret('Password of the account; only without a key').optional(),
  })
  .refine(({ key, username, password }) => key || (username && password), {
    error: 'expected key, or both username and password',
    path: ['key'],
  })

export const ddnss = singleRequest<z.infer<typeof Settings>>({
  id: 'ddnss',
  name: 'DDNSS.de',
  docs: 'https://ddnss.de/info.php',
  facts: { sure: 'reported', verified: '2026-11', doubt: 'three forms of answer are known' },
  endpoint: 'https://www.ddnss.de',
  settings: Settings,
  traits: { leftOut: 'cleared', hostsPerRequest: 1 },
  suffixes: ['ddnss.de'],
  request({ settings: { key, username, password }, base, rrsets }) {
    const login = key ? { key } : { user: username, pwd: password }
    const [a, aaaa] = [addressesOf(rrsets, 'A'), addressesOf(rrsets, 'AAAA')]
    // A missing `ip` is filled with the caller's address. A host without dual stack has one address, in `ip`.
    const addresses = a === undefined ? { ip: aaaa } : { ip: a, ip6: aaaa }
    return { method: 'GET', url: withQuery(`${base}/upd.php`, { ...login, host: rrsets[0].owner, ...addresses }) }
  },
  // The code of dyndns2 stands in a header. The body is a page for people; some clients expect the code there.
  judge(response, rrset, place) {
    const code = response.headers['ddnss-response']
    if (code !== undefined) return judgeDyndns2({ ...response, body: code }, rrset, place)
    if (response.status === 200 && /\bupdated \d+ hostname/i.test(response.body)) return updated
    if (response.status === 200 && /\bno change\b/i.test(response.body)) return unchanged
    return judgeDyndns2(response, rrset, place)
  },
})
