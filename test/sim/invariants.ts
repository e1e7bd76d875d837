import type { Instant } from '../../src/core/instant.ts'
import type { State } from '../../src/core/state.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { watchArrivals } from './arrivals.ts'
import type { Home } from './home.ts'
import { watchRounds } from './rounds.ts'
import type { Outside } from './world.ts'

/** What must hold at every step. */
export const INVARIANTS = {
  'only-line-addresses': 'nothing is ever published but what the line has, or has had',
  'no-needless-send': 'a service that punishes repeats never counts one',
  'nothing-foreign-touched': 'no record but A and AAAA of hosts that were named changes',
  'unknown-is-not-empty': 'nothing is emptied or forgotten because a look-up failed',
  'held-stays-held': 'what only the user can mend is not sent again before the user acts',
  budget: "a target's writes in 24 h stay within the day's budget",
  'intent-first': 'what is about to be written is on disk before the request leaves',
  'no-lost-state': 'what a service accepted is on disk when it is reported',
  converges: 'once faults end, all name servers hold the address of the line within the promised time',
  'works-on': 'a host with several lines is on one that works, and comes back to its first',
  'tells-the-truth': 'exit code, health and confirmation agree with the world',
  quiet: 'in a round in which nothing has happened nothing is said',
  'no-secret': 'no log line shows a secret',
  'no-bug': 'nothing throws but a Failure',
} as const
export type Invariant = keyof typeof INVARIANTS

/** What those who watch must know of the moment. */
export interface Moment {
  readonly home: Home
  readonly out: () => Outside
  readonly now: () => Instant
  /** What the machine's clock shows. */
  readonly clock: () => Instant
  /** What the program can know: what would survive a power cut; while the disk is full, what the daemon remembers. */
  readonly state: () => State
  readonly isDiskFull: () => boolean
  /** One-shots with --force that run. */
  readonly forcing: () => number
  /** When someone else last wrote at a target, by `owner type`. */
  readonly foreignWrites: ReadonlyMap<string, Instant>
  readonly onBroken: (id: Invariant, what: string) => void
}

/** What someone else writes. */
export const FOREIGN = parseAddress('81.169.145.123')!

/** Sees everything that happens, and tells what must not be. */
export function watch(moment: Moment) {
  const arrivals = watchArrivals(moment)
  const rounds = watchRounds(moment, arrivals)
  const onBug = (error: unknown) => moment.onBroken('no-bug', error instanceof Error ? `${error.stack}` : String(error))
  return {
    onStart: arrivals.onStart,
    onSent: arrivals.onSent,
    onArrival: arrivals.onArrival,
    ...rounds,
    onBug,
    onRest: () => {},
  }
}
