import type { DomainName } from '../dns/name.ts'
import type { Prefix, Suffix } from '../dns/prefix.ts'
import type { AddressRRset, AddressType, IpAddress, RRsetName, Seconds } from '../dns/rrset.ts'
import { type ErrorKind, Failure } from './failure.ts'
import type { Instant } from './instant.ts'
import type { State } from './state.ts'

export type NonEmpty<T> = readonly [T, ...T[]]
export type AccountName = string
export type LineName = string
export type Hash = string
export type TargetKey = `${AccountName} ${DomainName} ${AddressType}`

/** What the plan must know of an adapter, as data. `leftOut`: what a request does to the family it does not name. */
export interface Traits {
  readonly readable: boolean
  readonly leftOut: 'kept' | 'cleared' | 'unknown'
  readonly hostsPerRequest: number
  readonly spacing: Seconds
  readonly refresh?: Seconds | undefined
}

/** One RRset that is kept at one account. `identity` changes when the user changes anything about it. */
export interface Target extends RRsetName {
  readonly key: TargetKey
  readonly account: AccountName
  /** In the order of preference. */
  readonly lines: NonEmpty<LineName>
  readonly traits: Traits
  readonly dailyUpdates: number
  /** The mail domains whose MX names this owner; empty: kept by the user's own wish. */
  readonly mxOf: readonly DomainName[]
  readonly ttl?: Seconds | undefined
  /** Of an AAAA: the host is another one in the line's network, which keeps these last bits. */
  readonly suffix?: Suffix | undefined
  /** What happens to the records of a family that the line has no longer. */
  readonly whenGone?: 'keep' | 'remove' | undefined
  readonly identity: Hash
}

/** [] is known to be absent; a Failure says why it is unknown. */
export type Known = readonly IpAddress[] | Failure
export const isKnown = (known: Known | undefined): known is readonly IpAddress[] =>
  known !== undefined && !(known instanceof Failure)

/** `isTold`: the router told it some time ago and was not asked now; it may have another one since. */
export type LinePrefix = Prefix & { readonly isTold?: true | undefined }

/** What a line can have, or lack. `prefix`: what the AAAA records of hosts with a suffix of their own are made of. */
export type Family = AddressType | 'prefix'

/** What was learnt of one line. A type that is not there is not wanted. */
export interface LineAnswers extends Readonly<Partial<Record<AddressType, Known>>> {
  /** The IPv6 prefix that the line was given; undefined: nobody who knows was asked. */
  readonly prefix?: LinePrefix | Failure | undefined
  /** What the kernel or the router says the line has not, and no other source contradicts. */
  readonly absent?: readonly Family[] | undefined
  /** What the line's own end says it has, whichever address is a host's. */
  readonly there?: readonly Family[] | undefined
  /** Of what is known, that nobody sees now: the router told it some time ago, or it is the user's word. */
  readonly unseen?: readonly Family[] | undefined
  /** Of what is known, that those outside keep silent on this line, and not on another: an end of the line that has it proves no way out. */
  readonly unproven?: readonly AddressType[] | undefined
  /** The same where they keep silent on every line, so that it may be they; or where they rest since they did. */
  readonly unheard?: readonly AddressType[] | undefined
}
export type Detected = Readonly<Record<LineName, LineAnswers>>
/** What was looked at; the TTL where the name servers told it. */
export interface Look {
  readonly known: Known
  readonly ttl?: Seconds | undefined
}
export type Observed = ReadonlyMap<TargetKey, Look>
export type Force = 'none' | 'all' | readonly DomainName[]

export interface Situation {
  readonly targets: readonly Target[]
  readonly detected: Detected
  readonly observed: Observed
  readonly state: State
  readonly force: Force
  readonly now: Instant
  /** Of this program: a new one lifts `badagent`. */
  readonly version: string
  /** A line had no address in the last round and has one now: pauses after network faults are over. */
  readonly lineBack: boolean
  /** This process has not proven yet that the disk tells all: one before it may have sent what it could not write down. */
  readonly afresh?: boolean
  /** What looks up to date is looked at too: the first round of a process that goes on. */
  readonly lookBack?: boolean
}

export type PublishReason = 'first' | 'changed' | 'ttl' | 'drifted' | 'forced' | 'refresh' | 'read-back'
export type SkipReason = 'up-to-date' | 'adopted' | 'address-unknown' | 'off'
export type WaitReason = 'pause' | 'budget' | 'spacing' | 'force-limit' | 'line-down'

/** What this round does to one target, and why. `companion`: sent along, lest the service clear it. */
export type Action =
  | {
      readonly kind: 'publish'
      readonly target: Target
      readonly rrset: AddressRRset
      readonly companion?: AddressRRset
      /** The other family's value could not be learnt in time: it goes without. */
      readonly alone?: boolean
      readonly why: PublishReason
    }
  | { readonly kind: 'skip'; readonly target: Target; readonly why: SkipReason }
  | {
      readonly kind: 'wait'
      readonly target: Target
      readonly until: Instant
      readonly why: WaitReason
      /** It would go, but the other family's value is unknown. */
      readonly companionUnknown?: true
    }
  | { readonly kind: 'hold'; readonly target: Target; readonly after: ErrorKind; readonly message: string }

export type Publish = Extract<Action, { kind: 'publish' }>
export const isPublish = (action: Action): action is Publish => action.kind === 'publish'

export const keyOf = (account: AccountName, { owner, type }: RRsetName): TargetKey => `${account} ${owner} ${type}`

/** The same owner's other family. */
export const siblingOf = ({ owner, type }: RRsetName): RRsetName => ({ owner, type: type === 'A' ? 'AAAA' : 'A' })
