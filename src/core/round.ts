import type { IpAddress } from '../dns/rrset.ts'
import type { Confirmation } from './confirmation.ts'
import type { Finding } from './finding.ts'
import type { Instant } from './instant.ts'
import type { LocatedDomain } from './locate.ts'
import { type Action, type Detected, isPublish, type SkipReason, type TargetKey } from './plan.ts'
import type { Result } from './record.ts'
import type { SourceNews } from './source-rest.ts'
import type { State } from './state.ts'

/** What became of one publish. */
export interface Done extends Result {
  /** What was published before; undefined: unknown. */
  readonly before: readonly IpAddress[] | undefined
  readonly proxied: boolean
}

/** One round as a value: what was seen, planned, done and proven. */
export interface Round {
  readonly started: Instant
  readonly finished: Instant
  readonly dryRun: boolean
  readonly located: readonly LocatedDomain[]
  readonly detected: Detected
  readonly plan: readonly Action[]
  readonly done: readonly Done[]
  readonly confirmations: ReadonlyMap<TargetKey, Confirmation>
  readonly findings: readonly Finding[]
  /** Address sources that rest, or are well again; absent: none does. */
  readonly sources?: readonly SourceNews[]
  readonly state: State
}

/** No target's address was learnt, as where the network is not there yet. */
export const isBlind = ({ plan }: Pick<Round, 'plan'>): boolean =>
  !plan.some((action) => isPublish(action) || (action.kind === 'skip' && SEEN.has(action.why)))

const SEEN: ReadonlySet<SkipReason> = new Set(['up-to-date', 'adopted'])

/** Of every target it is known what its service holds. */
export const isSettled = ({ plan, done }: Pick<Round, 'plan' | 'done'>): boolean =>
  plan.every((action) => {
    if (action.kind === 'skip') return action.why !== 'address-unknown'
    return done.some((one) => one.action === action && !('failure' in one.outcome))
  })
