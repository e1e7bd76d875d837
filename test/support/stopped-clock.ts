import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../src/ports/clock.ts'

/**
 * Time stands still until `pass`; sleepers wake up when theirs has come, or on abort. `set`: by how much somebody has set
 * the clock on the wall, which no sleeper feels.
 */
export function stoppedClock(time: { now: number; set?: number } = { now: 0 }) {
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()
  const add = (until: number, done: () => void) => {
    const sleeper = { until, wake: () => void (sleepers.delete(sleeper) && done()) }
    sleepers.add(sleeper)
    return sleeper
  }
  const sleep: Clock['sleep'] = (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const { wake } = add(time.now + ms, resolve)
      signal.addEventListener('abort', wake)
    })
  const later = (ms: number, work: () => void) => void add(time.now + ms, work)
  /** What needs no time happens first; then the sleepers wake one after the other, each at its time. */
  const pass = async (ms: number) => {
    const end = time.now + ms
    await setImmediate()
    for (;;) {
      const next = [...sleepers].filter(({ until }) => until <= end).toSorted((a, b) => a.until - b.until)[0]
      if (!next) break
      time.now = Math.max(time.now, next.until)
      next.wake()
      await setImmediate()
    }
    time.now = end
  }
  return { clock: { now: () => time.now + (time.set ?? 0), sleep }, later, pass, sleeping: () => sleepers.size }
}
