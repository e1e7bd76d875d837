import { HOUR, type Instant } from './instant.ts'
import { isKnown } from './plan.ts'
import type { Shared, Sighting, Vote } from './sighting.ts'

/** What a router has shown of a carrier that shares its address, and when it did last. */
export interface ShownLately {
  readonly shown: Shared
  readonly at: Instant
}

/** A router that starts is silent for minutes; one that is switched off for good, or another one, must not hold up mail for ever. */
const LONG = HOUR

/**
 * What is remembered of a router's source after a round: what it shows now, until it shows something else. Silence is nothing
 * else, and neither is an address that is kept back.
 */
export function latelyAfter(
  before: ShownLately | undefined,
  vote: Vote | undefined,
  now: Instant,
): ShownLately | undefined {
  if (vote && isKnown(vote.sighting.answer)) return vote.shared && { shown: vote.shared, at: now }
  if (!before || now - before.at >= LONG) return undefined
  return before.at > now ? { ...before, at: now } : before // clocks jump back
}

/** A sighting of a source that does not tell now, with what it showed lately. */
export const recalled = (sighting: Sighting, kept: ShownLately | undefined): Sighting =>
  kept && !isKnown(sighting.answer) ? { ...sighting, lately: kept.shown } : sighting
