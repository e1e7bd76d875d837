import * as z from 'zod'
import { parseName } from '../../dns/name.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import { heirs } from '../kits/heirs.ts'
import { firstZone } from '../kits/open-zone.ts'
import { ttlBetween } from '../kits/ttl.ts'
import { type Change, type StoredRRset, zoneApiByRRset } from '../kits/zone-api-by-rrset.ts'
import { secret } from '../provider.ts'

const Zones = z.object({ zones: z.array(z.object({ name: z.string() })) })
const Attributes = z.unknown().optional()
const Record = z.object({ content: z.array(z.string()), enabled: z.boolean().default(true), meta: Attributes })
const RRset = z.object({
  ttl: z.number(),
  resource_records: z.array(Record),
  meta: Attributes,
  filters: Attributes,
  pickers: Attributes,
})
/** The answer to a write shows the RRset, in a form that is not documented. */
const Done = z.object({})

interface Stored extends StoredRRset {
  readonly records: readonly (z.infer<typeof Record> & { readonly address: IpAddress })[]
  /** Rules of the RRset by which the name servers choose among its records. */
  readonly rules: object
}

/** https://api.gcore.com/docs/dns */
export const gcore = zoneApiByRRset({
  id: 'gcore',
  name: 'Gcore DNS',
  docs: 'https://api.gcore.com/docs/dns',
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'the least TTL of paid plans; errors' },
  endpoint: 'https://api.gcore.com/dns/v2',
  settings: z.strictObject({ token: secret('Permanent API token') }),
  api: ({ token }) => ({ headers: { authorization: `APIKey ${token}` } }),
  ttl: ttlBetween(120), // paid plans may have less, which the API does not tell
  findZone: (api, apexes) =>
    firstZone(apexes, async (apex) => {
      const { zones } = await api.get(`/zones?name=${apex}`, Zones)
      return zones.some(({ name }) => parseName(name) === apex) ? `/zones/${apex}` : undefined
    }),
  async list(api, path, owner, types) {
    const found = []
    for (const type of types) {
      const rrset = await api.find(`${path}/${owner}/${type}`, RRset)
      if (rrset) found.push({ type, ...storedOf(rrset) })
    }
    return found
  },
  replace(api, path, [{ rrset, stored }]) {
    const at = `${path}/${rrset.owner}/${rrset.type}`
    const records = recordsOf({ rrset, stored })
    if (records.length === 0) return api.send('DELETE', at)
    const body = { ...stored?.rules, ttl: rrset.ttl, resource_records: records }
    return api.send(stored ? 'PUT' : 'POST', at, body, Done)
  },
})

function storedOf({ ttl, resource_records, ...rules }: z.infer<typeof RRset>): Omit<Stored, 'type'> {
  const records = resource_records.map((record) => ({ ...record, address: addressIn(record.content.join(' ')) }))
  const answering = records.filter(({ enabled }) => enabled)
  return { ttl, addresses: answering.map(({ address }) => address), records, rules }
}

/** Disabled records stay, but for one that would stand beside its own address. */
function recordsOf({ rrset: { addresses }, stored }: Change<Stored>) {
  const [answering = [], disabled = []] = [true, false].map((enabled) =>
    stored?.records.filter((record) => record.enabled === enabled),
  )
  return [
    ...heirs(addresses, answering).map(({ address, record }) => ({
      content: [address],
      enabled: true,
      meta: record?.meta,
    })),
    ...disabled.filter(({ address }) => !addresses.includes(address)).map(({ address, ...record }) => record),
  ]
}
