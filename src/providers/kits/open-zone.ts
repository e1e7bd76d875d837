import { Failure } from '../../core/failure.ts'
import { apexCandidates, type DomainName, labelsWithin, parseName } from '../../dns/name.ts'
import type { Access, Tools } from '../provider.ts'
import { type Api, type JsonApi, jsonApi } from './json-api.ts'

export interface ZoneFinder<S, Zone> {
  readonly api: (settings: S) => Omit<Api, 'base'>
  /** Where the settings name the server. */
  readonly base?: (access: Access<S>) => string
  /** The zone at the first of the names, longest first, that the account holds. Asked once a job. */
  readonly findZone: (api: JsonApi, apexes: readonly DomainName[], settings: S) => Promise<Zone | undefined>
  /** What the message says beyond "the account holds no zone for ...". */
  readonly noZone?: string
}

/** The zone that holds the owner, and a client to work on it. Throws a Failure `rejected` if the account has none. */
export async function openZone<S, Zone>(
  { api: apiOf, base = (access) => access.base, findZone, noZone }: ZoneFinder<S, Zone>,
  owner: DomainName,
  access: Access<S>,
  tools: Tools,
): Promise<{ readonly api: JsonApi; readonly zone: Zone }> {
  const { settings } = access
  const api = jsonApi(tools, { ...apiOf(settings), base: base(access) })
  const apexes = apexCandidates(owner).filter((name) => !name.startsWith('*.')) // no zone begins at a wildcard
  const zone = await findZone(api, apexes, settings)
  if (zone !== undefined) return { api, zone }
  throw noZoneFor(owner, noZone)
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
