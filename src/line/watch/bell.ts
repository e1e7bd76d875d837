import type { Milliseconds } from '../../core/instant.ts'
import { joined } from '../../core/joined.ts'
import type { Clock } from '../../ports/clock.ts'

/** A rest that somebody may end. */
export interface Bell {
  /** Resolves to whether it was rung: since the last rest as well. */
  readonly rest: (ms: Milliseconds, signal: AbortSignal) => Promise<boolean>
  readonly ring: () => void
}

export function hangBell(clock: Clock): Bell {
  let rung = new AbortController()
  return {
    async rest(ms, signal) {
      const until = joined(signal, rung.signal)
      await clock.sleep(ms, until.signal)
      until.end()
      const heard = rung.signal.aborted
      if (heard) rung = new AbortController()
      return heard
    },
    // Nobody reads it: without a reason Node.js makes an error, with its stack, each time.
    ring: () => rung.abort('rung'),
  }
}
