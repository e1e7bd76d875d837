import type { Heard, Way } from '../../core/heard.ts'
import { type Instant, SECOND } from '../../core/instant.ts'

/** What starts a round before its time: the clock and the user, or a way to hear of the line. */
export type Hint = 'schedule' | 'signal' | 'reload' | Way

const WINDOW = 10 * SECOND
const IN_WINDOW = 5

/** Collects hints: many become one, and what comes from outside starts at most five rounds in 10 s. */
export interface Hints {
  readonly give: (hint: Hint) => void
  /** Resolves once a hint is there, with the latest (the schedule's only where there is no other), and takes it; never once the signal is aborted: the hint is left to the next who asks. */
  readonly next: (signal: AbortSignal) => Promise<Hint>
  /** By which ways the line was heard of, the latest first. */
  readonly heard: () => readonly Heard[]
  /** Called at each hint: a running round makes way, while it looks and while it confirms. */
  onHint: () => void
}

export function openHints(now: () => Instant, later: (ms: number, work: () => void) => void): Hints {
  let waiting: ((hint: Hint) => void) | undefined
  /** The last event of a storm must not be lost. */
  let late: Way | undefined
  let last: Hint | undefined
  const heard = new Map<Way, Heard>()
  /** When ways began rounds: what comes while one runs, or waits to run, begins none of its own. */
  let begun: Instant[] = []
  const hints: Hints = { give, next, heard: () => [...heard.values()].reverse(), onHint: () => {} }
  return hints

  function give(hint: Hint): void {
    if (isWay(hint)) {
      remember(hint)
      giveWay(hint)
    } else deliver(hint)
  }

  function remember(way: Way): void {
    const times = (heard.get(way)?.times ?? 0) + 1
    heard.delete(way) // the latest stands last
    heard.set(way, { way, at: now(), times })
  }

  function giveWay(way: Way): void {
    const at = now()
    begun = begun.filter((one) => one > at - WINDOW && one <= at)
    if (begun.length >= IN_WINDOW) {
      if (!late) later(begun[0]! + WINDOW - at, giveLate)
      late = way
      return
    }
    deliver(way)
  }

  function giveLate(): void {
    const way = late
    late = undefined
    if (way) giveWay(way)
  }

  function deliver(hint: Hint): void {
    hints.onHint()
    if (!waiting) {
      // A round that the schedule begins does less than one of news: sources that rest are not asked.
      if (last === undefined || hint !== 'schedule') last = hint
      return
    }
    const take = waiting
    waiting = undefined
    take(begins(hint))
  }

  function begins(hint: Hint): Hint {
    if (isWay(hint)) begun.push(now())
    return hint
  }

  function next(signal: AbortSignal): Promise<Hint> {
    if (last !== undefined) {
      const hint = last
      last = undefined
      return Promise.resolve(begins(hint))
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

const isWay = (hint: Hint): hint is Way => hint !== 'schedule' && hint !== 'signal' && hint !== 'reload'
