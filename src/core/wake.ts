import { type Instant, type Milliseconds, SECOND } from './instant.ts'
import type { LocatedDomain } from './locate.ts'
import type { Action } from './plan.ts'
import type { Round } from './round.ts'
import { memoryOf } from './state.ts'

/** What failed together was recorded some milliseconds apart, and is tried again together. */
const TOGETHER = 2 * SECOND
/** Until an MX that was not heard out is looked up once more: by then the events of one reconnection are over. */
const AGAIN: Milliseconds = 10 * SECOND

/** An event may come before the line can be asked through: the rounds that follow, ever more seldom, until the schedule does. */
const FOLLOWING = { first: 5 * SECOND, most: 6 }

/** Whose addresses are waited for, after an event, and domains of which no MX host was ever found. */
export interface Following {
  /** So many rounds in a row that did not learn them; 0: nothing is followed up. */
  readonly rounds: number
  /** Never learnt, by this process or one before, and in how many rounds that were begun by events or followed them. */
  readonly inVain: ReadonlyMap<string, number>
}

export const NOT_FOLLOWING: Following = { rounds: 0, inVain: new Map() }

/**
 * After one more round; `isEvent`: something had happened to the line, or the daemon began. What was known once comes back,
 * and each event is followed up; what never was is waited for once, lest each event begin the same again. Pure.
 */
export function following(
  before: Following,
  { located, plan, state }: Pick<Round, 'located' | 'plan' | 'state'>,
  isEvent: boolean,
): Following {
  const unfound = located.flatMap((one) => (isUnfound(one) ? [`MX ${one.domain}`] : []))
  const keys = plan.filter(isMissing).map(({ target }) => target.key)
  const missing: readonly string[] = [...unfound, ...keys]
  const isOnTheWay = isEvent || before.rounds > 0
  const never = [...unfound, ...keys.filter((key) => memoryOf(state, key).published === undefined)]
  const inVain = new Map(never.map((key) => [key, (before.inVain.get(key) ?? 0) + Number(isOnTheWay)] as const))
  const isHoped = missing.some((key) => (inVain.get(key) ?? 0) <= FOLLOWING.most)
  const rounds = !isHoped ? 0 : isEvent ? 1 : before.rounds > 0 ? before.rounds + 1 : 0
  return { rounds: rounds > FOLLOWING.most ? 0 : rounds, inVain }
}

/** Nobody could tell its MX, and nothing is remembered: at a first start without a network no target is known. */
const isUnfound = ({ hosts, findings }: LocatedDomain): boolean =>
  hosts.length === 0 && findings.some(({ id }) => id === 'mx-unknown')

/** `line-down`: of a line that is not given up yet. */
const isMissing = (action: Action): boolean =>
  (action.kind === 'skip' && action.why === 'address-unknown') || (action.kind === 'wait' && action.why === 'line-down')

/** When to look again; undefined: not before its time. */
export const followUp = ({ rounds }: Following, now: Instant): Instant | undefined =>
  rounds === 0 ? undefined : now + FOLLOWING.first * 2 ** (rounds - 1)

/** When the next pause of any target ends, or a line's patience, of those that end after `since`; undefined: none does. Pure. */
export const nextEnd = (round: Ending, since: Instant): Instant | undefined => firstOf(endsOf(round), since)

/**
 * When the next round is due because something ends, or an MX is to be heard out; undefined: nothing is waited for. What has
 * ended since the round began is due at once: it may have gone on confirming for minutes. The round after begins later than
 * that, so that no end begins two.
 */
export function wakeAt({ located, plan, state, started, finished }: Round): Instant | undefined {
  const again = located.some(({ isCut }) => isCut) ? [finished + AGAIN] : []
  const next = firstOf([...endsOf({ plan, state }), ...again], Math.min(started, finished)) // clocks jump back
  return next === undefined ? undefined : Math.max(next, finished)
}

type Ending = Pick<Round, 'plan' | 'state'>

function endsOf({ plan, state }: Ending): readonly Instant[] {
  const patience = Object.values(state.lines ?? {}).flatMap(({ link }) => link?.until ?? [])
  const ends = plan.flatMap((action) => {
    const { trouble } = memoryOf(state, action.target.key)
    const waits = action.kind === 'wait' ? [action.until] : []
    return typeof trouble?.until === 'number' ? [...waits, trouble.until] : waits
  })
  return [...ends, ...patience]
}

/** The first of those to come, and those that end with it. */
function firstOf(ends: readonly Instant[], since: Instant): Instant | undefined {
  const toCome = ends.filter((end) => end > since)
  if (toCome.length === 0) return undefined
  const first = Math.min(...toCome)
  return Math.max(...toCome.filter((end) => end < first + TOGETHER))
}
