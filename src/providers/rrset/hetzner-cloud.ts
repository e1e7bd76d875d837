import * as z from 'zod'
import type { DomainName } from '../../dns/name.ts'
import { type AddressRRset, type AddressType, type IpAddress, sameAddresses } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import { heirs } from '../kits/heirs.ts'
import { type HeldMx, mxIn, mxText } from '../kits/held-mx.ts'
import type { JsonApi } from '../kits/json-api.ts'
import { copiedZone, ownerIn, relativeTo, zoneAt } from '../kits/open-zone.ts'
import { allPages } from '../kits/pages.ts'
import { ttlBetween } from '../kits/ttl.ts'
import { type StoredRRset, zoneApiByRRset } from '../kits/zone-api-by-rrset.ts'
import { secret } from '../provider.ts'
import { Action, refusal, settled, settledOrLost } from './hetzner-cloud-actions.ts'

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
  facts: { sure: 'documented', verified: '2026-11', doubt: 'how many requests are taken' },
  endpoint: 'https://api.hetzner.cloud/v1',
  settings: z.strictObject({ token: secret('API token, to read and write, of the project that holds the zone') }),
  api: ({ token }) => ({ headers: { authorization: `Bearer ${token}` }, refusal }),
  noZone: 'a token reaches the zones of its project only',
  ttl: ttlBetween(60, 2_147_483_647),
  async findZone(api, apexes) {
    const found = zoneAt(apexes, await zones(api), ({ name }) => name)
    if (found?.zone.mode === 'secondary') throw copiedZone(found.apex, 'a secondary zone at Hetzner')
    return found && { apex: found.apex, path: `/zones/${found.zone.id}/rrsets` }
  },
  async list(api, { apex, path }, owner, types) {
    const found = []
    for (const type of types) {
      const { rrsets } = await api.get(`${path}?name=${relativeTo(apex, owner, '@')}&type=${type}`, RRsets)
      const own = rrsets.filter((rrset) => rrset.type === type && ownerIn(apex, rrset.name) === owner)
      found.push(...own.map(({ ttl, records }) => storedOf(type, ttl ?? undefined, records)))
    }
    return found
  },
  async replace(api, zone, [{ rrset, stored }]) {
    for (const [method, path, body] of stepsTo(zone, rrset, stored)) {
      await settled(api, await api.exchange(method, path, body, Action))
    }
  },
  mx: heldMx,
})

/** A comment belongs to a record, and stays with its host. */
async function heldMx(api: JsonApi, { apex, path }: Zone, domain: DomainName): Promise<HeldMx> {
  const name = relativeTo(apex, domain, '@')
  const { rrsets } = await api.get(`${path}?name=${name}&type=MX`, RRsets)
  const stored = rrsets.find((rrset) => rrset.type === 'MX' && ownerIn(apex, rrset.name) === domain)
  const held = (stored?.records ?? []).map(({ value, comment }) => ({ ...mxIn(value, apex), comment }))
  return {
    mx: held.map(({ preference, exchange }) => ({ preference, exchange })),
    ttl: stored?.ttl ?? undefined,
    async replace({ mx, ttl }) {
      const records = mx.map((wanted) => {
        const comment = held.find(({ exchange }) => exchange === wanted.exchange)?.comment
        return { value: mxText(wanted), ...(comment ? { comment } : {}) }
      })
      const at = `${path}/${name}/MX/actions`
      const act = async (to: string, body: object) => settledOrLost(api, await api.exchange('POST', to, body, Action))
      if (!stored) return act(path, { name, type: 'MX', ttl, records })
      await act(`${at}/set_records`, { records })
      if (ttl !== (stored.ttl ?? undefined)) await act(`${at}/change_ttl`, { ttl })
    },
  }
}

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

/** A comment belongs to a record, and goes over to the address that takes its place. */
const recordsFor = (addresses: readonly IpAddress[], stored: Stored['records']) =>
  heirs(addresses, stored).map(({ address: value, record }) =>
    record?.comment ? { value, comment: record.comment } : { value },
  )

const zones = (api: JsonApi) =>
  allPages(async (page) => {
    const { zones: entries, meta } = await api.get(`/zones?per_page=50&page=${page}`, Zones)
    return { entries, more: Boolean(meta?.pagination.next_page) }
  })
