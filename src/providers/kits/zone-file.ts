import { diff, type Step } from '../../core/diff.ts'
import { Failure } from '../../core/failure.ts'
import { failedBy, outcomeOf, type Published, unchanged, updated } from '../../core/outcome.ts'
import type { Traits } from '../../core/plan.ts'
import { POLICY } from '../../core/retry.ts'
import { apexCandidates, type DomainName } from '../../dns/name.ts'
import type { AddressRRset, IpAddress, RRsetName, Seconds } from '../../dns/rrset.ts'
import type { TtlRange } from '../facts.ts'
import type { Access, Provider, Tools } from '../provider.ts'
import { afterFailure } from './stopping.ts'

/** One record of a zone. An adapter adds all that is needed to write it back as it was read. */
export interface ZoneRecord {
  /** undefined: a name that is no host's. */
  readonly owner: DomainName | undefined
  readonly type: string
  /** Of A and AAAA records that answer look-ups. */
  readonly address?: IpAddress | undefined
  readonly ttl?: Seconds | undefined
}

/** A whole zone, as it was read. */
export interface Contents<R> {
  readonly records: readonly R[]
  /** Something of the zone was not shown: nothing is concluded from the rest. */
  readonly missing?: string | undefined
  /** Something of the zone cannot be said in a write, and would be lost by one. */
  readonly unwritable?: string | undefined
}

export interface ByZone<S, Client, Zone extends { readonly apex: DomainName }, R extends ZoneRecord>
  extends Omit<Provider<S>, 'publish' | 'read' | 'traits' | 'writes'> {
  readonly ttl?: TtlRange
  readonly traits?: Partial<Traits>
  /** The account's interface, for one job. */
  readonly open: (access: Access<S>, tools: Tools) => Client
  /** The zone at one of the names, longest first, that the account holds. Asked once an owner. */
  readonly findZone: (client: Client, apexes: readonly DomainName[]) => Promise<Zone | undefined>
  /** What the message says beyond "the account holds no zone for ...". */
  readonly noZone?: string
  readonly read: (client: Client, zone: Zone) => Promise<Contents<R>>
  readonly create: (zone: Zone, rrset: AddressRRset, address: IpAddress) => R
  /** Keeps every attribute of the record but its address, and its TTL if `rrset.ttl` is given. */
  readonly change: (record: R, rrset: AddressRRset, address: IpAddress) => R
  /** Replaces the zone by these records. */
  readonly write: (client: Client, zone: Zone, records: readonly R[]) => Promise<void>
}

/** A provider whose API writes zones as a whole: read all, change the addresses, write all, in one request a zone. */
export function zoneFile<S, Client, Zone extends { readonly apex: DomainName }, R extends ZoneRecord>(
  adapter: ByZone<S, Client, Zone, R>,
): Provider<S> {
  const { open, findZone, noZone, read, create, change, write, traits, ttl = {}, ...about } = adapter

  async function zoneOf(client: Client, owner: DomainName): Promise<Zone> {
    const zone = await findZone(client, apexCandidates(owner))
    if (zone) return zone
    throw new Failure('rejected', `the account holds no zone for ${owner}${noZone ? ` (${noZone})` : ''}`)
  }

  /** Unknown is not empty: of a zone that is not there as a whole nothing is said. */
  async function contentsOf(client: Client, zone: Zone): Promise<Contents<R>> {
    const contents = await read(client, zone)
    if (contents.missing === undefined) return contents
    throw new Failure('protocol', `the zone ${zone.apex} was not read as a whole: ${contents.missing}`)
  }

  function apply(records: readonly R[], step: Step<R>, zone: Zone, rrset: AddressRRset): readonly R[] {
    if (step.kind === 'create') return [...records, create(zone, rrset, step.address)]
    if (step.kind === 'delete') return records.filter((one) => one !== step.record)
    return records.map((one) => (one === step.record ? change(one, rrset, step.address) : one))
  }

  async function* publishZone(client: Client, zone: Zone, wanted: readonly AddressRRset[]): AsyncGenerator<Published> {
    const { records, unwritable } = await contentsOf(client, zone)
    let after = records
    const changes: Published[] = []
    for (const rrset of wanted) {
      const own = ofRRset(records, rrset)
      const steps = diff(own, rrset)
      const published = { rrset, outcome: steps.length === 0 ? unchanged : updated, before: addressesIn(own) }
      if (steps.length === 0) yield published
      else changes.push(published)
      after = steps.reduce((left, step) => apply(left, step, zone, rrset), after)
    }
    if (changes.length === 0) return
    const outcome = await outcomeOf(async () => {
      if (unwritable !== undefined) throw new Failure('unsupported', refusing(zone.apex, unwritable))
      await write(client, zone, after)
      return updated
    })
    for (const published of changes) yield { ...published, outcome }
    if ('failure' in outcome && POLICY[outcome.failure.kind].stops) throw afterFailure(outcome.failure)
  }

  return {
    ...about,
    traits: { readable: true, leftOut: 'kept', hostsPerRequest: 20, spacing: 0, ...traits },
    writes: { together: true, ttl },
    async *publish({ rrsets, ...access }, tools) {
      const client = open(access, tools)
      const zones = new Map<DomainName, { zone: Zone; wanted: AddressRRset[] }>()
      const asked = new Map<DomainName, Zone | Failure>()
      for (const rrset of rrsets) {
        const zone = asked.get(rrset.owner) ?? (await zoneOf(client, rrset.owner).catch(Failure.from))
        asked.set(rrset.owner, zone)
        if (zone instanceof Failure) yield { rrset, outcome: failedBy(zone) }
        else zones.set(zone.apex, { zone, wanted: [...(zones.get(zone.apex)?.wanted ?? []), rrset] })
        if (zone instanceof Failure && POLICY[zone.kind].stops) throw zone
      }
      for (const { zone, wanted } of zones.values()) yield* publishZone(client, zone, wanted)
    },
    async read(rrset, access, tools) {
      const client = open(access, tools)
      const { records } = await contentsOf(client, await zoneOf(client, rrset.owner))
      return addressesIn(ofRRset(records, rrset))
    },
  }
}

const refusing = (apex: DomainName, unwritable: string) =>
  `the zone ${apex} can only be written as a whole, which would change more than the address: ${unwritable}`

type AddressRecord<R> = R & { readonly address: IpAddress }

const ofRRset = <R extends ZoneRecord>(records: readonly R[], { owner, type }: RRsetName) =>
  records.filter(
    (record): record is AddressRecord<R> =>
      record.owner === owner && record.type === type && record.address !== undefined,
  )

const addressesIn = (records: readonly { readonly address: IpAddress }[]) => [
  ...new Set(records.map(({ address }) => address)),
]
