import { type Outcome, outcomeOf, type Published, unchanged, updated } from '../../core/outcome.ts'
import type { NonEmpty } from '../../core/plan.ts'
import { POLICY } from '../../core/retry.ts'
import { type AddressRRset, type AddressType, type IpAddress, type Seconds, sameAddresses } from '../../dns/rrset.ts'
import type { Provider } from '../provider.ts'
import type { JsonApi } from './json-api.ts'
import { openZone, type ZoneApi } from './open-zone.ts'
import { stopAfter } from './stopping.ts'
import { anyTtl, NEW_TTL, rangeOf } from './ttl.ts'
import { zoneMx } from './zone-mx.ts'

/** An adapter adds what it needs to write the RRset back: comments, records that answer no look-ups. */
export interface StoredRRset {
  readonly type: AddressType
  /** Those that answer look-ups. */
  readonly addresses: readonly IpAddress[]
  /** undefined: it follows the zone's. */
  readonly ttl?: Seconds | undefined
}

export interface Change<R> {
  /** As it shall be. No addresses: it shall be gone. No TTL: it follows the zone's, and stays so. */
  readonly rrset: AddressRRset
  /** undefined: the API holds no such RRset. */
  readonly stored: R | undefined
}

export interface ByRRset<S, Zone, R extends StoredRRset> extends ZoneApi<S, Zone, R> {
  /** Makes RRsets of one owner so and keeps all else of them: a single one, or with `bulk` all that change. */
  readonly replace: (api: JsonApi, zone: Zone, changes: NonEmpty<Change<R>>) => Promise<void>
  /** The API takes several RRsets in one request, and does all or nothing. */
  readonly bulk?: true
}

/** A provider whose API replaces an RRset as a whole: find the zone, list, compare, replace. */
export function zoneApiByRRset<S, Zone, R extends StoredRRset>(adapter: ByRRset<S, Zone, R>): Provider<S> {
  const { replace, bulk, ttl = anyTtl } = adapter

  interface Work extends Change<R> {
    readonly ordered: AddressRRset
  }

  function workOf(ordered: AddressRRset, zone: Zone, all: readonly R[]): Work {
    const stored = all.find(({ type }) => type === ordered.type)
    const kept = stored ? stored.ttl : ttl(NEW_TTL, zone)
    const wanted = ordered.ttl === undefined ? kept : ttl(ordered.ttl, zone)
    return { ordered, stored, rrset: { ...ordered, ttl: wanted } }
  }

  async function* write(api: JsonApi, zone: Zone, works: NonEmpty<Work>): AsyncGenerator<Published> {
    const changes = works.map(({ rrset, stored }) => ({ rrset, stored })) as unknown as NonEmpty<Change<R>>
    const outcome = await outcomeOf(async () => {
      await replace(api, zone, changes)
      return updated
    })
    if (works.length > 1 && isRefused(outcome)) {
      for (const work of works) yield* write(api, zone, [work]) // what is refused of one family does not touch the other
      return
    }
    for (const work of works) yield published(work, outcome)
    stopAfter(outcome)
  }

  return {
    ...adapter,
    ...zoneMx(adapter),
    traits: { readable: true, leftOut: 'kept', hostsPerRequest: 1, spacing: 0, ...adapter.traits },
    writes: { together: bulk === true, ttl: rangeOf(ttl) },
    async *publish({ rrsets, ...access }, tools) {
      const asked = { owner: rrsets[0].owner, types: rrsets.map(({ type }) => type) }
      const { api, zone, stored } = await openZone(adapter, asked, access, tools)
      const works = rrsets.map((rrset) => workOf(rrset, zone, stored))
      for (const work of works.filter(isDone)) yield published(work, unchanged)
      const [first, ...others] = works.filter((work) => !isDone(work))
      if (!first) return
      if (bulk) yield* write(api, zone, [first, ...others])
      else for (const work of [first, ...others]) yield* write(api, zone, [work])
    },
    async read(rrset, access, tools) {
      const { stored } = await openZone(adapter, { owner: rrset.owner, types: [rrset.type] }, access, tools)
      return stored.find(({ type }) => type === rrset.type)?.addresses ?? []
    },
  }
}

const published = ({ ordered, stored }: { ordered: AddressRRset } & Change<StoredRRset>, outcome: Outcome) => ({
  rrset: ordered,
  outcome,
  before: stored?.addresses ?? [],
})

function isDone({ rrset: { addresses, ttl }, stored }: Change<StoredRRset>): boolean {
  return sameAddresses(stored?.addresses ?? [], addresses) && (addresses.length === 0 || stored?.ttl === ttl)
}

/** For good, because of what was asked; the next request may be about something else. */
const isRefused = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && POLICY[outcome.failure.kind].pause === 'hold' && !POLICY[outcome.failure.kind].stops
