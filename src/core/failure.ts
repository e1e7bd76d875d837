import type { Seconds } from '../dns/rrset.ts'

export type ErrorKind =
  | 'network' //      no answer: refused, reset, timed out, name not resolved, TLS
  | 'unavailable' //  the service answered that it is broken or busy: 5xx, dnserr, 911
  | 'rate-limited' // too many requests: 429
  | 'auth' //         credentials refused: 401, 403, badauth
  | 'rejected' //     zone, host or value refused: 404, 422, nohost, notfqdn
  | 'blocked' //      the service asks us to stop: abuse, badagent
  | 'unsupported' //  the provider cannot do what the configuration asks
  | 'protocol' //     an answer we do not understand
  | 'cancelled' //    we are shutting down
  | 'bug' //          anything that is not a Failure

/** What code must tell apart beyond the kind. */
export type Reason =
  | 'no-route' // this box has no way to that family
  | 'shared-address' // the carrier shares its address among customers: the line has none of its own
  | 'refused' // nothing listens at that port
  | 'silent' // no answer within the time
  | 'badagent' // the service refuses this version of the program: a new one lifts the hold
  | 'from-cache' // a cache answers where an authoritative server was asked
  | 'special-purpose' // all name servers are at addresses that are not asked unless the user says so
  | 'hidden' // the router answered, and keeps its address back: it may be private, carrier-grade NAT, or none
  | 'offline' // the router answered, and has no connection now
  | 'not-ours' // the default gateway is no router of a home
  | 'in-use' // another program has that port
  | 'policy' // the credentials are right, what they may do is not
  | 'locked' //   another process holds the state folder
  | 'no-family' // who is to be asked has no address of that family
  | 'resting' //  an address source that failed for long, and was not asked
  | 'resting-heard' //  the same, and when it was asked last it answered, whatever it said
  | 'resting-silent' //  the same, and when it was asked last nothing was heard of it

interface Details {
  readonly cause?: unknown
  readonly retryAfter?: Seconds | undefined
  readonly lost?: boolean
  readonly reason?: Reason | undefined
}

/** The one expected error. What happens next depends on `kind` (see retry.ts) and on `lost`. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly kind: ErrorKind
  readonly retryAfter: Seconds | undefined
  readonly reason: Reason | undefined
  /** A request that writes left this machine and no answer came. Set by the ports; by adapters for answers that cannot be read. */
  readonly lost: boolean

  constructor(kind: ErrorKind, message: string, { cause, retryAfter, lost = false, reason }: Details = {}) {
    super(message, { cause })
    this.kind = kind
    this.retryAfter = retryAfter
    this.lost = lost
    this.reason = reason
  }

  static from(thrown: unknown): Failure {
    return thrown instanceof Failure ? thrown : new Failure('bug', String(thrown), { cause: thrown })
  }
}
