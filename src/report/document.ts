import type { Confirmation } from '../core/confirmation.ts'
import type { ErrorKind } from '../core/failure.ts'
import type { Finding } from '../core/finding.ts'
import type { Instant } from '../core/instant.ts'
import { type Action, isKnown, type Known } from '../core/plan.ts'
import type { Done, Round } from '../core/round.ts'
import { memoryOf, type State } from '../core/state.ts'
import { remedyOf } from './remedy.ts'

/** What `update --json` prints: users' scripts rely on every name. Times RFC 3339 UTC, durations in milliseconds. */
export interface RoundDocument {
  readonly started: string
  readonly finished: string
  readonly addresses: Readonly<Record<string, string | null>>
  readonly targets: readonly TargetDocument[]
  readonly findings: readonly Finding[]
}

export interface TargetDocument {
  readonly host: string
  readonly type: 'A' | 'AAAA'
  readonly provider: string
  readonly line: string
  readonly mxOf: readonly string[]
  readonly action: Action['kind']
  readonly why: string
  /** null: unknown. */
  readonly before: readonly string[] | null
  readonly after: readonly string[] | null
  readonly outcome: 'updated' | 'unchanged' | 'failed' | 'unknown' | null
  readonly confirmation: ConfirmationDocument | null
  readonly error: ErrorDocument | null
}

export interface ConfirmationDocument {
  readonly state: Confirmation['state']
  readonly seen: number
  readonly asked: number
  /** `answer` null: silent, lame or not asked; `problem` says which. */
  readonly servers: readonly { name: string; address: string; answer: readonly string[] | null; problem?: string }[]
  readonly ms?: number
}

export interface ErrorDocument {
  readonly kind: ErrorKind
  readonly message: string
  readonly remedy: string
  readonly retryAt: string | null
}

export function documentOf(round: Round): RoundDocument {
  const { started, finished, detected, plan, findings } = round
  const addresses = Object.entries(detected.default ?? {}).map(([type, known]) => [type, first(known)])
  return {
    started: timeOf(started),
    finished: timeOf(finished),
    addresses: { A: null, AAAA: null, ...Object.fromEntries(addresses) },
    targets: plan.map((action) => targetOf(action, round)),
    findings,
  }
}

function targetOf(action: Action, { done, confirmations, state, dryRun }: Round): TargetDocument {
  const { target } = action
  const result = done.find((one) => one.action.target.key === target.key)
  const memory = memoryOf(state, target.key)
  const published = memory.published?.addresses ?? null
  const confirmation = confirmations.get(target.key)
  return {
    host: target.owner,
    type: target.type,
    provider: target.account,
    line: target.lines[0],
    mxOf: target.mxOf,
    action: action.kind,
    why: action.kind === 'hold' ? action.after : action.why,
    before: result ? (result.before ?? null) : published,
    after: action.kind === 'publish' ? action.rrset.addresses : published,
    outcome: (!dryRun && result?.outcome.kind) || null,
    confirmation: confirmation ? confirmationDocument(confirmation) : null,
    error: errorOf(action, result, state),
  }
}

function errorOf(action: Action, result: Done | undefined, state: State): ErrorDocument | null {
  const { trouble } = memoryOf(state, action.target.key)
  if (result && 'failure' in result.outcome) {
    const { kind, message } = result.outcome.failure
    const until = trouble?.until
    return {
      kind,
      message,
      remedy: remedyOf(kind, action.target),
      retryAt: typeof until === 'number' ? timeOf(until) : null,
    }
  }
  if (action.kind === 'hold') {
    return { kind: action.after, message: action.message, remedy: remedyOf(action.after, action.target), retryAt: null }
  }
  if (action.kind !== 'wait') return null
  const kind = trouble?.kind ?? 'rate-limited'
  const message = trouble?.message ?? waitMessage(action.why)
  return { kind, message, remedy: remedyOf(kind, action.target), retryAt: timeOf(action.until) }
}

const WAITS = {
  pause: 'waiting before it is tried again',
  budget: "the day's budget of updates is spent",
  spacing: 'the service wants more time between two updates',
  'force-limit': 'forced three times in 24 h already',
} as const

const waitMessage = (why: keyof typeof WAITS): string => WAITS[why]

function confirmationDocument({ state, seen, asked, servers, ms }: Confirmation): ConfirmationDocument {
  const shown = servers.map(({ name, address, answer }) =>
    isKnown(answer) ? { name, address, answer } : { name, address, answer: null, problem: answer.message },
  )
  return { state, seen, asked, servers: shown, ...(ms !== undefined && { ms }) }
}

const first = (known: Known | undefined): string | null => (isKnown(known) ? (known[0] ?? null) : null)
export const timeOf = (instant: Instant): string => new Date(instant).toISOString()
