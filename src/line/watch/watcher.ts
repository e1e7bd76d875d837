import type { Failure } from '../../core/failure.ts'
import type { Ear, Way } from '../../core/heard.ts'
import type { World } from '../../ports/world.ts'
import type { SourceWorld } from '../source.ts'

/** What is listened to between rounds, as the configuration names it. */
export type WatchWay = 'kernel' | 'router' | 'probe'

/** What a way of hearing has in hand. */
export interface Watching {
  readonly world: Pick<World, 'clock' | 'serve'> & SourceWorld
  /** Interfaces that the user has named, of lines and of sources. */
  readonly ours?: readonly string[]
  /** Something may have changed: a hint is no fact, the sources are asked. */
  readonly onHint: (way: Way) => void
  /** This way cannot be used now, and why; undefined: it can again. Told on transitions only. `here`: it is this machine's doing. */
  readonly onTrouble: (way: Ear, why: Failure | undefined, whose?: 'here') => void
  /** Whether the router as it is now was ever heard by this way: that nobody forbids to listen does not mean that anything comes. Trouble takes it back; `here`, that of all ways. */
  readonly onProof: (way: Ear, isHeard: boolean) => void
}

/** Resolves when the signal aborts, and only then; never rejects. */
export type Watcher = (watching: Watching, signal: AbortSignal) => Promise<void>
