import type { Milliseconds } from '../core/instant.ts'
import type { Endpoint } from '../dns/endpoint.ts'
import type { IpAddress } from '../dns/rrset.ts'

export interface UdpQuestion<T> {
  readonly server: Endpoint
  /** `own`: the address that the packet will really have; PCP names it. */
  readonly message: (own: IpAddress) => Uint8Array
  /** How long an answer is waited for after each sending: as many sendings as waits. */
  readonly waits: readonly Milliseconds[]
  /** What an answer means; undefined: it is none of ours, wait on. What it throws ends the asking. */
  readonly read: (answer: Uint8Array) => T | undefined
  /** Asked from this address of this box. */
  readonly localAddress?: IpAddress | undefined
}

export interface Datagram {
  readonly from: Endpoint
  readonly bytes: Uint8Array
}

export interface Group {
  /** A multicast group and its port; to search, also one machine. */
  readonly group: Endpoint
  /** This box's address on the network that is meant. */
  readonly via: IpAddress
}

/**
 * Everything rejects with a Failure. `network`: reason `refused`, `silent`, `no-route` or `in-use`; `cancelled`; `bug` when a
 * function that is handed in throws what is none. Groups are of IPv4.
 */
export interface Udp {
  /** One question to one server, from a connected socket of its own: nobody else is heard. */
  readonly ask: <T>(question: UdpQuestion<T>, signal: AbortSignal) => Promise<T>
  /** Sends to a group, and calls back for each answer until the time is over or the signal aborts. */
  readonly search: (
    search: Group & { readonly message: Uint8Array; readonly waits: readonly Milliseconds[] },
    onAnswer: (answer: Datagram) => void,
    signal: AbortSignal,
  ) => Promise<void>
  /** Calls back once it hears, and for each datagram that comes to the group, beside other programs that listen; resolves when the signal aborts. */
  readonly listen: (
    group: Group,
    onDatagram: (datagram: Datagram) => void,
    signal: AbortSignal,
    onListening?: () => void,
  ) => Promise<void>
}
