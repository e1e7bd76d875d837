import { HOUR, type Instant, MINUTE } from '../core/instant.ts'
import { keepsMailOut } from '../core/mail-verdict.ts'
import type { State } from '../core/state.ts'
import { confirmationText } from './confirmation-text.ts'
import type { DoctorDocument } from './doctor-document.ts'
import {
  type FindingDocument,
  type RoundDocument,
  type SourceNewsDocument,
  type TargetDocument,
  timeOf,
} from './document.ts'
import { reasonText } from './happened-text.ts'
import { checkName, type HealthMemory } from './health-memory.ts'
import { roundSpan } from './moment-text.ts'
import { isBehind, standingOf } from './target-standing.ts'
import { plain } from './wrap.ts'

export type HealthStatus = 'pass' | 'warn' | 'fail'

/** `application/health+json`: draft-inadarei-api-health-check. */
export interface HealthDocument {
  readonly status: HealthStatus
  /** Of mxhome. */
  readonly version: string
  /** Why it is not `pass`: the first of the worst. */
  readonly output?: string
  /** By host and type (`mail.example.com:A`), by domain and finding (`example.com:mx-missing`), `mxhome:sources` and `mxhome:rounds`. */
  readonly checks: Readonly<Record<string, readonly HealthCheck[]>>
}

export interface HealthCheck {
  /** The addresses that the service accepted last, separated by blanks; null: unknown. */
  readonly observedValue?: string | null
  readonly time: string
  readonly status: HealthStatus
  readonly output?: string
}

export interface HealthSituation {
  /** Of the last round; undefined: none has ended yet. */
  readonly document: RoundDocument | undefined
  readonly state: State
  readonly memory: HealthMemory
  readonly now: Instant
  readonly startedAt: Instant
  readonly version: string
  /** When the next round shall begin; undefined: unknown. */
  readonly nextRoundDue?: Instant | undefined
  /** The last examination of the mail path; undefined: none has ended yet, or none is wanted. */
  readonly doctor?: DoctorDocument | undefined
  /** Broken notifiers, ports in use: what is wrong beside the rounds, never worse than `warn`. */
  readonly warnings?: readonly string[] | undefined
}

/** How long is too long, in milliseconds. */
const TOO_LONG = { behind: 10 * MINUTE, addressUnknown: HOUR, overdue: 5 * MINUTE }

type Named = readonly [name: string, check: HealthCheck]

/** `fail`: mail would go to a wrong or dead address, or the user must act. Pure. */
export function healthOf(situation: HealthSituation): {
  readonly health: HealthDocument
  readonly httpStatus: 200 | 503
} {
  const { document, version } = situation
  const all = document ? checksOf(document, situation) : beforeFirstRound(situation)
  const status = worst(all.map(([, check]) => check.status))
  const [first, ...others] = all.filter(([, check]) => check.status === status && status !== 'pass')
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  const checks: Record<string, HealthCheck[]> = {}
  for (const [name, check] of all) checks[name] = [...(checks[name] ?? []), check]
  const health = { status, version, ...(first && { output: `${first[0]}: ${first[1].output}${more}` }), checks }
  return { health, httpStatus: status === 'fail' ? 503 : 200 }
}

const worst = (all: readonly HealthStatus[]): HealthStatus =>
  (['fail', 'warn'] as const).find((status) => all.includes(status)) ?? 'pass'

/** What is on disk is shown, but nobody has looked yet. */
function beforeFirstRound({ state, startedAt, now, warnings = [] }: HealthSituation): Named[] {
  const late = now - startedAt >= TOO_LONG.addressUnknown
  const output = late ? `the first round has been running for ${roundSpan(now - startedAt)}` : 'first round is running'
  const known = Object.entries(state.targets).flatMap(([key, memory]): Named[] => {
    const [, host = key, type = ''] = key.split(' ')
    if (!memory.published) return []
    const { addresses, at } = memory.published
    const check = { observedValue: addresses.join(' '), time: timeText(at, now), status: 'warn' } as const
    return [[`${host}:${type}`, { ...check, output: 'not looked at yet: first round is running' }]]
  })
  const rounds: Named = ['mxhome:rounds', { time: timeText(now, now), status: late ? 'fail' : 'warn', output }]
  return [rounds, ...known, ...warningChecks(warnings, now)]
}

function checksOf(document: RoundDocument, situation: HealthSituation): Named[] {
  const { now, warnings = [], doctor } = situation
  return [
    ...document.targets.map((target): Named => [checkName(target), targetCheck(target, document.finished, situation)]),
    ...document.findings.flatMap((finding) => findingCheck(finding, document.finished)),
    ...(doctor?.findings ?? []).flatMap((finding) => examinedCheck(finding, doctor!.finished)),
    ...(document.sources ?? []).flatMap((one) => sourceCheck(one, document.finished)),
    roundsCheck(document, situation),
    ...warningChecks(warnings, now),
  ]
}

