import type { Milliseconds } from '../../core/instant.ts'
import { sourcesOf } from '../sources/index.ts'
import { watchEvents } from './events.ts'
import { kernel } from './kernel.ts'
import { watchProbe } from './probe.ts'
import type { Watcher, WatchWay } from './watcher.ts'

/** What the router can be asked by, whichever it is: they cost nobody anything. */
const ROUTER = ['upnp', 'nat-pmp']

/** Everything that listens by one way; `interval`: between two questions of those that ask. */
export function watchersOf(way: WatchWay, interval: Milliseconds): readonly Watcher[] {
  switch (way) {
    case 'kernel':
      return [kernel]
    case 'router':
      return [watchEvents]
    case 'probe':
      return [watchProbe(sourcesOf(ROUTER), interval)]
  }
}
