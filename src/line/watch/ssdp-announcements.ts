import { Failure } from '../../core/failure.ts'
import type { Gateway } from '../../ports/interfaces.ts'
import type { Udp } from '../../ports/udp.ts'
import { isIgd } from '../protocols/igd.ts'
import { type Announcement, readAnnouncement, SSDP } from '../protocols/ssdp.ts'

/** What the router announces of itself as a gateway (SSDP), until the signal aborts. Resolves to why nothing can be heard; never rejects. */
export async function hearAnnouncements(
  { address, own }: Gateway,
  udp: Udp,
  onAnnouncement: (said: Announcement) => void,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const listening = udp.listen(
    { group: SSDP, via: own },
    ({ from, bytes }) => {
      const said = from.address === address ? readAnnouncement(bytes) : undefined
      if (said && isIgd(said.about)) onAnnouncement(said)
    },
    signal,
  )
  return listening.then(() => undefined, Failure.from)
}
