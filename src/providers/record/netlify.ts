import * as z from 'zod'
import { parseName } from '../../dns/name.ts'
import type { AddressRRset, IpAddress } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import type { JsonApi } from '../kits/json-api.ts'
import { zoneAt } from '../kits/open-zone.ts'
import { type TypedRecord, zoneApiByRecord } from '../kits/zone-api-by-record.ts'
import { secret } from '../provider.ts'

const Zones = z.array(z.object({ id: z.string(), name: z.string() }))
type Zone = z.infer<typeof Zones>[number]
const Records = z.array(
  z.object({
    id: z.string(),
    hostname: z.string(),
    type: z.string(),
    value: z.string(),
    ttl: z.number(),
    managed: z.boolean().nullish(),
  }),
)
interface Held extends TypedRecord {
  readonly id: string
}
const Done = z.object({ id: z.string() })

/** https://open-api.netlify.com/#tag/dnsZone; whether its lists have pages is not documented: they are taken as whole. */
export const netlify = zoneApiByRecord({
  id: 'netlify',
  name: 'Netlify DNS',
  docs: 'https://open-api.netlify.com/#tag/dnsZone',
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'errors; the least TTL; whether lists have pages' },
  endpoint: 'https://api.netlify.com/api/v1',
  settings: z.strictObject({ token: secret('Personal access token') }),
  api: ({ token }) => ({ headers: { authorization: `Bearer ${token}` } }),
  findZone: async (api, apexes) => zoneAt(apexes, await api.get('/dns_zones', Zones), ({ name }) => name)?.zone,
  async list(api, zone, owner, types) {
    const records = await api.get(`/dns_zones/${zone.id}/dns_records`, Records)
    return types.flatMap((type) => {
      // A managed record is Netlify's own.
      const own = records.filter((one) => one.type === type && parseName(one.hostname) === owner && !one.managed)
      return own.map(({ id, ttl, value }) => ({ id, ttl, type, address: addressIn(value) }))
    })
  },
  create,
  // A record cannot be changed. The new one comes first, so that the name never stands without an address. Where only the
  // TTL changes, both hold the same address for a moment: whether that is taken is not documented.
  async update(api, zone, rrset, value, record: Held) {
    await create(api, zone, { ...rrset, ttl: rrset.ttl ?? record.ttl }, value)
    await remove(api, zone, record)
  },
  remove,
})

function create(api: JsonApi, { id }: Zone, { owner, type, ttl }: AddressRRset, value: IpAddress) {
  return api.send('POST', `/dns_zones/${id}/dns_records`, { type, hostname: owner, value, ttl }, Done)
}

function remove(api: JsonApi, zone: Zone, { id }: Held) {
  return api.send('DELETE', `/dns_zones/${zone.id}/dns_records/${id}`)
}
