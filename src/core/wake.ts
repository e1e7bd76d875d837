import { type Instant, type Milliseconds, SECOND } from './instant.ts'
import type { Action, TargetKey } from './plan.ts'
import type { Round } from './round.ts'
import { memoryOf } from './state.ts'

/** What failed together was recorded some milliseconds apart, and is tried again together. */
const TOGETHER = 2 * SECOND
/** Until an MX that was not heard out is looked up once more: by then the events of one reconnection are over. */
const AGAIN: Milliseconds = 10 * SECOND

/** An event may come before the line can be asked through: the rounds that follow, ever more seldom, until the schedule does. */
const FOLLOWING = { first: 5 * SECOND, most: 6 }

/** Whose addresses are waited for, after an event. */
export interface Following {
  /** So many rounds in a row that did not learn them; 0: nothing is followed up. */
  readonly rounds: number
  /** Learnt at some time: what was there comes back. */
  readonly known: ReadonlySet<TargetKey>
  /** Never learnt, and waited for in vain: each event would begin the same again. */
  readonly hopeless: ReadonlySet<TargetKey>
}

export const NOT_FOLLOWING: Following = { rounds: 0, known: new Set(), hopeless: new Set() }

/** After one more round; `isEvent`: something had happened to the line, or the daemon began. Pure. */
export function following(before: Following, { plan }: Pick<Round, 'plan'>, isEvent: boolean): Following {
  const keysOf = (actions: Round['plan']) => actions.map(({ target }) => target.key)
  const known = new Set([...before.known, ...keysOf(plan.filter(isLearnt))])
  const missing = keysOf(plan.filter(isMissing)).filter((key) => known.has(key) || !before.hopeless.has(key))
  const going = before.rounds > 0 ? before.rounds + 1 : 0
  const rounds = missing.length === 0 ? 0 : isEvent ? 1 : going
  if (rounds <= FOLLOWING.most) return { ...before, rounds, known }
  return { rounds: 0, known, hopeless: new Set([...before.hopeless, ...missing]) }
}

/** `line-down`: of a line that is not given up yet. */
const isMissing = (action: Action): boolean =>
  (action.kind === 'skip' && action.why === 'address-unknown') || (action.kind === 'wait' && action.why === 'line-down')

/** Who is held until the user acts, or keeps no record of that family, says nothing of the line. */
const isLearnt = (action: Action): boolean =>
  action.kind !== 'hold' && !isMissing(action) && !(action.kind === 'skip' && action.why === 'off')

/** When to look again; undefined: not before its time. */
export const followUp = ({ rounds }: Following, now: Instant): Instant | undefined =>
  rounds === 0 ? undefined : now + FOLLOWING.first * 2 ** (rounds - 1)

/**
 * When the next pause of any target ends, or a line's patience, or an MX is to be heard out, and those that end with it;
 * undefined: nothing is waited for.
 */
export function wakeAt({ located, plan, state, finished }: Round): Instant | undefined {
  const patience = Object.values(state.lines ?? {}).flatMap(({ link }) => link?.until ?? [])
  const ends = plan.flatMap((action) => {
    const { trouble } = memoryOf(state, action.target.key)
    const waits = action.kind === 'wait' ? [action.until] : []
    return typeof trouble?.until === 'number' ? [...waits, trouble.until] : waits
  })
  const again = located.some(({ isCut }) => isCut) ? [finished + AGAIN] : []
  const future = [...ends, ...patience, ...again].filter((end) => end > finished)
  if (future.length === 0) return undefined
  const first = Math.min(...future)
  return Math.max(...future.filter((end) => end < first + TOGETHER))
}
