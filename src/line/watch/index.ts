import type { Milliseconds } from '../../core/instant.ts'
import { sourcesOf } from '../sources/index.ts'
import { watchAnnouncements } from './announcements.ts'
import { watchEvents } from './events.ts'
import { watchKernel } from './kernel.ts'
import { watchProbe } from './probe.ts'
import type { Watcher, WatchWay } from './watcher.ts'

/** Cost nobody anything: the router at home answers. */
const CHEAP = ['nat-pmp', 'upnp'] as const

/** Everything that listens by one way; `interval`: between two questions of those that ask. */
export function watchersOf(way: WatchWay, interval: Milliseconds): readonly Watcher[] {
  switch (way) {
    case 'kernel':
      return [watchKernel]
    case 'router':
      return [watchAnnouncements, watchEvents]
    case 'probe':
      return [watchProbe(sourcesOf(CHEAP), interval)]
  }
}
