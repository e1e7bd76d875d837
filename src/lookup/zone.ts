import { Failure } from '../core/failure.ts'
import { HOUR, MINUTE } from '../core/instant.ts'
import type { DomainName } from '../dns/name.ts'
import { parseName } from '../dns/name.ts'
import type { IpAddress } from '../dns/rrset.ts'
import { whyNotPublic } from '../dns/special-purpose.ts'
import type { Asking, NameServer, Zone } from './asking.ts'
import { askStub } from './stub.ts'

/** The authoritative servers of the zone that holds `owner`, each at each of its addresses. Rejects with a Failure when they cannot be found. */
export async function zoneOf(asking: Asking, owner: DomainName, signal: AbortSignal): Promise<Zone> {
  const { nameservers, clock, zones } = asking
  if (nameservers.length > 0)
    return { apex: undefined, servers: nameservers.map((endpoint) => ({ name: '', endpoint })), unreachable: [] }
  return delegated(asking, owner, clock.now(), zones, signal)
}

/** The zone by its delegation, whatever the user named. */
export async function delegatedZone(asking: Asking, owner: DomainName, signal: AbortSignal): Promise<Zone> {
  return delegated(asking, owner, asking.clock.now(), asking.zones, signal)
}

async function delegated(asking: Asking, owner: DomainName, now: number, zones: Asking['zones'], signal: AbortSignal) {
  const known = zones.get(owner)
  if (known && known.until > now) return known.zone
  try {
    const apex = await apexOf(asking, owner, signal)
    const { complete, ...zone } = { apex, ...(await serversOf(asking, apex, signal)) }
    zones.set(owner, { zone, until: now + (complete ? HOUR : MINUTE) })
    return zone
  } catch (thrown) {
    if (known) return known.zone // the resolver is down: the servers known before are likely to be there still
    throw thrown
  }
}

/** The zone cut above or at `owner` (RFC 2308 2.1: a negative answer carries the zone's SOA). */
async function apexOf(asking: Asking, owner: DomainName, signal: AbortSignal): Promise<DomainName> {
  const labels = owner.split('.')
  for (let from = labels[0] === '*' ? 1 : 0; from < labels.length; from++) {
    const name = labels.slice(from).join('.')
    const reply = await askStub(asking, name, 'SOA', signal)
    // A name with an alias is no apex (RFC 1034 3.6.2), and the SOA beside it may be that of the alias's target.
    if (reply.answers.some(({ owner: at, data }) => at === name && data.type === 'CNAME')) continue
    const soas = [...reply.answers, ...reply.authorities].filter(({ data }) => data.type === 'SOA')
    const apex = soas.map((one) => one.owner).find((one) => name === one || name.endsWith(`.${one}`))
    const parsed = apex === undefined ? undefined : parseName(apex)
    if (parsed) return parsed
  }
  throw new Failure('unavailable', `no zone found for ${owner}`)
}

/** `complete`: no look-up failed, so that it holds for long. */
async function serversOf(
  asking: Asking,
  apex: DomainName,
  signal: AbortSignal,
): Promise<Pick<Zone, 'servers' | 'unreachable'> & { readonly complete: boolean }> {
  const { answers } = await askStub(asking, apex, 'NS', signal)
  const names = [...new Set(answers.flatMap(({ data }) => (data.type === 'NS' ? [data.target] : [])))]
  const found = await Promise.all(names.map((name) => addressesOf(asking, name, signal)))
  const all = found.flatMap(({ servers }) => servers)
  const servers = all.filter(({ endpoint }) => !whyNotPublic(endpoint.address, asking.allow))
  const unreachable = found.flatMap(({ name, servers: some, failure }) => {
    if (some.length > 0) return []
    return [{ name, why: failure ?? new Failure('rejected', `${name} has no address`) }]
  })
  if (servers.length > 0) return { servers, unreachable, complete: found.every(({ failure }) => !failure) }
  const why = all.length > 0 ? 'all are at special-purpose addresses' : 'none has an address'
  throw new Failure('unavailable', `no name server of ${apex} can be asked: ${why}`)
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
    .flatMap((reply) => (reply instanceof Failure ? [] : reply.answers))
    .flatMap(({ data }): IpAddress[] => (data.type === 'A' || data.type === 'AAAA' ? [data.address] : []))
  const servers = [...new Set(addresses)].map((address) => ({ name, endpoint: { address, port: 53 } }))
  return { name, servers, failure: replies.find((reply) => reply instanceof Failure) }
}
