import { MINUTE, SECOND } from '../../core/instant.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Interfaces } from '../../ports/interfaces.ts'
import type { Watcher } from './watcher.ts'

const MONITOR = ['ip', '-o', 'monitor', 'address', 'route'] as const
/** One change prints several lines: tentative, then not; a route for each prefix. */
const DEBOUNCE = 500
const POLL = 5 * SECOND
const PAUSE = { first: SECOND, max: MINUTE }

/**
 * Calls back when this box's addresses or default routes have changed; resolves when the signal aborts. It hears of changes
 * from `ip monitor`; while that does not run (no such program, ended) it reads the interfaces every 5 s. A hint is no fact:
 * ask the sources.
 */
export const kernel: Watcher = async ({ world: { exec, clock, interfaces }, onHint }, signal) => {
  const look = await lookAt(interfaces, () => onHint('kernel'), signal)
  const hear = debounced(clock, look, signal)
  for (let pause: number = PAUSE.first; !signal.aborted; pause = Math.min(2 * pause, PAUSE.max)) {
    const started = clock.now()
    await exec.lines([...MONITOR], hear, signal).catch(() => {}) // a box without `ip` is watched all the same
    if (clock.now() - started > PAUSE.max) pause = PAUSE.first
    for (let left = pause; left > 0 && !signal.aborted; left -= POLL) {
      await look('poll')
      await clock.sleep(Math.min(left, POLL), signal)
    }
    if (!signal.aborted) await look('poll')
  }
}

type Occasion = 'poll' | 'line' | 'route-lost'
type Look = (occasion: Occasion) => Promise<void>

/** What routers repeat every few minutes (lifetimes) is no change; a default route that went is one, even if it is back. */
async function lookAt(interfaces: Interfaces, onHint: () => void, signal: AbortSignal): Promise<Look> {
  let known = await snapshot(interfaces)
  return async (occasion) => {
    const now = await snapshot(interfaces)
    if (signal.aborted) return
    const changed = now === undefined ? occasion === 'line' : now !== known // unreadable: the line is all we have
    known = now ?? known
    if (changed || occasion === 'route-lost') onHint()
  }
}

/** Lines that come within 500 ms are one event. */
function debounced(clock: Clock, look: Look, signal: AbortSignal): (line: string) => void {
  let pending: Occasion | undefined
  const later = async () => {
    await clock.sleep(DEBOUNCE, signal)
    const occasion = pending ?? 'line'
    pending = undefined
    await look(occasion)
  }
  return (line) => {
    const first = pending === undefined
    if (pending !== 'route-lost') pending = /\bDeleted default\b/.test(line) ? 'route-lost' : 'line'
    if (first) void later()
  }
}

/** undefined: the kernel could not be asked. */
async function snapshot({ addresses, defaultRoute }: Interfaces): Promise<string | undefined> {
  try {
    const [all, ...routes] = await Promise.all([addresses(), defaultRoute(4), defaultRoute(6)])
    const seen = all
      .filter(({ scope }) => scope === 'global')
      .map((one) => [one.interface, one.address, one.temporary, one.deprecated, one.tentative, one.dadFailed].join(' '))
    return [...seen.toSorted(), ...routes].join('\n')
  } catch {
    return undefined
  }
}
