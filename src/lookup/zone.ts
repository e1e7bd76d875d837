import { Failure } from '../core/failure.ts'
import { HOUR } from '../core/instant.ts'
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
    return { apex: undefined, servers: nameservers.map((endpoint) => ({ name: '', endpoint })) }
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
    const zone = { apex, servers: await serversOf(asking, apex, signal) }
    zones.set(owner, { zone, until: now + HOUR })
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
    const soas = [...reply.answers, ...reply.authorities].filter(({ data }) => data.type === 'SOA')
    // Behind an alias the answer may hold the target's SOA: only one above the name asked is its zone.
    const apex = soas.map((one) => one.owner).find((one) => name === one || name.endsWith(`.${one}`))
    const parsed = apex === undefined ? undefined : parseName(apex)
    if (parsed) return parsed
  }
  throw new Failure('unavailable', `no zone found for ${owner}`)
}

async function serversOf(asking: Asking, apex: DomainName, signal: AbortSignal): Promise<readonly NameServer[]> {
  const { answers } = await askStub(asking, apex, 'NS', signal)
  const names = [...new Set(answers.flatMap(({ data }) => (data.type === 'NS' ? [data.target] : [])))]
  const found = await Promise.all(names.map(async (name) => await addressesOf(asking, name, signal)))
  const all = found.flat()
  const usable = all.filter(({ endpoint }) => !whyNotPublic(endpoint.address, asking.allow))
  if (usable.length > 0) return usable
  const why = all.length > 0 ? 'all are at special-purpose addresses' : 'none has an address'
  throw new Failure('unavailable', `no name server of ${apex} can be asked: ${why}`)
}

async function addressesOf(asking: Asking, name: string, signal: AbortSignal): Promise<readonly NameServer[]> {
  const replies = await Promise.all(
    (['A', 'AAAA'] as const).map((type) => askStub(asking, name, type, signal).catch(() => undefined)),
  )
  const addresses = replies
    .flatMap((reply) => reply?.answers ?? [])
    .flatMap(({ data }): IpAddress[] => (data.type === 'A' || data.type === 'AAAA' ? [data.address] : []))
  return [...new Set(addresses)].map((address) => ({ name, endpoint: { address, port: 53 } }))
}
