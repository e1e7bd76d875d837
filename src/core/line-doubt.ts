import type { Failure } from './failure.ts'
import { type Instant, MINUTE } from './instant.ts'
import type { SourceTrouble } from './source-rest.ts'

/** Rounds without an answer, and the time that they span: a line that only reconnects is through by then. */
const ROUNDS = 2
const SPAN = 2 * MINUTE

/** What is remembered of a line's family after a round: since when nobody could tell it. undefined: it is known. Pure. */
export function doubtAfter(
  before: SourceTrouble | undefined,
  failure: Failure | undefined,
  now: Instant,
): SourceTrouble | undefined {
  if (failure?.kind === 'cancelled') return before
  if (!failure) return undefined
  const { times = 0, since = now } = before ?? {}
  return { times: times + 1, since: Math.min(since, now), until: undefined, what: 'fails', why: failure.message }
}

/** It has been unknown for long enough that it need not keep the others waiting. */
export const isDoubted = (doubt: SourceTrouble | undefined, now: Instant): boolean =>
  doubt !== undefined && doubt.times >= ROUNDS && now - doubt.since >= SPAN
