import type { Instant } from './instant.ts'
import type { Round } from './round.ts'
import { memoryOf } from './state.ts'

/** When the next pause of any target ends; undefined: none is running. */
export function wakeAt({ plan, state, finished }: Round): Instant | undefined {
  const ends = plan.flatMap((action) => {
    const { trouble } = memoryOf(state, action.target.key)
    const waits = action.kind === 'wait' ? [action.until] : []
    return typeof trouble?.until === 'number' ? [...waits, trouble.until] : waits
  })
  const future = ends.filter((end) => end > finished)
  return future.length > 0 ? Math.min(...future) : undefined
}
