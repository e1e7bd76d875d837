import type { Endpoint } from '../dns/endpoint.ts'
import type { IpAddress } from '../dns/rrset.ts'

export interface Place {
  /** Port 0: any that is free. */
  readonly at: Endpoint
  /** PEM files; absent: plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined
  /** Of a request's body; more is answered with 413. */
  readonly maxBytes: number
  /** Others are cut off before a byte of theirs is read. */
  readonly allows: (from: IpAddress) => boolean
  /** A connection has been let in. `answer` does not hear of all of them: some ask nothing, or what is no request. */
  readonly onConnection?: (from: IpAddress) => void
}

export interface Incoming {
  /** As it came: `GET`, `NOTIFY`. */
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly from: IpAddress
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Serving {
  readonly port: number
  /**
   * Where it is HTTPS: the PEM files are read again, for connections to come. Rejects with a Failure `unsupported` when they
   * are no certificate and its key; then it goes on with those that it has.
   */
  readonly renew?: () => Promise<void>
}

/**
 * Serves HTTP until the signal aborts; resolves once it listens. What `answer` throws is a 500 without a word.
 * Rejects with a Failure: `unsupported` when the PEM files are no certificate and its key; else `network`, with the reason
 * `in-use` when another program has the port, `no-route` when the address is not this box's.
 */
export type Serve = (
  place: Place,
  answer: (request: Incoming) => Promise<Answer>,
  signal: AbortSignal,
) => Promise<Serving>
