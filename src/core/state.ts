import type { DomainName } from '../dns/name.ts'
import type { IpAddress, Seconds } from '../dns/rrset.ts'
import type { ConfirmationState } from './confirmation.ts'
import type { ErrorKind } from './failure.ts'
import type { Instant } from './instant.ts'
import type { LineMemory } from './line-memory.ts'
import type { Hash, LineName, TargetKey } from './plan.ts'
import type { Pushed } from './pushed.ts'

/** A set of addresses at a moment. */
export interface Stamped {
  readonly addresses: readonly IpAddress[]
  readonly at: Instant
  readonly ttl?: Seconds | undefined
}

/** What is kept on disk of one target: plain data. */
export interface Memory {
  /** The set that the service accepted last. */
  readonly published?: Stamped | undefined
  /** The set before that: while the name servers lag, it explains what they show. */
  readonly previous?: Stamped | undefined
  /** Written down before a request leaves. Still there in a later round: its answer was lost, or we crashed. */
  readonly intent?: Stamped | undefined
  /** An intent that stood when the next one was written: should that fail, this one's answer is lost still. */
  readonly doubt?: Stamped | undefined
  readonly trouble?: Trouble | undefined
  /** What the name servers last showed of the published set. */
  readonly confirmed?: Shown | undefined
  /** A foreign set at all answering servers of a service that cannot be read. */
  readonly drift?: Drift | undefined
  /** When such a drift was last put right: once in 24 h. */
  readonly driftSentAt?: Instant | undefined
  /** A companion's value has been unknown since then. */
  readonly waitingSince?: Instant | undefined
  /** Write requests of the last day, oldest first; `forced`: those sent only because the user insisted. */
  readonly writes: readonly Instant[]
  readonly forced: readonly Instant[]
}

/** `seen` of `asked` servers, when the state last changed. */
export interface Shown {
  readonly state: ConfirmationState
  readonly at: Instant
  readonly seen?: number | undefined
  readonly asked?: number | undefined
}

export interface Drift {
  readonly addresses: readonly IpAddress[]
  readonly since: Instant
  readonly ttl: Seconds
}

export interface Trouble {
  readonly kind: ErrorKind
  readonly message: string
  readonly times: number
  /** When it was met; with `until` it gives the pause, which a clock that jumped must not stretch. */
  readonly at: Instant
  readonly until: Instant | 'hold'
  readonly identity: Hash
  /** It is about an answer that was lost: a set that cannot be a repeat need not wait. */
  readonly lost?: true | undefined
  /** Held because of this program's version (badagent). */
  readonly version?: string | undefined
}

/** The hosts that a domain's MX named, as far as they are ours. */
export interface MxMemory {
  readonly hosts: readonly { readonly owner: DomainName; readonly droppedAt?: Instant | undefined }[]
}

export interface State {
  /** Salts the targets' identities: a state file must not betray a weak password. */
  readonly salt: string
  readonly targets: Readonly<Record<TargetKey, Memory>>
  readonly mx: Readonly<Record<DomainName, MxMemory>>
  /** Of lines that stand in a list, or that a family may be gone from; absent: nothing is known of any. */
  readonly lines?: Readonly<Record<LineName, LineMemory>> | undefined
  /** When zone APIs were last re-read. */
  readonly rereadAt?: Instant | undefined
  /** What each line's router told by itself. */
  readonly pushed?: Readonly<Record<LineName, Pushed>> | undefined
}

const BLANK: Memory = { writes: [], forced: [] }

export const memoryOf = (state: State, key: TargetKey): Memory => state.targets[key] ?? BLANK

export const remember = (state: State, key: TargetKey, news: Partial<Memory>): State =>
  rememberAll(state, [[key, news]])

/** Of several targets, each once: the table of all is copied once, not for each of them. */
export function rememberAll(state: State, all: readonly (readonly [TargetKey, Partial<Memory>])[]): State {
  if (all.length === 0) return state
  const targets = { ...state.targets }
  for (const [key, news] of all) targets[key] = { ...memoryOf(state, key), ...news }
  return { ...state, targets }
}
