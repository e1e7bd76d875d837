import { type Instant, SECOND } from '../../core/instant.ts'

/** What starts a round before its time. */
export type Hint = 'schedule' | 'kernel' | 'push' | 'signal' | 'reload'

const WINDOW = 10 * SECOND
const IN_WINDOW = 5

/** Collects hints: many become one, and what comes from outside starts at most five rounds in 10 s. */
export interface Hints {
  readonly give: (hint: Hint) => void
  /** Resolves once a hint is there, with the latest, and takes it; never once the signal is aborted: the hint is left to the next who asks. */
  readonly next: (signal: AbortSignal) => Promise<Hint>
  /** Called at each hint: a running confirmation makes way. */
  onHint: () => void
}

export function openHints(now: () => Instant, later: (ms: number, work: () => void) => void): Hints {
  let waiting: ((hint: Hint) => void) | undefined
  let isLate = false
  let last: Hint | undefined
  let given: Instant[] = []
  const hints: Hints = { give, next, onHint: () => {} }
  return hints

  function give(hint: Hint): void {
    const at = now()
    if (hint === 'kernel' || hint === 'push') {
      given = given.filter((one) => one > at - WINDOW && one <= at)
      if (given.length >= IN_WINDOW) {
        if (!isLate) later(given[0]! + WINDOW - at, () => giveLate(hint)) // the last event of a storm must not be lost
        isLate = true
        return
      }
      given.push(at)
    }
    deliver(hint)
  }

  function giveLate(hint: Hint): void {
    isLate = false
    give(hint)
  }

  function deliver(hint: Hint): void {
    hints.onHint()
    if (!waiting) {
      last = hint
      return
    }
    const take = waiting
    waiting = undefined
    take(hint)
  }

  function next(signal: AbortSignal): Promise<Hint> {
    if (last !== undefined) {
      const hint = last
      last = undefined
      return Promise.resolve(hint)
    }
    return new Promise((resolve) => {
      waiting = resolve
      const letGo = () => {
        if (waiting === resolve) waiting = undefined
      }
      // `once`: on Node 20 a signal of several keeps for ever what still listens to it, a round's worth each round.
      signal.addEventListener('abort', letGo, { once: true })
    })
  }
}
