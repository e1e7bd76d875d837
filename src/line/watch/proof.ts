import { HOUR } from '../../core/instant.ts'
import type { Clock } from '../../ports/clock.ts'
import { hangBell } from './bell.ts'

/** The router may have switched them off since, a firewall of this machine may keep them out, and nothing tells of either. */
const LASTS = HOUR

/** That announcements get in here: proven by each that is heard, and withdrawn an hour after the last, or at the end. */
export function openProof(clock: Clock, onProof: (isHeard: boolean) => void, signal: AbortSignal) {
  const again = hangBell(clock)
  let standing: Promise<void> | undefined
  const stand = async () => {
    while (await again.rest(LASTS, signal));
    standing = undefined
    onProof(false)
  }
  return {
    give(): void {
      onProof(true)
      if (standing) again.ring()
      else standing = stand()
    },
    ended: async (): Promise<void> => standing,
  }
}
