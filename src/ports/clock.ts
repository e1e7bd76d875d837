import type { Instant, Milliseconds } from '../core/instant.ts'

export interface Clock {
  readonly now: () => Instant
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly sleep: (ms: Milliseconds, signal: AbortSignal) => Promise<void>
}