function targetCheck(target: TargetDocument, time: string, situation: HealthSituation): HealthCheck {
  const [status, output] = judge(target, situation)
  return { observedValue: target.published?.join(' ') ?? null, time, status, ...(output && { output: plain(output) }) }
}

type Judgement = readonly [HealthStatus, string]

function judge(target: TargetDocument, { memory, now }: HealthSituation): Judgement {
  const { confirmation, why, wanted, action } = target
  const { behind, addressUnknown } = memory.targets[checkName(target)] ?? {}
  const long = (at: Instant | undefined) => (at === undefined ? 0 : now - at)
  const standing = standingOf(target)
  if (standing === 'needs-you') return ['fail', `${action === 'hold' ? 'held' : 'refused'}: ${troubleText(target)}`]
  if (confirmation?.state === 'contradicted') return ['fail', confirmationText(target)]
  if (behind !== undefined && long(behind) >= TOO_LONG.behind) {
    const should = wanted ? `the line has ${wanted.join(' ')}` : "the line's address is unknown"
    return ['fail', `not updated for ${roundSpan(long(behind))}, ${should}: ${troubleText(target)}`]
  }
  if (why === 'address-unknown') {
    const since = long(addressUnknown) > 0 ? ` for ${roundSpan(long(addressUnknown))}` : ''
    const isFail = addressUnknown !== undefined && long(addressUnknown) >= TOO_LONG.addressUnknown
    return [isFail ? 'fail' : 'warn', troubleText(target, since)]
  }
  if (isBehind(target)) return ['warn', `not updated yet: ${troubleText(target)}`]
  if (standing === 'pending') return ['warn', target.error ? troubleText(target) : confirmationText(target)]
  if (confirmation && confirmation.state !== 'confirmed') return ['warn', confirmationText(target)]
  const [best = target.line] = target.lines ?? []
  return best === target.line
    ? ['pass', '']
    : ['warn', `${target.line} is used instead of ${best}, which is down or not trusted yet`]
}

/** `credentials refused (answered 401 ...). Correct the credentials of ionos ...`. */
function troubleText(target: TargetDocument, since = ''): string {
  const { error } = target
  const what = `${reasonText(target)}${since}`
  return error ? `${what} (${error.message}). ${error.remedy}` : `${what}.`
}

const SEVERITIES = { error: 'fail', warn: 'warn', unknown: 'warn', info: 'pass' } as const satisfies Record<
  FindingDocument['severity'],
  HealthStatus
>

function findingCheck({ id, severity, domain, message, remedy }: FindingDocument, time: string): Named[] {
  if (severity === 'info') return []
  return [
    [`${domain ?? 'mxhome'}:${id}`, { time, status: SEVERITIES[severity], output: plain(`${message}. ${remedy}`) }],
  ]
}

/** One source less is no fault of the mail path: the others know the address. */
function sourceCheck({ source, type, what, why = '' }: SourceNewsDocument, time: string): Named[] {
  if (what === 'answers again') return []
  const said = why.startsWith(source) ? why : `${source}: ${why}`
  return [[`mxhome:sources`, { time, status: 'warn', output: plain(`an address source ${what} (${type}): ${said}`) }]]
}

/** Errors that keep all mail out, or are of the MX, are for someone to act on; what could not be examined alarms nobody. */
function examinedCheck(finding: FindingDocument, time: string): Named[] {
  const { id, severity } = finding
  if (severity === 'unknown') return []
  const isGrave = keepsMailOut(finding) || id.startsWith('mx-')
  return findingCheck(severity === 'error' && !isGrave ? { ...finding, severity: 'warn' } : finding, time)
}

function roundsCheck({ finished }: RoundDocument, { now, nextRoundDue }: HealthSituation): Named {
  const late = nextRoundDue !== undefined && now - nextRoundDue >= TOO_LONG.overdue
  if (!late) return ['mxhome:rounds', { time: finished, status: 'pass' }]
  const output = `the next round is overdue for ${roundSpan(now - nextRoundDue)}`
  return ['mxhome:rounds', { time: finished, status: 'warn', output }]
}

const warningChecks = (warnings: readonly string[], now: Instant): Named[] =>
  warnings.map((output) => ['mxhome:daemon', { time: timeText(now, now), status: 'warn', output: plain(output) }])

/** A stamp that is no date must not cost the answer. */
const timeText = (at: Instant, now: Instant): string => timeOf(Math.abs(at) <= 8.64e15 ? at : now)
