import { Failure } from '../../src/core/failure.ts'
import { type Instant, MINUTE, SECOND } from '../../src/core/instant.ts'
import { createZone, type Zone } from '../../src/demo/zone.ts'
import { answerOf, type ServedZone } from '../../src/demo/zone-answer.ts'
import type { Message, ResourceRecord } from '../../src/dns/message.ts'
import type { DomainName } from '../../src/dns/name.ts'
import { type AddressType, type IpAddress, parseAddress } from '../../src/dns/rrset.ts'
import type { DnsQuestion } from '../../src/ports/dns.ts'
import type { ServerFault } from './happenings.ts'

/** One address of one authoritative server. */
export interface Server {
  readonly name: string
  readonly address: IpAddress
  readonly apex: DomainName
  lag: number
  /** When its lag last changed: what it showed before that cannot be told from what it lags now. */
  lagSince: Instant
  /** With the moment at which it began. */
  readonly faults: Map<ServerFault, Instant>
  /** When its last fault ended. */
  wellSince: Instant
}

/** How long a query takes that nobody answers: three tries of 2 s. */
export const PATIENCE = 6 * SECOND
const LIE = parseAddress('81.169.145.99')!
const RESOLVER = parseAddress('84.200.69.80')!

export type NameServers = ReturnType<typeof nameServers>

/** The authoritative servers of several zones, and one stub resolver whose cache is up to a minute old. */
export function nameServers(time: () => Instant) {
  const zones = new Map<DomainName, Zone>()
  const servers: Server[] = []
  let resolverFaults = 0
  let blocked = 0
  let intercepted = 0
  let portWellSince = time()
  let resolverWellSince = time()

  function serve(apex: DomainName, count: number, lag: number): void {
    const first = servers.length
    for (let n = 1; n <= count; n++) {
      const address = parseAddress(`84.200.70.${first + n}`)!
      servers.push({
        name: `ns${n}.${apex}`,
        address,
        apex,
        lag,
        lagSince: time(),
        faults: new Map(),
        wellSince: time(),
      })
    }
    zones.set(apex, createZone(apex, fixed(apex), time))
  }

  const own = (apex: DomainName) => servers.filter((one) => one.apex === apex)
  const fixed = (apex: DomainName): ResourceRecord[] =>
    own(apex).flatMap(({ name, address }) => [
      { owner: apex, ttl: 3600, data: { type: 'NS', target: name } },
      { owner: name, ttl: 3600, data: { type: 'A', address } },
    ])
  const write = (apex: DomainName, records: readonly ResourceRecord[]) =>
    zones.get(apex)!.write([...fixed(apex), ...records])

  /** What one server shows now of its zone. */
  function viewOf(server: Server, at = time()): ServedZone {
    const frozen = server.faults.get('frozen')
    const moment = Math.min(at - server.lag, frozen ?? Number.POSITIVE_INFINITY)
    return { apex: server.apex, version: zones.get(server.apex)!.at(moment) }
  }

  /** The answer, and after how long; a Failure: none. */
  function ask({ server, name, type, recursion }: DnsQuestion): {
    readonly reply: Message | Failure
    readonly ms: number
  } {
    const query = { id: 1, questions: [{ name, type }], recursionDesired: recursion } as unknown as Message
    const asStub = () => {
      const views = [...zones.keys()].map((apex) => ({ apex, version: zones.get(apex)!.at(time() - 30 * SECOND) }))
      return answerOf(query, views, 'resolver')
    }
    if (server.address === RESOLVER) {
      return resolverFaults > 0 ? silence(server.address) : { reply: asStub(), ms: 10 }
    }
    const one = servers.find(({ address }) => address === server.address)
    if (!one || blocked > 0) return silence(server.address)
    if (intercepted > 0) return { reply: asStub(), ms: 10 }
    if (one.faults.has('silent')) return silence(server.address)
    if (one.faults.has('lame')) return { reply: { ...answerOf(query, [], 'authority'), rcode: 'REFUSED' }, ms: 20 }
    const reply = answerOf(query, [viewOf(one)], 'authority')
    if (one.faults.has('servfail')) return { reply: { ...reply, rcode: 'SERVFAIL', answers: [] }, ms: 20 }
    const shown = one.faults.has('lies') ? { ...reply, answers: reply.answers.map(lying) } : reply
    return { reply: shown, ms: one.faults.has('slow') ? 1800 : 20 }
  }

  const isWell = (server: Server) => server.faults.size === 0 && blocked === 0 && intercepted === 0
  const silence = (address: string) => ({ reply: new Failure('network', `${address} did not answer`), ms: PATIENCE })

  /** What a server that is well shows of an address RRset, now or at that moment. */
  function shows(server: Server, owner: DomainName, type: AddressType, at = time()): readonly IpAddress[] {
    const { records } = viewOf(server, at).version
    return records.flatMap(({ owner: at, data }) =>
      at === owner && data.type === type ? [data.address as IpAddress] : [],
    )
  }

  return {
    ...{ servers, own, serve, write, ask, shows, resolver: RESOLVER },
    /** Since when; never where it is not. */
    wellSince: (server: Server) =>
      isWell(server) && resolverFaults === 0
        ? Math.max(server.wellSince, portWellSince, resolverWellSince)
        : Number.POSITIVE_INFINITY,
    isWell,
    longestLag: () => Math.max(0, ...servers.map(({ lag }) => lag)) + MINUTE,
    resolverFault: (by: 1 | -1) => {
      resolverFaults += by
      resolverWellSince = time()
    },
    port53: (how: 'blocked' | 'intercepted', by: 1 | -1) => {
      portWellSince = time()
      if (how === 'blocked') blocked += by
      else intercepted += by
    },
  }
}

function lying(record: ResourceRecord): ResourceRecord {
  return record.data.type === 'A' ? { ...record, data: { type: 'A', address: LIE } } : record
}
