import type { Endpoint } from '../dns/endpoint.ts'
import type { Message, Question } from '../dns/message.ts'
import type { IpAddress } from '../dns/rrset.ts'

export interface DnsQuestion extends Question {
  readonly server: Endpoint
  /** RD: wanted of stub resolvers, not of authoritative servers. */
  readonly recursion: boolean
  /** DO: signatures are wanted, and AD if they are good; `unchecked`: CD as well, the answer even if they are not (RFC 4035 3.2). */
  readonly dnssec?: 'checked' | 'unchecked'
  /** Asked from this address of this box. */
  readonly localAddress?: IpAddress | undefined
}

/** `family`: addresses of the other may be left out. */
export interface LookUp {
  readonly family?: 4 | 6 | undefined
  /** Nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined
}

export interface Dns {
  /**
   * One question to one server: UDP (EDNS 1232; 2 s, two more tries), without EDNS where that is refused, TCP when truncated.
   * Resolves for every rcode. Rejects with a Failure: `network` (silent, refused; reason `no-route` when this box has no
   * route of that family), `protocol` (not a DNS answer), `cancelled`.
   */
  readonly query: (question: DnsQuestion, signal: AbortSignal) => Promise<Message>
  /** Sends a finished message that writes (UPDATE), resolves to the answer's bytes. A Failure is `lost` once it may have arrived. */
  readonly send: (
    message: Uint8Array,
    server: Endpoint,
    over: 'udp' | 'tcp',
    signal: AbortSignal,
  ) => Promise<Uint8Array>
  /** This box's stub resolvers as they are now: a daemon may start before the network has named any. */
  readonly resolvers: () => Promise<readonly Endpoint[]>
  /** A host name's addresses by the system's own resolver (of a line, by others too where that fails): for servers that the user names by name. Rejects with a Failure `network`. */
  readonly lookup: (host: string, how?: LookUp) => Promise<readonly IpAddress[]>
}
