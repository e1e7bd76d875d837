import type { Milliseconds } from '../core/instant.ts'
import type { Endpoint } from '../dns/endpoint.ts'

/** Where a connection starts: this machine, or another one that `ssh` leads to (`ssh -W`). */
export type Vantage = 'here' | { readonly ssh: string }

export interface Dial {
  readonly server: Endpoint
  readonly from: Vantage
  /** Until the connection is there; 30 s unless named. */
  readonly timeout?: Milliseconds
}

/** What a TLS handshake showed, whether or not the certificate is good. */
export interface TlsSeen {
  /** `TLSv1.3` */
  readonly protocol: string
  readonly cipher: string
  /** DER, the server's own first; what it sent, and the root where one was found. */
  readonly chain: readonly Uint8Array[]
  /** Why the chain is not trusted (`CERT_HAS_EXPIRED`, `SELF_SIGNED_CERT_IN_CHAIN`); undefined: it is. The name is not looked at. */
  readonly untrusted: string | undefined
}

/** A connection that bytes come from as they are asked for. Everything rejects with a Failure `network`, `protocol` or `cancelled`. */
export interface Connection {
  /** The next bytes, at most 64 KiB; undefined: the other side has ended. */
  readonly read: (timeout: Milliseconds, signal: AbortSignal) => Promise<Uint8Array | undefined>
  readonly write: (bytes: Uint8Array) => Promise<void>
  /** From here on TLS; bytes that came before the handshake and were not read make it a Failure `protocol` (injection). */
  readonly secure: (serverName: string, timeout: Milliseconds, signal: AbortSignal) => Promise<TlsSeen>
  /** At once, and more than once without harm. */
  readonly close: () => void
}

export interface Tcp {
  /**
   * Rejects with a Failure `network`; its reason: `refused` (nothing listens), `silent` (no answer in time),
   * `no-route` (this machine has no route of that family).
   */
  readonly connect: (dial: Dial, signal: AbortSignal) => Promise<Connection>
}
