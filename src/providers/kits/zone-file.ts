import { Failure } from '../../core/failure.ts'
import { failedBy, outcomeOf, type Published, updated } from '../../core/outcome.ts'
import type { Traits } from '../../core/plan.ts'
import { apexCandidates, type DomainName } from '../../dns/name.ts'
import type { AddressRRset, IpAddress } from '../../dns/rrset.ts'
import type { Access, Provider, Tools } from '../provider.ts'
import { addressesIn } from './address-in.ts'
import { noZoneFor } from './open-zone.ts'
import { stopAfter } from './stopping.ts'
import { anyTtl, type NewRRset, rangeOf, type Ttl } from './ttl.ts'
import { type Changing, type Contents, changesTo, ofRRset, type ZoneRecord } from './zone-contents.ts'

export interface ByZone<S, Client, Zone extends { readonly apex: DomainName }, R extends ZoneRecord>
  extends Omit<Provider<S>, 'publish' | 'read' | 'traits' | 'writes'> {
  readonly traits?: Partial<Traits>
  /** Absent: every TTL is taken. */
  readonly ttl?: Ttl<Zone>
  /** The account's interface, for one job. */
  readonly open: (access: Access<S>, tools: Tools) => Client
  /** The zone at one of the names, longest first, that the account holds. Asked once an owner. */
  readonly findZone: (client: Client, apexes: readonly DomainName[]) => Promise<Zone | undefined>
  /** What the message says beyond "the account holds no zone for ...". */
  readonly noZone?: string
  readonly read: (client: Client, zone: Zone) => Promise<Contents<R>>
  readonly create: (zone: Zone, rrset: NewRRset, address: IpAddress) => R
  readonly change: Changing<R>['change']
  /** Replaces the zone by these records. */
  readonly write: (client: Client, zone: Zone, records: readonly R[]) => Promise<void>
}

/** A provider whose API writes zones as a whole: read all, change the addresses, write all, in one request a zone. */
export function zoneFile<S, Client, Zone extends { readonly apex: DomainName }, R extends ZoneRecord>(
  adapter: ByZone<S, Client, Zone, R>,
): Provider<S> {
  const { open, findZone, noZone, ttl = anyTtl, read, create, change, write, traits, ...about } = adapter

  async function zoneOf(client: Client, owner: DomainName): Promise<Zone> {
    const zone = await findZone(client, apexCandidates(owner))
    if (zone) return zone
    throw noZoneFor(owner, noZone)
  }

  /** Unknown is not empty: of a zone that is not there as a whole nothing is said. */
  async function contentsOf(client: Client, zone: Zone): Promise<Contents<R>> {
    const contents = await read(client, zone)
    if (contents.missing === undefined) return contents
    throw new Failure('protocol', `the zone ${zone.apex} was not read as a whole: ${contents.missing}`)
  }

  async function* publishZone(client: Client, zone: Zone, wanted: readonly AddressRRset[]): AsyncGenerator<Published> {
    const { records, unwritable } = await contentsOf(client, zone)
    const { after, changed, same } = changesTo(records, wanted, {
      ttl: (seconds) => ttl(seconds, zone),
      create: (rrset, address) => create(zone, rrset, address),
      change,
    })
    for (const published of same) yield published
    if (changed.length === 0) return
    const outcome = await outcomeOf(async () => {
      if (unwritable !== undefined) throw new Failure('unsupported', refusing(zone.apex, unwritable))
      await write(client, zone, after)
      return updated
    })
    for (const published of changed) yield { ...published, outcome }
    stopAfter(outcome)
  }

  return {
    ...about,
    traits: { readable: true, leftOut: 'kept', hostsPerRequest: 20, spacing: 0, ...traits },
    writes: { together: true, ttl: rangeOf(ttl) },
    async *publish({ rrsets, ...access }, tools) {
      const client = open(access, tools)
      const zones = new Map<DomainName, { zone: Zone; wanted: AddressRRset[] }>()
      const asked = new Map<DomainName, Zone | Failure>()
      for (const rrset of rrsets) {
        const zone = asked.get(rrset.owner) ?? (await zoneOf(client, rrset.owner).catch(Failure.from))
        asked.set(rrset.owner, zone)
        if (zone instanceof Failure) {
          yield { rrset, outcome: failedBy(zone) }
          stopAfter(failedBy(zone))
        } else zones.set(zone.apex, { zone, wanted: [...(zones.get(zone.apex)?.wanted ?? []), rrset] })
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
