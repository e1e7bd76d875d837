import { HOUR, type Instant, MINUTE } from './instant.ts'
import { isInUse, type Link, type LinkRules, type LinkSight, linkSight, nextLink } from './link.ts'
import { type Detected, type Family, isKnown, type LineAnswers, type LineName } from './plan.ts'
import type { State } from './state.ts'

/** What is kept on disk of one line: written on transitions alone, and only where a host can change lines or lose a family. */
export interface LineMemory {
  readonly link?: Link | undefined
  /** Families that the line has no longer, by the word of the kernel or of the router. */
  readonly absent?: Readonly<Partial<Record<Family, Absence>>> | undefined
}

/** Reported absent since then, in so many rounds (counted to three); `gone`: long enough for its record to be removed. */
export interface Absence {
  readonly since: Instant
  readonly rounds: number
  /** When one was counted last; undefined: at `since`. */
  readonly at?: Instant | undefined
  readonly gone?: true | undefined
}

/** Which lines' standing matters. */
export interface LineRules {
  /** Those that stand in a list of several. */
  readonly links: Readonly<Record<LineName, LinkRules>>
  /** Those with a host whose records are removed when a family is gone. */
  readonly removing: readonly LineName[]
}

const ROUNDS = 3
const LONG = 10 * MINUTE
const FORGOTTEN = 2 * HOUR

/** What a round teaches of the lines; the same state where that is nothing new. Pure. */
export function learnLines(state: State, detected: Detected, rules: LineRules, now: Instant): State {
  const names = new Set([...Object.keys(rules.links), ...rules.removing])
  const before = state.lines ?? {}
  const links = linksOf(before, detected, rules, now)
  const rows = [...names].flatMap((name): [LineName, LineMemory][] => {
    const answers = detected[name]
    const kept = before[name]
    if (!answers) return kept ? [[name, kept]] : [] // not asked
    const absent = rules.removing.includes(name) ? absentIn(kept?.absent, answers, now) : undefined
    const news = memoryOfLine(kept, links[name], absent)
    return news.link || news.absent ? [[name, news]] : []
  })
  if (rows.length === 0 && Object.keys(before).length === 0) return state
  const same = rows.length === Object.keys(before).length && rows.every(([name, one]) => one === before[name])
  return same ? state : { ...state, lines: Object.fromEntries(rows) }
}

/** How the lines that were asked stand. Where none is in use, one by its own word alone is better than one without. */
function linksOf(
  before: Readonly<Record<LineName, LineMemory>>,
  detected: Detected,
  { links: rules }: LineRules,
  now: Instant,
): Readonly<Record<LineName, Link | undefined>> {
  const next = (lastly: (sight: LinkSight) => LinkSight) =>
    Object.entries(rules).map(([name, one]) => {
      const kept = before[name]?.link
      const answers = detected[name]
      return [name, answers ? nextLink(kept, lastly(linkSight(answers)), one, now) : kept] as const
    })
  const links = next((sight) => sight)
  const isAny = links.some(([, link]) => link && isInUse(link))
  return Object.fromEntries(isAny ? links : next((sight) => (sight === 'alone' ? 'up' : sight)))
}

function memoryOfLine(kept: LineMemory | undefined, link: Link | undefined, absent: LineMemory['absent']): LineMemory {
  if (kept && kept.link === link && kept.absent === absent) return kept
  return { ...(link && { link }), ...(absent && { absent }) }
}

function absentIn(kept: LineMemory['absent'], answers: LineAnswers, now: Instant): LineMemory['absent'] {
  const rows = (['A', 'AAAA', 'prefix'] as const).flatMap((family) => {
    const next = nextAbsence(kept?.[family], family, answers, now)
    return next ? [[family, next] as const] : []
  })
  if (rows.length === 0) return undefined
  const same = kept && rows.length === Object.keys(kept).length && rows.every(([type, one]) => one === kept[type])
  return same ? kept : Object.fromEntries(rows)
}

/**
 * A look-up that failed says nothing either way; an address, or that the line has the family, ends it. So does a line without
 * the other one: as a whole it is down, and comes back with one family before the other.
 */
function nextAbsence(
  kept: Absence | undefined,
  family: Family,
  answers: LineAnswers,
  now: Instant,
): Absence | undefined {
  if (has(family, answers)) return undefined
  const hasOther = family === 'A' ? isSeen('AAAA', answers) || isSeen('prefix', answers) : isSeen('A', answers)
  if (!hasOther) return kept?.gone ? kept : undefined // nothing more is removed for that
  if (!answers.absent?.includes(family)) return family !== 'prefix' && isKnown(answers[family]) ? undefined : kept
  return kept?.gone ? kept : counted(kept, now)
}

/**
 * Rounds that hints start follow within seconds, as a line reconnects: few of them count. What was reported long ago, or by a
 * clock that has been set since, is no part of what is reported now.
 */
function counted(kept: Absence | undefined, now: Instant): Absence {
  const first = { since: now, rounds: 1 }
  if (!kept) return first
  const { since, rounds, at = since } = kept
  if (since > now || at > now || now - at > FORGOTTEN) return first
  const isLong = now - since >= LONG
  if (rounds >= ROUNDS && isLong) return { since, rounds, gone: true }
  if (now - at < LONG / ROUNDS) return kept
  if (rounds + 1 >= ROUNDS && isLong) return { since, rounds: ROUNDS, gone: true }
  return { since, rounds: Math.min(ROUNDS, rounds + 1), at: now }
}

function has(family: Family, answers: LineAnswers): boolean {
  const known = answers[family === 'A' ? 'A' : 'AAAA']
  return (isKnown(known) && known.length > 0) || answers.there?.includes(family) === true
}

/** What was told some time ago shows no line that is up. */
const isSeen = (family: Family, answers: LineAnswers): boolean =>
  has(family, answers) && answers.unseen?.includes(family === 'A' ? 'A' : 'AAAA') !== true
