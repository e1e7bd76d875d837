// Run behind a router: hears its announcements until it is ended, and prints each hint and each trouble as it comes.
import { watchAnnouncements } from '../../src/line/watch/announcements.ts'
import { openOutside } from '../../src/system/world.ts'

const world = openOutside('0.0.0')
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
const say = (told: object) => console.log(JSON.stringify(told))
/** Listening says nothing; what is printed after it was opened shows that it is. */
const udp: typeof world.udp = {
  ...world.udp,
  listen: (group, hear, signal, onListening) =>
    world.udp.listen(group, hear, signal, () => {
      onListening?.()
      say({ listening: group.via })
    }),
}
const watching = {
  world: { ...world, udp },
  onHint: () => say({ hint: Date.now() }),
  onTrouble: (_: string, why: Error | undefined) => say({ trouble: why?.message ?? null }),
  onProof: () => {},
}
await watchAnnouncements(watching, stop.signal)
