import type { Milliseconds } from '../core/instant.ts'
import type { IpAddress } from '../dns/rrset.ts'
import type { Dns } from './dns.ts'

export interface HttpRequest {
  /** A lost answer to a request that writes leaves the outcome unknown; dyndns2 writes by GET, so the method cannot tell. */
  readonly purpose: 'read' | 'write'
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'SUBSCRIBE' | 'UNSUBSCRIBE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Connect over this family only. */
  readonly family?: 4 | 6
  /** Connect from this address of this box: a line is asked through itself. */
  readonly localAddress?: IpAddress | undefined
  /** Finds the host's addresses in place of the system's resolver. Not with a proxy. */
  readonly lookup?: Dns['lookup'] | undefined
  /** Until the whole answer is there; 30 s unless named. */
  readonly timeout?: Milliseconds
  /** A longer body is a Failure `protocol`; 1 MiB unless named. */
  readonly maxBytes?: number
  /** Of the account: an HTTP proxy's URL, a PEM file's path. The environment's proxy variables are never used. */
  readonly proxy?: string
  readonly caBundle?: string
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Resolves for every status, follows no redirect. Rejects with a Failure `network`, `protocol` (body too long) or
 * `cancelled`; `lost` if a request that writes may have arrived.
 */
export type Http = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>
