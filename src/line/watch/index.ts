import type { Milliseconds } from '../../core/instant.ts'
import { sourcesOf } from '../sources/index.ts'
import { watchAnnouncements } from './announcements.ts'
import { watchEvents } from './events.ts'
import { watchKernel } from './kernel.ts'
import { watchProbe } from './probe.ts'
import type { Watcher, WatchWay } from './watcher.ts'

/** Cost nobody anything: the router at home answers. */
const CHEAP = ['nat-pmp', 'upnp'] as const

/** Which sources the probe asks: the router, and FRITZ!Boxes that the user named. */
export const probedOf = (named: readonly string[]): readonly string[] => [
  ...CHEAP,
  ...named.map((spec) => spec.trim()).filter((spec) => /^fritzbox(?::|$)/.test(spec)),
]

/** Everything that listens by one way; `interval` and `sources`: of those that ask, between two questions, and whom. */
export function watchersOf(way: WatchWay, interval: Milliseconds, sources: readonly string[]): readonly Watcher[] {
  switch (way) {
    case 'kernel':
      return [watchKernel]
    case 'router':
      return [watchAnnouncements, watchEvents]
    case 'probe':
      return [watchProbe(sourcesOf(sources), interval)]
  }
}
