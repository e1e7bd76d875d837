import type { Failure } from '../core/failure.ts'
import type { Endpoint } from '../dns/endpoint.ts'
import type { DomainName } from '../dns/name.ts'
import type { Clock } from '../ports/clock.ts'
import type { Dns } from '../ports/dns.ts'

/** Whom to ask, and what the user said about it. */
export interface Asking {
  readonly dns: Dns
  readonly clock: Clock
  /** Stub resolvers; empty: the system's, as they are at that moment. */
  readonly resolvers: readonly Endpoint[]
  /** The user's own list of authoritative servers; empty: each zone's NS. */
  readonly nameservers: readonly Endpoint[]
  /** Blocks in which a name server may lie although special-purpose. */
  readonly allow: readonly string[]
  /** What was found of zones, for an hour. */
  readonly zones: Map<DomainName, Remembered>
}

/** One address of one authoritative server. */
export interface NameServer {
  /** The NS name; empty where the user named the server by its address. */
  readonly name: string
  readonly endpoint: Endpoint
}

export interface Zone {
  /** undefined: not asked for, the user named the servers. */
  readonly apex: DomainName | undefined
  readonly servers: readonly NameServer[]
  /** NS names that have no address for all we know: they cannot be asked, but they are name servers of the zone. */
  readonly unreachable: readonly Unreachable[]
  /** At special-purpose addresses: not asked, since the world cannot ask them either. */
  readonly ignored: readonly Ignored[]
}

export interface Ignored extends NameServer {
  /** The special-purpose block, in CIDR notation. */
  readonly block: string
}

export interface Unreachable {
  readonly name: string
  readonly why: Failure
}

export interface Remembered {
  readonly zone: Zone
  readonly until: number
}
