import { type Instant, type Milliseconds, SECOND } from '../core/instant.ts'
import { joined } from '../core/joined.ts'
import type { Clock } from '../ports/clock.ts'

/** `stop` ends the round, `hurry` only its looking and its confirmation: something new has been heard of. */
export interface Signals {
  readonly stop: AbortSignal
  readonly hurry: AbortSignal
}

/** How long those in a hurry still wait for the first answers: name servers that answer need a fraction of it. */
export const GRACE: Milliseconds = SECOND

/** Nobody reads it: without a reason Node.js makes an error, with its stack, each time. */
const OVER = 'over'

/**
 * Does a piece of work that ends at once when stopped, but is given its first second when only hurried: with rounds
 * that always make way for the next, nothing would ever be proven.
 */
export async function withGrace<T>(
  { stop, hurry }: Signals,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const cut = new AbortController()
  const started = clock.now()
  const makeWay = async () => {
    await clock.sleep(started + GRACE - clock.now(), cut.signal)
    cut.abort(OVER)
  }
  if (hurry.aborted) void makeWay()
  else hurry.addEventListener('abort', makeWay, { once: true })
  try {
    return await work(AbortSignal.any([stop, cut.signal]))
  } finally {
    hurry.removeEventListener('abort', makeWay)
    cut.abort(OVER)
  }
}

/** Signals that hurry also when their time has come: at `makeWayAt`, if that is ever told. `end`: no longer. */
export function hurriedLater({ stop, hurry }: Signals, clock: Clock) {
  const late = new AbortController()
  const either = joined(hurry, late.signal)
  const makeWayAt = async (at: Instant) => {
    await clock.sleep(Math.max(0, at - clock.now()), either.signal)
    late.abort(OVER)
  }
  const end = () => {
    late.abort(OVER)
    either.end()
  }
  return { signals: { stop, hurry: either.signal }, makeWayAt, end }
}
