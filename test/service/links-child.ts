// Run on a box whose links change: hears of it by one watcher until it is ended, and prints each hint as it comes, and each
// time that it listens to a group. Rests take a hundredth of their time, for it is looked every few minutes only.
import { watchAnnouncements } from '../../src/line/watch/announcements.ts'
import { watchKernel } from '../../src/line/watch/kernel.ts'
import { openOutside } from '../../src/system/world.ts'

const isKernel = process.argv[2] === 'kernel'
const outside = openOutside('0.0.0')
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
const say = (told: object) => console.log(JSON.stringify(told))
const world: typeof outside = {
  ...outside,
  clock: { ...outside.clock, sleep: (ms, signal) => outside.clock.sleep(isKernel ? ms : ms / 100, signal) },
  exec: {
    ...outside.exec,
    lines: (argv, onLine, signal) => {
      const running = outside.exec.lines(argv, onLine, signal)
      say({ listening: argv[0] })
      return running
    },
  },
  udp: {
    ...outside.udp,
    listen: (group, hear, signal, onListening) =>
      outside.udp.listen(group, hear, signal, () => {
        onListening?.()
        say({ listening: group.via })
      }),
  },
}
const watcher = isKernel ? watchKernel : watchAnnouncements
await watcher({ world, onHint: (way) => say({ hint: way }), onTrouble: () => {}, onProof: () => {} }, stop.signal)
