import { Failure } from '../../src/core/failure.ts'
import type { Message, Rdata, ResourceRecord } from '../../src/dns/message.ts'
import type { Dns, DnsQuestion } from '../../src/ports/dns.ts'
import { message } from './message.ts'

/** A server as the tests want it: how late it sees the zone, or what is wrong with it. */
export interface FakeServer {
  readonly lag?: number
  readonly fault?: 'silent' | 'lame' | 'cache' | 'no-route'
}

/** The data at one name and type at a moment; undefined: there is no such name. */
export type FakeZone = (name: string, type: string, at: number) => readonly Rdata[] | undefined

/** An in-memory authority behind several addresses; an address that is not listed answers as a stub resolver. */
export function fakeDns(zone: FakeZone, servers: Readonly<Record<string, FakeServer>>, now: () => number) {
  const queries: string[] = []
  const query = async ({ server, name, type }: DnsQuestion): Promise<Message> => {
    queries.push(`${server.address} ${name} ${type}`)
    const { lag = 0, fault } = servers[server.address] ?? {}
    if (fault === 'silent') throw new Failure('network', `${server.address} is silent`)
    if (fault === 'no-route') throw new Failure('network', 'no route', { reason: 'no-route' })
    const stub = !(server.address in servers)
    if (fault === 'lame') return message({ rcode: 'REFUSED' })
    const found = zone(name, type, now() - lag)
    const answers = (found ?? []).map((data): ResourceRecord => ({ owner: name, ttl: 60, data }))
    const cache = stub || fault === 'cache'
    return message({ rcode: found ? 'NOERROR' : 'NXDOMAIN', authoritative: !cache, recursionAvailable: cache, answers })
  }
  const dns: Dns = {
    query,
    send: async () => Promise.reject(new Failure('bug', 'no updates')),
    lookup: async () => [],
    resolvers: async () => [],
  }
  return { dns, queries }
}
