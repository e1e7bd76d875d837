import { Failure } from '../core/failure.ts'
import { DAY, HOUR, MINUTE } from '../core/instant.ts'
import type { ResourceRecord } from '../dns/message.ts'
import type { DomainName } from '../dns/name.ts'
import { parseName } from '../dns/name.ts'
import type { IpAddress } from '../dns/rrset.ts'
import { whyNotPublic } from '../dns/special-purpose.ts'
import type { Asking, Ignored, NameServer, Zone } from './asking.ts'
import { askStub } from './stub.ts'

/** The root has 13 name servers, each with one address of a family. Who publishes hundreds must not make this program ask them all. */
const MOST = { servers: 20, addresses: 8 }

/** The authoritative servers of the zone that holds `owner`, each at each of its addresses. Rejects with a Failure when they cannot be found. */
export async function zoneOf(asking: Asking, owner: DomainName, signal: AbortSignal): Promise<Zone> {
  const { nameservers, clock, zones } = asking
  if (nameservers.length > 0)
    return {
      apex: undefined,
      servers: nameservers.map((endpoint) => ({ name: '', endpoint })),
      unreachable: [],
      ignored: [],
    }
  return delegated(asking, owner, clock.now(), zones, signal)
}

/** The zone by its delegation, whatever the user named. */
export async function delegatedZone(asking: Asking, owner: DomainName, signal: AbortSignal): Promise<Zone> {
  return delegated(asking, owner, asking.clock.now(), asking.zones, signal)
}

async function delegated(asking: Asking, owner: DomainName, now: number, zones: Asking['zones'], signal: AbortSignal) {
  const known = zones.get(owner)
  if (known && known.until > now) return usable(known.zone)
  try {
    const apex = await apexOf(asking, owner, signal)
    const { complete, ...zone } = { apex, ...(await serversOf(asking, apex, signal)) }
    if (known && zone.servers.length === 0) return usable(known.zone)
    // Of one who was called off not all has been found.
    if (!signal.aborted) {
      forgetOld(zones, now)
      zones.set(owner, { zone, until: now + (complete ? HOUR : MINUTE) })
    }
    return usable(zone)
  } catch (thrown) {
    if (known) return usable(known.zone) // the resolver is down: the servers known before are likely to be there still
    throw thrown
  }
}

/** Who names other MX hosts every minute must not fill the memory; what a dead resolver does not tell is known for a day. */
function forgetOld(zones: Asking['zones'], now: number): void {
  for (const [owner, { until }] of zones) if (until < now - DAY) zones.delete(owner)
}

/** What is ignored is remembered all the same: someone has to be told. */
function usable(zone: Zone): Zone {
  if (zone.servers.length > 0 || zone.ignored.length === 0) return zone
  const why = `all are at special-purpose addresses (${namesOf(zone.ignored)})`
  throw new Failure('unavailable', `no name server of ${zone.apex} can be asked: ${why}`, { reason: 'special-purpose' })
}

/** `ns1.example.com 192.168.1.53` */
export const namesOf = (servers: readonly NameServer[]): string =>
  servers.map(({ name, endpoint }) => `${name} ${endpoint.address}`).join(', ')

/** The zone cut above or at `owner` (RFC 2308 2.1: a negative answer carries the zone's SOA). */
export async function apexOf(asking: Asking, owner: DomainName, signal: AbortSignal): Promise<DomainName> {
  const labels = owner.split('.')
  let exists = true
  for (let from = labels[0] === '*' ? 1 : 0; from < labels.length; from++) {
    const name = labels.slice(from).join('.')
    const reply = await askStub(asking, name, 'SOA', signal)
    if (name === owner) exists = reply.rcode !== 'NXDOMAIN'
    // A name with an alias is no apex (RFC 1034 3.6.2), and the SOA beside it may be that of the alias's target.
    if (reply.answers.some(({ owner: at, data }) => at === name && data.type === 'CNAME')) continue
    const soas = [...reply.answers, ...reply.authorities].filter(({ data }) => data.type === 'SOA')
    const apex = soas.map((one) => one.owner).find((one) => name === one || name.endsWith(`.${one}`))
    const parsed = apex === undefined ? undefined : parseName(apex)
    if (parsed) return parsed
  }
  const why = exists ? '' : `: it does not exist, says the resolver (NXDOMAIN); check its spelling`
  throw new Failure('unavailable', `no zone found for ${owner}${why}`)
}

/** `complete`: no look-up failed, so that it holds for long. */
async function serversOf(
  asking: Asking,
  apex: DomainName,
  signal: AbortSignal,
): Promise<Omit<Zone, 'apex'> & { readonly complete: boolean }> {
  const { answers } = await askStub(asking, apex, 'NS', signal)
  const targets = answers.flatMap(({ data }) => (data.type === 'NS' ? [data.target] : []))
  const names = [...new Set(targets)].slice(0, MOST.servers)
  const found = await Promise.all(names.map((name) => addressesOf(asking, name, signal)))
  const all = found.flatMap(({ servers }) => servers)
  const ignored = all.flatMap((server): Ignored | [] => {
    const why = whyNotPublic(server.endpoint.address, asking.allow)
    return why ? { ...server, block: why.block } : []
  })
  const servers = all.filter(({ endpoint }) => !ignored.some((one) => one.endpoint === endpoint))
  const unreachable = found.flatMap(({ name, servers: some, failure }) => {
    if (some.length > 0) return []
    return [{ name, why: failure ?? new Failure('rejected', `${name} has no address`) }]
  })
  if (all.length === 0) throw new Failure('unavailable', `no name server of ${apex} can be asked: none has an address`)
  // Where none can be asked, that may change as soon as the resolver shows another view.
  const complete = servers.length > 0 && found.every(({ failure }) => !failure)
  return { servers, unreachable, ignored, complete }
}

interface Found {
  readonly name: string
  readonly servers: readonly NameServer[]
  /** Why not all addresses could be looked up. */
  readonly failure: Failure | undefined
}

async function addressesOf(asking: Asking, name: string, signal: AbortSignal): Promise<Found> {
  const replies = await Promise.all(
    (['A', 'AAAA'] as const).map((type) => askStub(asking, name, type, signal).catch(Failure.from)),
  )
  const addresses = replies
    .map((reply) => (reply instanceof Failure ? [] : reply.answers))
    .flatMap((answers) => answers.flatMap(addressIn).slice(0, MOST.addresses))
  const servers = [...new Set(addresses)].map((address) => ({ name, endpoint: { address, port: 53 } }))
  return { name, servers, failure: replies.find((reply) => reply instanceof Failure) }
}

const addressIn = ({ data }: ResourceRecord): IpAddress[] =>
  data.type === 'A' || data.type === 'AAAA' ? [data.address] : []
