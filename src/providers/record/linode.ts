import * as z from 'zod'
import type { NonEmpty } from '../../core/plan.ts'
import type { Seconds } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import type { JsonApi } from '../kits/json-api.ts'
import { copiedZone, ownerIn, relativeTo, zoneAt } from '../kits/open-zone.ts'
import { allPages } from '../kits/pages.ts'
import { ttlOneOf } from '../kits/ttl.ts'
import { zoneApiByRecord } from '../kits/zone-api-by-record.ts'
import { secret } from '../provider.ts'

const Pages = z.object({ pages: z.number() })
const Domains = Pages.extend({ data: z.array(z.object({ id: z.number(), domain: z.string(), type: z.string() })) })
const Record = z.object({
  id: z.number(),
  type: z.string(),
  name: z.string(),
  target: z.string(),
  ttl_sec: z.number(),
})
const Records = Pages.extend({ data: z.array(Record) })
const Done = z.object({ id: z.number() })

/** Any other is rounded up to one of these. 0 is the zone's own. */
const TTLS: NonEmpty<Seconds> = [
  300, 3600, 7200, 14_400, 28_800, 57_600, 86_400, 172_800, 345_600, 604_800, 1_209_600, 2_419_200,
]

/** https://techdocs.akamai.com/linode-api/reference/get-domains; the name servers get a change after some minutes. */
export const linode = zoneApiByRecord({
  id: 'linode',
  name: 'Linode (Akamai Cloud)',
  docs: 'https://techdocs.akamai.com/linode-api/reference/get-domains',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'how many requests are taken' },
  endpoint: 'https://api.linode.com/v4',
  settings: z.strictObject({ token: secret('Personal access token that may read and write domains') }),
  api: ({ token }) => ({ headers: { authorization: `Bearer ${token}` } }),
  ttl: ttlOneOf(TTLS),
  async findZone(api, apexes) {
    const found = zoneAt(apexes, await pages(api, '/domains', Domains), ({ domain }) => domain)
    if (found?.zone.type === 'slave') throw copiedZone(found.apex, 'a slave zone at Linode')
    return found && { apex: found.apex, path: `/domains/${found.zone.id}/records` }
  },
  async list(api, { apex, path }, owner, types) {
    const records = await pages(api, path, Records)
    return types.flatMap((type) => {
      const own = records.filter((one) => one.type === type && ownerIn(apex, one.name) === owner)
      return own.map(({ id, ttl_sec: ttl, target }) => ({ id, ttl, type, address: addressIn(target) }))
    })
  },
  // Another client has seen the TTL of a new record get lost: it is named once more.
  async create(api, { apex, path }, { owner, type, ttl: ttl_sec }, target) {
    const record = { type, name: relativeTo(apex, owner, ''), target, ttl_sec }
    const { id } = await api.exchange('POST', path, record, Done)
    await api.send('PUT', `${path}/${id}`, { ttl_sec }, Done)
  },
  // What is left out stays as it is.
  update: (api, { path }, { ttl: ttl_sec }, target, { id }) =>
    api.send('PUT', `${path}/${id}`, { target, ttl_sec }, Done),
  remove: (api, { path }, { id }) => api.send('DELETE', `${path}/${id}`),
})

const pages = <T>(api: JsonApi, path: string, schema: z.ZodType<{ data: T[]; pages: number }>) =>
  allPages(async (page) => {
    const { data: entries, pages: last } = await api.get(`${path}?page_size=500&page=${page}`, schema)
    return { entries, more: page < last }
  })
