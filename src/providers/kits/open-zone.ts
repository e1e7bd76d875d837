import { Failure } from '../../core/failure.ts'
import type { Traits } from '../../core/plan.ts'
import { apexCandidates, type DomainName, labelsWithin, parseName } from '../../dns/name.ts'
import type { AddressType } from '../../dns/rrset.ts'
import type { Access, Provider, Tools } from '../provider.ts'
import type { HeldMx } from './held-mx.ts'
import { type Api, type JsonApi, jsonApi } from './json-api.ts'
import type { Ttl } from './ttl.ts'

type Client = Omit<Api, 'base'>

/** What an adapter of a zone API supplies, whatever its grain; `R` is what the API shows of a record or an RRset. */
export interface ZoneApi<S, Zone, R>
  extends Omit<Provider<S>, 'publish' | 'read' | 'readMx' | 'writeMx' | 'traits' | 'writes'> {
  readonly traits?: Partial<Traits>
  /** Absent: every TTL is taken. */
  readonly ttl?: Ttl<Zone>
  /** A promise where the account must log in first; asked once a job. */
  readonly api: (settings: S, base: string, tools: Tools) => Client | Promise<Client>
  /** Where the settings name the server. */
  readonly base?: (access: Access<S>) => string
  /** The zone at the first of the names, longest first, that the account holds. Asked once a job. */
  readonly findZone: (api: JsonApi, apexes: readonly DomainName[], settings: S) => Promise<Zone | undefined>
  /** What the message says beyond "the account holds no zone for ...". */
  readonly noZone?: string
  /** What the zone holds of the owner and these types. */
  readonly list: (api: JsonApi, zone: Zone, owner: DomainName, types: readonly AddressType[]) => Promise<readonly R[]>
  /** Reads the domain's MX RRset. Absent: the adapter cannot write one. */
  readonly mx?: (api: JsonApi, zone: Zone, domain: DomainName) => Promise<HeldMx>
}

interface ReachedZone<Zone> {
  readonly api: JsonApi
  readonly zone: Zone
}

export interface OpenZone<Zone, R> extends ReachedZone<Zone> {
  readonly stored: readonly R[]
}

/** The zone that holds the owner, a client to work on it, and what is there. Throws a Failure `rejected` if the account has none. */
export async function openZone<S, Zone, R>(
  adapter: ZoneApi<S, Zone, R>,
  { owner, types }: { readonly owner: DomainName; readonly types: readonly AddressType[] },
  access: Access<S>,
  tools: Tools,
): Promise<OpenZone<Zone, R>> {
  const { api, zone } = await reachZone(adapter, owner, access, tools)
  return { api, zone, stored: await adapter.list(api, zone, owner, types) }
}

/** The same without a look at what is there. */
export async function reachZone<S, Zone, R>(
  { api: clientOf, base: baseOf = ({ base }) => base, findZone, noZone }: ZoneApi<S, Zone, R>,
  owner: DomainName,
  access: Access<S>,
  tools: Tools,
): Promise<ReachedZone<Zone>> {
  const { settings } = access
  const base = baseOf(access)
  const api = jsonApi(tools, { ...(await clientOf(settings, base, tools)), base })
  const apexes = apexCandidates(owner)
  const zone = await findZone(api, apexes, settings)
  if (zone === undefined) throw noZoneFor(owner, noZone)
  return { api, zone }
}

export const noZoneFor = (owner: DomainName, why?: string): Failure =>
  new Failure('rejected', `the account holds no zone for ${owner}${why ? ` (${why})` : ''}`)

/** For a zone that the account holds as a copy. `what` it is, in the provider's word. */
export const copiedZone = (apex: DomainName, what: string): Failure =>
  new Failure('rejected', `the zone ${apex} is ${what}: it is copied from another server and can only be changed there`)

/** For APIs that list all zones. Compared as names: they are shown with capitals, a trailing dot, or in Unicode. */
export function zoneAt<Zone>(
  apexes: readonly DomainName[],
  zones: readonly Zone[],
  nameOf: (zone: Zone) => string,
): { readonly apex: DomainName; readonly zone: Zone } | undefined {
  const held = (apex: DomainName) => zones.filter((zone) => parseName(nameOf(zone)) === apex).slice(0, 1)
  return apexes.flatMap((apex) => held(apex).map((zone) => ({ apex, zone })))[0]
}

/** For APIs that are asked for one zone after the other: the first that is there. */
export async function firstZone<Zone>(
  apexes: readonly DomainName[],
  ask: (apex: DomainName) => Promise<Zone | undefined>,
): Promise<Zone | undefined> {
  for (const apex of apexes) {
    const zone = await ask(apex)
    if (zone !== undefined) return zone
  }
  return undefined
}

/** The labels before the apex, as APIs want the owner within its zone; at the apex `atApex`. */
export const relativeTo = (apex: DomainName, owner: DomainName, atApex: string): string =>
  labelsWithin(owner, apex) || atApex

/** The owner that an API shows by its labels before the apex; nothing or `@` is the apex itself. undefined: no name of a host. */
export const ownerIn = (apex: DomainName, labels: string): DomainName | undefined =>
  labels === '' || labels === '@' ? apex : parseName(`${labels}.${apex}`)
