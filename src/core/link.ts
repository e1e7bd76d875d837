import { Failure } from './failure.ts'
import { HOUR, type Instant, type Milliseconds, SECOND } from './instant.ts'
import type { LineAnswers, LineName } from './plan.ts'

/**
 * How one line of several stands. `up`: it has an address; `unsure`: none since `since`, but not long enough to be given up;
 * `down`: given up; `returning`: it has one again, and is used before others only when it has kept it for a while.
 */
export interface Link {
  readonly state: 'up' | 'unsure' | 'down' | 'returning'
  readonly since: Instant
  /** When it counts as down (unsure), or is trusted again (returning), if nothing changes. */
  readonly until?: Instant | undefined
  /** Unsure: rounds without an address that count, and when the last of them was; absent: the first, at `since`. */
  readonly misses?: number | undefined
  readonly missedAt?: Instant | undefined
  /** Unsure: how often it began, since nobody was there when its time was over; absent: once. */
  readonly begun?: number | undefined
  /** When it was given up lately, oldest first: a line that flaps waits longer. Absent: it never was. */
  readonly drops?: readonly Instant[] | undefined
}

export interface LinkRules {
  readonly lineDownAfter: Milliseconds
  readonly failbackAfter: Milliseconds
}

/**
 * What a round saw of a line. `alone`: its own end says that it is up, and nobody outside was heard, through no line; `cut`:
 * the kernel itself says that there is no way.
 */
export type LinkSight = 'up' | 'alone' | 'unknown' | 'cut'

/**
 * So many rounds without an address are as good as the time. Those that hints start follow within seconds, as a line
 * reconnects: only one in each third of the time counts.
 */
const MISSES = 3
/** How late a running process may judge what ended, at least: silent sources and name servers keep a round for that long. */
const LOOKING: Milliseconds = 15 * SECOND
/** How long a drop is remembered, and how many of them cost nothing. */
const FLAPPING = 6 * HOUR
const FREE = 2
const MOST_DOUBLINGS = 3

/**
 * IPv4 decides, since most mail comes by it; IPv6 where the line has no IPv4 of its own, or nobody who could tell it. An IPv6
 * address outlives the way out behind it: the router that gave it may be there still. So does an inner IPv4 address, which
 * is refused too: that alone is no reason to look at IPv6. A router keeps its address while its provider is dead (cable,
 * fibre): where those outside are heard through another line alone, it proves nothing.
 */
export function linkSight(answers: LineAnswers): LinkSight {
  const type = decidingType(answers)
  const telling = type && answers[type]
  if (!telling) return 'unknown'
  if (telling instanceof Failure) return telling.reason === 'no-route' ? 'cut' : 'unknown'
  if (isUnseenOutside(answers)) return 'unknown'
  return answers.unheard?.includes(type) ? 'alone' : 'up'
}

/** The line's own end has the address that decides, and proves nothing by it. */
export const isUnseenOutside = (answers: LineAnswers): boolean =>
  answers.unproven?.some((type) => type === decidingType(answers)) === true

const decidingType = (answers: LineAnswers) =>
  (['A', 'AAAA'] as const).find((one) => {
    const answer = answers[one]
    return answer instanceof Failure ? isTelling(answer) : answer !== undefined && answer.length > 0
  })

const isTelling = ({ kind, reason }: Failure): boolean => kind !== 'unsupported' && reason !== 'shared-address'

/**
 * How a line stands after a round; the same value where nothing changed. What its own end says alone keeps a line that is up,
 * and makes none of one that was given up: that end may have said so all the while. Pure.
 */
export function nextLink(given: Link | undefined, sight: LinkSight, rules: LinkRules, now: Instant): Link {
  if (!given) return firstSight(sight, rules, now)
  const link = mended(given, now)
  switch (link.state) {
    case 'up':
      if (isWell(sight)) return link
      return sight === 'cut' ? dropped(link, now) : { ...unsure(rules, now), ...drops(link) }
    case 'unsure':
      return stillUnsure(link, sight, rules, now)
    case 'down':
      if (!link.drops) return isWell(sight) ? { state: 'up', since: now } : link
      if (sight !== 'up') return link
      return { state: 'returning', since: now, until: now + patienceOf(link, rules, now), ...drops(link) }
    case 'returning':
      if (sight === 'alone') return link
      if (sight !== 'up') return { state: 'down', since: now, ...drops(link) }
      return now >= link.until! ? { state: 'up', since: now, ...drops(link) } : link
  }
}

