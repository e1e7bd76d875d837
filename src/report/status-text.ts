import { SAME_ADDRESS } from '../core/same-address.ts'
import type { DoctorDocument } from './doctor-document.ts'
import { doctorSummary } from './doctor-summary.ts'
import type { RoundDocument } from './document.ts'
import type { HealthStatus } from './health.ts'
import { type HeardDocument, heardText, type UnheardDocument, unheardText, waysText } from './heard.ts'
import { sameInRound } from './line-log.ts'
import type { LineStateDocument } from './line-state.ts'
import { distanceText, dueText, momentText } from './moment-text.ts'
import { roundText } from './round-text.ts'
import type { TextStyle, Tint } from './text-style.ts'
import { hanging } from './wrap.ts'

/** What `status --json` prints: the last round, and how the daemon is. `started` null: no round has ended yet. */
export interface StatusDocument extends Omit<RoundDocument, 'started' | 'finished'> {
  readonly started: string | null
  readonly finished: string | null
  readonly health: HealthStatus
  /** RFC 3339; null: no daemon runs, or none is planned. */
  readonly nextRound: string | null
  /** How changes of the line were heard of between rounds; null: none since the daemon began. */
  readonly heard: HeardDocument | null
  /** Ways by which none is heard, although the user named them or can mend that. */
  readonly unheard: readonly UnheardDocument[]
  /** What is wrong with the daemon itself, beside its rounds: a port in use, a second daemon. */
  readonly warnings: readonly string[]
  /** The daemon's last examination of the mail path, as far as rounds do not see it themselves; null: none. */
  readonly doctor: DoctorDocument | null
  /** Of mxhome. */
  readonly version: string
}

const NO_ROUND = { started: null, finished: null, addresses: { A: null, AAAA: null }, targets: [], findings: [] }

export function statusDocument(
  last: RoundDocument | undefined,
  {
    doctor = null,
    heard = null,
    unheard = [],
    warnings = [],
    ...now
  }: Pick<StatusDocument, 'health' | 'nextRound' | 'version'> &
    Partial<Pick<StatusDocument, 'doctor' | 'heard' | 'unheard' | 'warnings'>>,
): StatusDocument {
  return { ...(last ?? NO_ROUND), ...now, heard, unheard, warnings, doctor }
}

/** What `mxhome status` prints. No newline at its end. */
export function statusText(status: StatusDocument, style: TextStyle): string {
  const { health, started, finished } = status
  const head = [
    ...hanging(style, `${WORDS[health]}  `, headText(status, style), undefined, TINTS[health]),
    // A daemon of another version may tell none.
    ...(status.warnings ?? []).flatMap((text) => hanging(style, '  ! ', text, undefined, 'yellow')),
  ]
  if (started === null || finished === null) return [...head, '', noRoundText(status)].join('\n')
  const round = roundText({ ...status, started, finished }, style)
  return [
    ...head,
    ...addressLines(status, style),
    ...waysText(status.heard, style),
    ...unheardText(status.unheard, style),
    ...sourceLines(status, style),
    '',
    round,
    ...doctorSummary(status.doctor, style),
  ].join('\n')
}

const noRoundText = ({ nextRound }: StatusDocument) =>
  nextRound === null
    ? 'No round has ended yet, and no daemon answers. Start one (mxhome run), or do one round (mxhome update).'
    : 'The first round is running.'

const TINTS = { pass: 'green', warn: 'yellow', fail: 'red' } as const satisfies Record<HealthStatus, Tint>
const WORDS = { pass: 'OK', warn: 'WARNING', fail: 'FAILING' } as const satisfies Record<HealthStatus, string>

function headText({ started, finished, nextRound, heard, version }: StatusDocument, style: TextStyle): string {
  const moment = (at: string) => `${momentText(at, style)} (${distanceText(at, style.now) || 'when?'})`
  const hasEnded = finished !== null && Date.parse(finished) !== 0 // of an empty state folder: never
  const last = hasEnded ? [`${nextRound === null ? 'last news' : 'last round'} ${moment(finished)}`] : []
  const none = started === null ? [] : ['no daemon answers: this is what the state folder says']
  const next = nextRound === null ? none : [`next ${moment(nextRound)}`]
  return [...last, ...next, ...heardText(heard, style), `mxhome ${version}`].join(', ')
}

function sourceLines({ sources = [] }: StatusDocument, style: TextStyle): readonly string[] {
  return sources.flatMap(({ source, type, what, why = '', until }) => {
    if (until === undefined) return []
    const said = why.startsWith(`${source}: `) ? why.slice(source.length + 2) : why
    const family = type === 'A' ? 'IPv4' : 'IPv6'
    const text = `${source} ${what} (${family}: ${said}), rests until ${momentText(until, style)}`
    return hanging(style, 'source   ', text, undefined, 'yellow')
  })
}

function addressLines(
  { addresses, lines, lineStates, targets, nextRound }: StatusDocument,
  style: TextStyle,
): readonly string[] {
  if (nextRound === null && Object.values(addresses).every((one) => one === null)) return [] // nobody has asked
  const wanted = new Set<string>(targets.map(({ type }) => type))
  const of = (some: Readonly<Record<string, string | null>>) =>
    Object.entries(some)
      .filter(([type, address]) => address !== null || wanted.has(type))
      .map(([type, address]) => address ?? `${type === 'A' ? 'IPv4' : 'IPv6'} unknown`)
      .join(', ')
  if (!lines) return of(addresses) ? hanging(style, 'address  ', of(addresses)) : []
  const notes = sameInRound({ lines }).flatMap(({ address, lines: names }) =>
    hanging(style, '', `lines ${names.join(', ')} (${address}): ${SAME_ADDRESS}`, 'yellow'),
  )
  const each = Object.entries(lines).flatMap(([line, some]) => {
    const users = targets.filter((one) => one.lines && one.line === line).map(({ host }) => host)
    const used = users.length > 0 ? [`used by ${[...new Set(users)].join(', ')}`] : []
    const parts = [of(some) || 'unknown', ...standingText(lineStates?.[line], style), ...used]
    return hanging(style, '', `line ${line}: ${parts.join(', ')}`)
  })
  return [...each, ...notes]
}

/** Nothing of a line that is as it should be. */
function standingText(standing: LineStateDocument | undefined, style: TextStyle): readonly string[] {
  if (!standing || standing.state === 'up') return []
  const { state, since, until, flapping, unseenOutside } = standing
  const doubt = unseenOutside ? ['not seen from outside'] : []
  if (state === 'down') return [...doubt, `down since ${momentText(since, style)}`]
  if (until === null) return [...doubt, state]
  if (state === 'unsure') return [...doubt, `given up ${dueText('at', until, style)}`]
  return [`up again, first choice ${dueText('at', until, style)}${flapping ? ' (it comes and goes)' : ''}`]
}
