import { Failure } from '../../core/failure.ts'
import { MINUTE, SECOND } from '../../core/instant.ts'
import type { Gateway } from '../../ports/interfaces.ts'
import { isIgd } from '../protocols/igd.ts'
import { type Announcement, readAnnouncement, SSDP } from '../protocols/ssdp.ts'
import type { Watching } from './watcher.ts'

/** Until a port may be free. */
const PAUSE = { first: 30 * SECOND, max: 5 * MINUTE }

interface Ears {
  readonly onAnnouncement: (said: Announcement) => void
  /** Why nothing can be heard; undefined: it is listened. Told at each try. */
  readonly onTrouble: (why: Failure | undefined) => void
}

/** What the router announces of itself as a gateway (SSDP), until the signal aborts; where it cannot be heard, that is tried again. Never rejects. */
export async function hearAnnouncements(
  { address, own }: Gateway,
  { udp, clock }: Pick<Watching['world'], 'udp' | 'clock'>,
  { onAnnouncement, onTrouble }: Ears,
  signal: AbortSignal,
): Promise<void> {
  let pause: number = PAUSE.first
  while (!signal.aborted) {
    const why = await udp
      .listen(
        { group: SSDP, via: own },
        ({ from, bytes }) => {
          const said = from.address === address ? readAnnouncement(bytes) : undefined
          if (said && isIgd(said.about)) onAnnouncement(said)
        },
        signal,
        () => {
          pause = PAUSE.first
          onTrouble(undefined)
        },
      )
      .then(() => undefined, Failure.from)
    if (signal.aborted) return
    if (why) onTrouble(why)
    await clock.sleep(pause, signal)
    pause = Math.min(2 * pause, PAUSE.max)
  }
}