/**
 * A line that was never seen is trusted at once: there is nothing to come back from. So is one that was cut off when it was
 * first looked for (a box that starts, and has not dialled yet): it is down, but was never given up, and has no `drops`.
 */
function firstSight(sight: LinkSight, rules: LinkRules, now: Instant): Link {
  if (isWell(sight)) return { state: 'up', since: now }
  return sight === 'cut' ? { state: 'down', since: now } : unsure(rules, now)
}

const isWell = (sight: LinkSight): boolean => sight === 'up' || sight === 'alone'

const unsure = ({ lineDownAfter }: LinkRules, now: Instant): Link => ({
  state: 'unsure',
  since: now,
  until: now + lineDownAfter,
  misses: 1,
})

function stillUnsure(link: Link, sight: LinkSight, rules: LinkRules, now: Instant): Link {
  const { lineDownAfter } = rules
  if (isWell(sight)) return { state: 'up', since: now, ...drops(link) }
  if (sight === 'cut') return dropped(link, now)
  if (now > link.until! + Math.max(lineDownAfter, LOOKING)) return unsureAnew(link, rules, now)
  if (now >= link.until!) return dropped(link, now)
  const { misses = 1, missedAt = link.since } = link
  if (now - missedAt < lineDownAfter / MISSES) return link
  return misses + 1 >= MISSES ? dropped(link, now) : { ...link, misses: misses + 1, missedAt: now }
}

/**
 * A process that runs wakes when the time is over. Nobody was there: the box was off, and its network may not be ready in the
 * first round after; or one-shots run seldom; or the clock was set forward. So the time is granted anew, and in full: misses
 * of before do not count in it. But the third round like that gives the line up, however far they are apart: one-shots that
 * cron runs must come to an end too.
 */
function unsureAnew(link: Link, rules: LinkRules, now: Instant): Link {
  const begun = (link.begun ?? 1) + 1
  return begun >= MISSES ? dropped(link, now) : { ...unsure(rules, now), begun, ...drops(link) }
}

const dropped = (link: Link, now: Instant): Link => ({ state: 'down', since: now, drops: [...recent(link, now), now] })

const recent = ({ drops = [] }: Link, now: Instant): readonly Instant[] =>
  drops.filter((at) => at > now - FLAPPING).slice(-(FREE + MOST_DOUBLINGS))

const drops = ({ drops: kept }: Link) => (kept ? { drops: kept } : {})

/** How long a line must be up before it is trusted again: doubled with each drop of the last six hours from the third on, at most eight times as long. */
function patienceOf(link: Link, { failbackAfter }: LinkRules, now: Instant): Milliseconds {
  return failbackAfter * 2 ** Math.min(MOST_DOUBLINGS, Math.max(0, recent(link, now).length - FREE))
}

/** It was given up so often of late that its return takes longer. */
export const isFlapping = (link: Link, now: Instant): boolean => recent(link, now).length > FREE

/** One that hosts may use: up, or not given up yet. */
export const isInUse = ({ state }: Link): boolean => state === 'up' || state === 'unsure'

/** Clocks jump back: what began in the future begins now, and lasts as long as it would have. */
function mended(link: Link, now: Instant): Link {
  const { since, until, missedAt, drops: kept } = link
  const past = kept?.filter((at) => at <= now)
  if (since <= now && (missedAt ?? since) <= now && past?.length === kept?.length) return link
  const begins = Math.min(since, now)
  return {
    ...link,
    since: begins,
    ...(until !== undefined && { until: begins + (until - since) }),
    ...(missedAt !== undefined && { missedAt: Math.min(missedAt, now) }),
    ...(past && { drops: past }),
  }
}

/**
 * The line that a list of lines leads to: the first that is up, else the one that came back first, else the last that had an
 * address. A line of which nothing is known yet is as good as up. Pure.
 */
export function lineInUse(
  lines: readonly [LineName, ...LineName[]],
  links: Readonly<Record<LineName, { readonly link?: Link | undefined }>> = {},
): LineName {
  const standing = lines.map((line) => ({ line, link: links[line]?.link }))
  const up = standing.find(({ link }) => !link || isInUse(link))
  if (up) return up.line
  const of = (state: Link['state']) => standing.filter(({ link }) => link!.state === state)
  const [back] = of('returning').toSorted((one, other) => one.link!.since - other.link!.since)
  const [last] = of('down').toSorted((one, other) => other.link!.since - one.link!.since)
  return (back ?? last)!.line
}
