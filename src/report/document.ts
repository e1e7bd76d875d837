import type { Confirmation, ServerAnswer } from '../core/confirmation.ts'
import { type ErrorKind, Failure } from '../core/failure.ts'
import type { Finding } from '../core/finding.ts'
import type { Instant } from '../core/instant.ts'
import { type Action, type Detected, isKnown, type Known, type Target, type WaitReason } from '../core/plan.ts'
import { replacedOf } from '../core/record.ts'
import type { Done, Round } from '../core/round.ts'
import type { SourceNews } from '../core/source-rest.ts'
import { memoryOf, type State } from '../core/state.ts'
import { answerOf, lineOf, wantedOf } from '../core/wanted.ts'
import type { DomainName } from '../dns/name.ts'
import { FAMILY } from '../dns/rrset.ts'
import { type LineStateDocument, lineStatesOf } from './line-state.ts'
import { remedyOf, remedyOfLost, remedyOfMissingFamily, remedyOfUnknownAddress, remedyOfWait } from './remedy.ts'

/** What `update --json` prints: users' scripts rely on every name. Times RFC 3339 UTC, durations in milliseconds. */
export interface RoundDocument {
  readonly started: string
  readonly finished: string
  /** Of the first line. */
  readonly addresses: Readonly<Record<string, string | null>>
  /** Only where there are several lines. */
  readonly lines?: Readonly<Record<string, Readonly<Record<string, string | null>>>>
  /** Only of lines that a host can leave for another. */
  readonly lineStates?: Readonly<Record<string, LineStateDocument>>
  readonly targets: readonly TargetDocument[]
  readonly findings: readonly FindingDocument[]
  /** Address sources that rest since they failed for long, or that are well again; absent: there are none. */
  readonly sources?: readonly SourceNewsDocument[]
}

export interface SourceNewsDocument {
  readonly line: string
  readonly type: 'A' | 'AAAA'
  readonly source: string
  /** `fails` and `disagrees` (with all others): it rests. */
  readonly what: 'fails' | 'disagrees' | 'answers again'
  /** What it said last. */
  readonly why?: string
  readonly since?: string
  /** When it is asked again at the latest. */
  readonly until?: string
}

/** Every key is there; null: it concerns no domain. */
export type FindingDocument = Omit<Finding, 'domain'> & { readonly domain: DomainName | null }

export interface TargetDocument {
  readonly host: string
  readonly type: 'A' | 'AAAA'
  readonly provider: string
  /** The one in use. */
  readonly line: string
  /** Where it may change: all of them, the best first. */
  readonly lines?: readonly string[]
  readonly mxOf: readonly string[]
  readonly action: Action['kind']
  readonly why: string
  /** null: unknown. */
  readonly before: readonly string[] | null
  readonly after: readonly string[] | null
  readonly outcome: 'updated' | 'unchanged' | 'failed' | 'unknown' | null
  /** What the line's address asks for; null: unknown, or not wanted. */
  readonly wanted?: readonly string[] | null
  /** What the service accepted last, by the end of the round; null: nothing, for all that is known. */
  readonly published?: readonly string[] | null
  readonly confirmation: ConfirmationDocument | null
  readonly error: ErrorDocument | null
}

export interface ConfirmationDocument {
  readonly state: Confirmation['state']
  readonly seen: number
  readonly asked: number
  readonly servers: readonly ServerDocument[]
  /** null: nothing was sent in that round. */
  readonly ms: number | null
}

export interface ServerDocument {
  readonly name: string
  readonly address: string
  /** null: silent, lame or not asked; `problem` says why. */
  readonly answer: readonly string[] | null
  readonly problem?: string
  /** This box has no route to that family: it does not count among those asked. */
  readonly notAsked?: true
}

export interface ErrorDocument {
  readonly kind: ErrorKind
  readonly message: string
  readonly remedy: string
  readonly retryAt: string | null
}

export function documentOf(round: Round): RoundDocument {
  const { started, finished, detected, plan, findings, sources = [] } = round
  const lines = Object.entries(detected).map(([line, answers]) => [line, addressesOf(answers)] as const)
  return {
    started: timeOf(started),
    finished: timeOf(finished),
    addresses: lines[0]?.[1] ?? addressesOf({}),
    ...(lines.length > 1 && { lines: Object.fromEntries(lines) }),
    ...lineStatesOf(round),
    targets: plan.map((action) => targetOf(action, round)),
    findings: findings.map(findingDocument),
    ...(sources.length > 0 && { sources: sources.map(sourceNewsDocument) }),
  }
}

function sourceNewsDocument(news: SourceNews): SourceNewsDocument {
  const { line, type, source, what } = news
  const at = { line, type, source, what }
  return what === 'answers again' ? at : { ...at, why: news.why, since: timeOf(news.since), until: timeOf(news.until) }
}

