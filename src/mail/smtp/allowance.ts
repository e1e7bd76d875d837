import { type Instant, MINUTE } from '../../core/instant.ts'
import type { IpAddress } from '../../dns/rrset.ts'

/** How often one caller may ask: so many at once, then one a minute. */
export const BURST = 10
export const EACH = MINUTE
/** Callers that are remembered; further ones wait until one of them is forgotten. */
const MOST_CALLERS = 10_000

/**
 * Counts what each caller has asked (a token bucket). `take` gives 0 when it may ask now, else after how many
 * milliseconds. A caller whose bucket is full again is forgotten.
 */
export function allowances(burst = BURST, each = EACH, most = MOST_CALLERS) {
  /** When the caller's bucket will be full. */
  const full = new Map<IpAddress, Instant>()

  function take(caller: IpAddress, now: Instant): number {
    const until = Math.max(full.get(caller) ?? now, now) + each
    const wait = until - now - burst * each
    if (wait > 0) return wait
    if (!full.has(caller) && full.size >= most) {
      for (const [one, at] of full) if (at <= now) full.delete(one)
      if (full.size >= most) return each
    }
    full.set(caller, until)
    return 0
  }
  return { take, size: () => full.size }
}
