import { type Instant, type Milliseconds, SECOND } from './instant.ts'
import type { Round } from './round.ts'
import { memoryOf } from './state.ts'

/** What failed together was recorded some milliseconds apart, and is tried again together. */
const TOGETHER = 2 * SECOND
/** Until an MX that was not heard out is looked up once more: by then the events of one reconnection are over. */
const AGAIN: Milliseconds = 10 * SECOND

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
