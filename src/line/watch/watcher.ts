import type { Failure } from '../../core/failure.ts'
import type { Way } from '../../core/heard.ts'
import type { World } from '../../ports/world.ts'

/** What is listened to between rounds, as the configuration names it. */
export type WatchWay = 'kernel' | 'router' | 'probe'

/** What a way of hearing has in hand. */
export interface Watching {
  readonly world: Pick<World, 'clock' | 'exec' | 'http' | 'interfaces' | 'random' | 'serve' | 'udp'>
  /** Something may have changed: a hint is no fact, the sources are asked. */
  readonly onHint: (way: Way) => void
  /** This way cannot be used now, and why; undefined: it can again. Told on transitions only. */
  readonly onTrouble: (way: Way, why: Failure | undefined) => void
}

/** Resolves when the signal aborts, and only then; never rejects. */
export type Watcher = (watching: Watching, signal: AbortSignal) => Promise<void>
