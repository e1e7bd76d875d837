import type { Instant } from './instant.ts'
import type { Memory, Stamped, State } from './state.ts'

/** Clocks jump back: stamps in the future are ignored, and a pause that began in the future is counted anew from now. */
export function afterClockJump(state: State, now: Instant): State {
  const targets = Object.entries(state.targets)
  if (!targets.some(([, memory]) => latest(memory) > now)) return state
  return { ...state, targets: Object.fromEntries(targets.map(([key, memory]) => [key, mended(memory, now)])) }
}

function latest({
  published,
  previous,
  intent,
  doubt,
  trouble,
  drift,
  driftSentAt,
  waitingSince,
  writes,
  forced,
}: Memory): Instant {
  const single = [
    published?.at,
    previous?.at,
    intent?.at,
    doubt?.at,
    trouble?.at,
    drift?.since,
    driftSentAt,
    waitingSince,
  ]
  return Math.max(...single.map((at) => at ?? 0), ...writes, ...forced)
}

function mended(memory: Memory, now: Instant): Memory {
  const { published, previous, intent, doubt, trouble, drift, driftSentAt, waitingSince, writes, forced, ...rest } =
    memory
  const past = (at: Instant) => at <= now
  const notAfter = (at: Instant | undefined) => (at === undefined ? undefined : Math.min(at, now))
  const stamped = (one: Stamped | undefined) => one && { ...one, at: Math.min(one.at, now) }
  return {
    ...rest,
    published: stamped(published),
    previous: stamped(previous),
    intent: stamped(intent),
    doubt: stamped(doubt),
    trouble:
      trouble && trouble.at > now ? { ...trouble, at: now, until: anew(trouble.at, trouble.until, now) } : trouble,
    drift: drift && { ...drift, since: Math.min(drift.since, now) },
    driftSentAt: notAfter(driftSentAt),
    waitingSince: notAfter(waitingSince),
    writes: writes.filter(past),
    forced: forced.filter(past),
  }
}

const anew = (at: Instant, until: Instant | 'hold', now: Instant) => (until === 'hold' ? until : now + (until - at))
