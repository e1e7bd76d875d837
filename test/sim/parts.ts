import type { Instant } from '../../src/core/instant.ts'
import type { Disk } from './disk.ts'
import type { Home } from './home.ts'
import type { Invariant } from './invariants.ts'
import type { machine } from './machine.ts'
import type { VirtualTime } from './virtual-time.ts'
import type { Outside } from './world.ts'

/** All that a simulation is made of. */
export interface Parts {
  readonly home: Home
  readonly time: VirtualTime
  readonly out: Outside
  readonly box: ReturnType<typeof machine>
  readonly disk: Disk
  /** When someone else last wrote at a target, by `owner type`. */
  readonly foreignWrites: Map<string, Instant>
  /** One-shots with --force that run. */
  readonly forcing: { count: number }
  readonly tell: (text: string) => void
  readonly count: (name: string) => void
  readonly onBroken: (id: Invariant, what: string) => void
}
