import { z } from 'zod'
import { Failure } from '../../core/failure.ts'
import type { DomainName } from '../../dns/name.ts'
import { type AddressRRset, type AddressType, type IpAddress, sameAddresses } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import type { JsonApi } from '../kits/json-api.ts'
import { relativeTo, zoneAt } from '../kits/open-zone.ts'
import { everyPage } from '../kits/pages.ts'
import { ttlBetween } from '../kits/ttl.ts'
import { type StoredRRset, zoneApiByRRset } from '../kits/zone-api-by-rrset.ts'
import { secret } from '../provider.ts'
import { Action, refusal, settled } from './hetzner-cloud-actions.ts'

const Zones = z.object({
  zones: z.array(z.object({ id: z.number(), name: z.string(), mode: z.string().optional() })),
  meta: z.object({ pagination: z.object({ next_page: z.number().nullish() }) }).optional(),
})
const Record = z.object({ value: z.string(), comment: z.string().nullish() })
const RRsets = z.object({
  rrsets: z.array(
    z.object({ name: z.string(), type: z.string(), ttl: z.number().nullable(), records: z.array(Record) }),
  ),
})

interface Stored extends StoredRRset {
  readonly records: readonly { readonly address: IpAddress; readonly comment: string }[]
}
interface Zone {
  readonly apex: DomainName
  readonly path: string
}

/** https://docs.hetzner.cloud/reference/cloud#dns; writes are actions that go on after the answer. */
export const hetznerCloud = zoneApiByRRset({
  id: 'hetzner-cloud',
  name: 'Hetzner DNS (Cloud API)',
  docs: 'https://docs.hetzner.cloud/reference/cloud#dns',
  endpoint: 'https://api.hetzner.cloud/v1',
  settings: z.strictObject({ token: secret('API token, to read and write, of the project that holds the zone') }),
  api: ({ token }) => ({ headers: { authorization: `Bearer ${token}` }, refusal }),
  noZone: 'a token reaches the zones of its project only',
  ttl: ttlBetween(60, 2_147_483_647),
  async findZone(api, apexes) {
    const found = zoneAt(apexes, await zones(api), ({ name }) => name)
    if (found?.zone.mode === 'secondary') throw new Failure('rejected', copied(found.apex))
    return found && { apex: found.apex, path: `/zones/${found.zone.id}/rrsets` }
  },
  async list(api, { apex, path }, owner, types) {
    const found = []
    const label = relativeTo(apex, owner, '@')
    for (const type of types) {
      const { rrsets } = await api.get(`${path}?name=${label}&type=${type}`, RRsets)
      const own = rrsets.filter((rrset) => rrset.type === type && rrset.name === label)
      found.push(...own.map(({ ttl, records }) => storedOf(type, ttl ?? undefined, records)))
    }
    return found
  },
  async replace(api, zone, [{ rrset, stored }]) {
    for (const [method, path, body] of stepsTo(zone, rrset, stored)) {
      await settled(api, await api.exchange(method, path, body, Action))
    }
  },
})

function storedOf(type: AddressType, ttl: number | undefined, given: readonly z.infer<typeof Record>[]): Stored {
  const records = given.map(({ value, comment }) => ({ address: addressIn(value), comment: comment ?? '' }))
  return { type, ttl, addresses: records.map(({ address }) => address), records }
}

type Step = readonly ['POST' | 'DELETE', path: string, body?: unknown]

/** Addresses first: if the second of two steps is refused, what matters is done. Values and TTL have an action each. */
function stepsTo({ apex, path }: Zone, rrset: AddressRRset, stored: Stored | undefined): readonly Step[] {
  const { owner, type, ttl, addresses } = rrset
  const name = relativeTo(apex, owner, '@')
  const at = `${path}/${name}/${type}`
  if (addresses.length === 0) return [['DELETE', at]]
  const records = recordsFor(addresses, stored?.records ?? [])
  if (!stored) return [['POST', path, { name, type, ttl, records }]]
  return [
    ...(sameAddresses(addresses, stored.addresses)
      ? []
      : [['POST', `${at}/actions/set_records`, { records }] as const]),
    ...(ttl === stored.ttl ? [] : [['POST', `${at}/actions/change_ttl`, { ttl }] as const]),
  ]
}

/** An address keeps its comment; a new one takes that of the one that it stands in for. */
function recordsFor(addresses: readonly IpAddress[], stored: Stored['records']) {
  const gone = stored.filter(({ address }) => !addresses.includes(address))
  const left = addresses.filter((address) => !stored.some((record) => record.address === address))
  return addresses.map((value) => {
    const { comment } = stored.find(({ address }) => address === value) ?? gone[left.indexOf(value)] ?? {}
    return comment ? { value, comment } : { value }
  })
}

const zones = (api: JsonApi) =>
  everyPage(async (page) => {
    const { zones, meta } = await api.get(`/zones?per_page=50&page=${page}`, Zones)
    return { items: zones, isLast: zones.length === 0 || !meta?.pagination.next_page }
  })

const copied = (apex: DomainName) =>
  `the zone ${apex} is a secondary zone at Hetzner: it is copied from another server and can only be changed there`
