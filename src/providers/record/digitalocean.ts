import * as z from 'zod'
import { addressIn } from '../kits/address-in.ts'
import type { JsonApi } from '../kits/json-api.ts'
import { firstZone, ownerIn, relativeTo } from '../kits/open-zone.ts'
import { allPages } from '../kits/pages.ts'
import { ttlBetween } from '../kits/ttl.ts'
import { zoneApiByRecord } from '../kits/zone-api-by-record.ts'
import { secret } from '../provider.ts'

const Domain = z.object({ domain: z.object({ name: z.string() }) })
const Records = z.object({
  domain_records: z.array(
    z.object({ id: z.number(), type: z.string(), name: z.string(), data: z.string(), ttl: z.number() }),
  ),
  links: z.object({ pages: z.object({ next: z.string().optional() }).optional() }).optional(),
})
const Done = z.object({ domain_record: z.object({ id: z.number() }) })

/** https://docs.digitalocean.com/reference/api/; records carry the name within the zone, the filter wants the full one. */
export const digitalocean = zoneApiByRecord({
  id: 'digitalocean',
  name: 'DigitalOcean',
  docs: 'https://docs.digitalocean.com/reference/api/',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'how many requests are taken' },
  endpoint: 'https://api.digitalocean.com/v2',
  settings: z.strictObject({ token: secret('API token that may read and write domains') }),
  api: ({ token }) => ({ headers: { authorization: `Bearer ${token}` } }),
  ttl: ttlBetween(30),
  findZone: (api, apexes) =>
    firstZone(apexes, async (apex) => ((await api.find(`/domains/${apex}`, Domain)) ? apex : undefined)),
  async list(api, zone, owner, types) {
    const found = []
    for (const type of types) {
      const records = await pages(api, `/domains/${zone}/records?name=${owner}&type=${type}&per_page=200`)
      const own = records.filter((one) => one.type === type && ownerIn(zone, one.name) === owner)
      found.push(...own.map(({ id, ttl, data }) => ({ id, ttl, type, address: addressIn(data) })))
    }
    return found
  },
  create: (api, zone, { owner, type, ttl }, data) =>
    api.send('POST', `/domains/${zone}/records`, { type, name: relativeTo(zone, owner, '@'), data, ttl }, Done),
  // The other attributes (priority, port, weight, flags, tag) are null at every address record.
  update: (api, zone, { owner, type, ttl }, data, record) =>
    api.send(
      'PUT',
      `/domains/${zone}/records/${record.id}`,
      { type, name: relativeTo(zone, owner, '@'), data, ttl: ttl ?? record.ttl },
      Done,
    ),
  remove: (api, zone, { id }) => api.send('DELETE', `/domains/${zone}/records/${id}`),
})

const pages = (api: JsonApi, path: string) =>
  allPages(async (page) => {
    const { domain_records: entries, links } = await api.get(page === 1 ? path : `${path}&page=${page}`, Records)
    return { entries, more: Boolean(links?.pages?.next) }
  })
