import type { Milliseconds } from '../../core/instant.ts'
import { kernel } from './kernel.ts'
import type { Watcher, WatchWay } from './watcher.ts'

/** Everything that listens by one way; `interval`: between two questions of those that ask. */
export function watchersOf(way: WatchWay, _interval: Milliseconds): readonly Watcher[] {
  switch (way) {
    case 'kernel':
      return [kernel]
    case 'router':
      return []
    case 'probe':
      return []
  }
}
