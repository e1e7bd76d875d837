import { type Instant, type Milliseconds, SECOND } from './instant.ts'
import type { Round } from './round.ts'
import { memoryOf } from './state.ts'

/** What failed together was recorded some milliseconds apart, and is tried again together. */
const TOGETHER = 2 * SECOND
/** Until an MX that was not heard out is looked up once more: by then the events of one reconnection are over. */
const AGAIN: Milliseconds = 10 * SECOND

/** An event may come before the line can be asked through: the rounds that follow, ever more seldom, until the schedule does. */
const FOLLOWING = { first: 5 * SECOND, most: 6 }

/** The address that some target waits for was not learnt. */
export const isBlind = ({ plan }: Pick<Round, 'plan'>): boolean =>
  plan.some((action) => action.kind === 'skip' && action.why === 'address-unknown')

/** When to look again after so many blind rounds in a row, the first of them begun by an event; undefined: not before its time. */
export const followUp = (blind: number, now: Instant): Instant | undefined =>
  blind === 0 || blind > FOLLOWING.most ? undefined : now + FOLLOWING.first * 2 ** (blind - 1)

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
