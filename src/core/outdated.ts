import { type Instant, SECOND } from './instant.ts'
import type { Target } from './plan.ts'
import { memoryOf, type State } from './state.ts'

/** A line is looked at within a few seconds: whoever had to wait longer than that, or has slept since, looks again. */
const LASTS = 30 * SECOND

/** When a round looked at the lines: one that answered at once has waited for the others since. */
export interface Look {
  readonly began: Instant
  readonly ended: Instant
}

/**
 * What was learnt of the lines is no longer to be acted on: it is old, or another process has published, or was about to, what
 * it may have learnt later. A stamp in the future (clocks jump) says nothing. Pure.
 */
export function isOutdated({ began, ended }: Look, targets: readonly Target[], state: State, now: Instant): boolean {
  if (now - ended > LASTS) return true
  return targets.some(({ key }) => {
    const { published, intent } = memoryOf(state, key)
    return [published, intent].some((one) => one !== undefined && one.at > began && one.at <= now)
  })
}