export const findingDocument = ({ id, severity, domain, ...text }: Finding): FindingDocument => ({
  id,
  severity,
  domain: domain ?? null,
  ...text,
})

function addressesOf(answers: Detected[string]): Readonly<Record<string, string | null>> {
  return { A: first(answers.A), AAAA: first(answers.AAAA) }
}

function targetOf(action: Action, { done, confirmations, state, dryRun, detected }: Round): TargetDocument {
  const { target } = action
  const result = done.find((one) => one.action.target.key === target.key)
  const memory = memoryOf(state, target.key)
  const published = memory.published?.addresses ?? null
  const confirmation = confirmations.get(target.key)
  const wanted = wantedOf(target, detected, state)
  return {
    host: target.owner,
    type: target.type,
    provider: target.account,
    line: lineOf(target, state),
    ...(target.lines.length > 1 && { lines: target.lines }),
    mxOf: target.mxOf,
    action: action.kind,
    why: action.kind === 'hold' ? action.after : action.why,
    before: result ? (result.before ?? null) : action.kind === 'publish' ? (replacedOf(memory) ?? null) : published,
    after: action.kind === 'publish' ? action.rrset.addresses : published,
    outcome: (!dryRun && result?.outcome.kind) || null,
    wanted: typeof wanted === 'string' ? null : wanted,
    published,
    confirmation: confirmation ? confirmationDocument(confirmation) : null,
    error: errorOf(action, result, state, detected),
  }
}

function errorOf(action: Action, result: Done | undefined, state: State, detected: Detected): ErrorDocument | null {
  const { trouble } = memoryOf(state, action.target.key)
  if (result && 'failure' in result.outcome) {
    const { kind, message } = result.outcome.failure
    const until = trouble?.until
    return {
      kind,
      message,
      remedy: result.outcome.kind === 'unknown' ? remedyOfLost(action.target) : remedyOf(kind, action.target),
      retryAt: typeof until === 'number' ? timeOf(until) : null,
    }
  }
  if (action.kind === 'hold') {
    return { kind: action.after, message: action.message, remedy: remedyOf(action.after, action.target), retryAt: null }
  }
  if (action.kind === 'skip')
    return action.why === 'address-unknown' ? unknownAddress(action.target, detected, state) : null
  if (action.kind !== 'wait') return null
  const retryAt = timeOf(action.until)
  if (trouble && action.why === 'pause') {
    const { kind, message, lost } = trouble
    return { kind, message, remedy: lost ? remedyOfLost(action.target) : remedyOf(kind, action.target), retryAt }
  }
  if (memoryOf(state, action.target.key).intent && action.why === 'pause') {
    return {
      kind: 'network',
      message: PAUSES.lost,
      remedy: remedyOfLost(action.target),
      retryAt,
    }
  }
  const remedy = remedyOfWait(action.why, action.target)
  const kind = action.why === 'pause' || action.why === 'line-down' ? 'network' : 'rate-limited'
  return { kind, message: PAUSES[action.why], remedy, retryAt }
}

function unknownAddress(target: Target, detected: Detected, state: State): ErrorDocument | null {
  const answer = answerOf(target, detected, state)
  if (answer === undefined) return null // nobody was asked
  if (!(answer instanceof Failure)) {
    const message = `the line has no ${FAMILY[target.type]} address`
    return { kind: 'network', message, remedy: remedyOfMissingFamily(target), retryAt: null }
  }
  return { kind: answer.kind, message: answer.message, remedy: remedyOfUnknownAddress(answer.kind), retryAt: null }
}

/** Why nothing is sent although the service refused nothing. */
export const PAUSES = {
  lost: 'the answer to the last update was lost',
  pause: 'the other family of this host is not known yet, and the service would clear it',
  budget: "the day's budget of updates is spent",
  spacing: 'the service wants more time between two updates',
  'force-limit': 'forced three times in 24 h already',
  'line-down': 'the line has no address just now, but is not given up yet',
} as const satisfies Record<WaitReason | 'lost', string>

function confirmationDocument({ state, seen, asked, servers, ms }: Confirmation): ConfirmationDocument {
  return { state, seen, asked, servers: servers.map(serverDocument), ms: ms ?? null }
}

function serverDocument({ name, address, answer }: ServerAnswer): ServerDocument {
  if (isKnown(answer)) return { name, address, answer }
  const notAsked = answer.reason === 'no-route' ? ({ notAsked: true } as const) : {}
  return { name, address, answer: null, problem: answer.message, ...notAsked }
}

const first = (known: Known | undefined): string | null => (isKnown(known) ? (known[0] ?? null) : null)
export const timeOf = (instant: Instant): string => new Date(instant).toISOString()
