import { type Instant, MINUTE } from '../core/instant.ts'

export interface Liveness {
  /** undefined: none has begun yet. */
  readonly lastRoundStarted: Instant | undefined
  /** undefined: none is planned. */
  readonly nextRoundDue: Instant | undefined
  /** undefined: none is running. */
  readonly roundRunningSince: Instant | undefined
  readonly now: Instant
}

/** A slow provider, two minutes of confirmation and a busy SD card are no reason to restart the daemon. */
const LONGEST_ROUND = 15 * MINUTE
/** A round that is due begins in the same second; this is for a box that has just woken. */
const GRACE = 2 * MINUTE

/** Rounds are being run on time: the running one has not hung, else the next one is not overdue. */
export function isLive({ lastRoundStarted, nextRoundDue, roundRunningSince, now }: Liveness): boolean {
  if (roundRunningSince !== undefined) return now - roundRunningSince <= LONGEST_ROUND
  if (nextRoundDue !== undefined) return now - nextRoundDue <= GRACE
  return lastRoundStarted !== undefined
}
