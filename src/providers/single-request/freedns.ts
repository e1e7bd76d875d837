import * as z from 'zod'
import { Failure } from '../../core/failure.ts'
import { unchanged, updated } from '../../core/outcome.ts'
import { addressesOf, otherAddress, singleRequest, withQuery } from '../kits/single-request.ts'
import { excerpt, unreadable, wordsOf } from '../kits/status.ts'

const keyOf = (type: 'A' | 'AAAA') =>
  z
    .string()
    .regex(/^[^\s?&#]+$/, 'expected the text behind update.php? in the update URL')
    .optional()
    .meta({ description: `Update key of the ${type} record: the text behind update.php? in its URL`, secret: true })

const Settings = z
  .strictObject({ key: keyOf('A').meta({ example: '<key>' }), ipv6Key: keyOf('AAAA') })
  .refine(({ key, ipv6Key }) => key || ipv6Key, { error: 'expected key, ipv6Key, or both', path: ['key'] })

export const freedns = singleRequest<z.infer<typeof Settings>>({
  id: 'freedns',
  name: 'FreeDNS (afraid.org), by update key',
  docs: 'https://freedns.afraid.org/dynamic/',
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'the texts of errors; after how long idle names end' },
  endpoint: 'https://freedns.afraid.org',
  settings: Settings,
  // Idle names may end, but after how long is not known, so that none is refreshed.
  // The spacing is what another client keeps to: no rule is published.
  traits: { leftOut: 'kept', hostsPerRequest: 1, spacing: 300 },
  separate: true, // a key is one record, which an address of the other family would turn into another type
  request({ settings, base, rrsets }) {
    const { owner, type } = rrsets[0]
    const key = type === 'A' ? settings.key : settings.ipv6Key
    if (!key)
      throw new Failure('rejected', `no update key is given for the ${type} record of ${owner}: nothing was sent`)
    // The key is the query itself, as it is: it has no name.
    return {
      method: 'GET',
      url: withQuery(`${base}/dynamic/update.php?${key}`, { address: addressesOf(rrsets, type) }),
    }
  },
  judge(response, rrset, place) {
    const body = wordsOf(response, place)
    if (/^\s*updated \d+ host/i.test(body)) return otherAddress(body, rrset) ?? updated
    if (/has not changed/i.test(body)) return otherAddress(body, rrset) ?? unchanged
    if (/unable to locate this record/i.test(body))
      throw new Failure('auth', `no record has this key: ${excerpt(body)}`)
    if (/is an invalid IP address/i.test(body)) throw new Failure('rejected', excerpt(body))
    if (/^\s*error:/i.test(body)) throw new Failure('protocol', excerpt(body))
    throw unreadable(response, 'write')
  },
})
