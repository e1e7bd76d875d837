import type { Examination } from '../../core/examination.ts'
import { Failure } from '../../core/failure.ts'
import { type Instant, MINUTE } from '../../core/instant.ts'
import { joined } from '../../core/joined.ts'
import { linesWithout } from '../../core/line-back.ts'
import type { LineName } from '../../core/plan.ts'
import { isBlind, isSettled, type Round } from '../../core/round.ts'
import { following, followUp, NOT_FOLLOWING, wakeAt } from '../../core/wake.ts'
import type { World } from '../../ports/world.ts'
import { round } from '../round.ts'
import type { Setup, Wish } from '../setup.ts'
import { openExaminer } from './examiner.ts'
import type { Hint, Hints } from './hints.ts'

/** What the loop tells to whoever shows it: health, log, the service manager. */
export interface Listener {
  readonly onStart: (at: Instant, because: Hint | 'start' | 'pause') => void
  readonly onRound: (round: Round) => void
  readonly onFailure: (failure: Failure) => void
  /** When the next round is due at the latest because a pause ends; undefined: when the schedule says. */
  readonly onRest: (wake: Instant | undefined) => void
  /** The mail path was examined, beside the rounds; undefined: the user wants that no longer. */
  readonly onExamined: (examination: Examination | undefined) => void
}

/** Nobody reads it: without a reason Node.js makes an error, with its stack, each time. */
const NEWS = 'news'
/** That many rounds in a row make way before the address is known: in a storm one must be heard out now and then. */
const YIELDING = 5

/** Rounds, one after the other: at start, at each hint, at the end of a pause. Resolves when `stop` aborts. */
export async function live(
  setupOf: () => Setup,
  hints: Hints,
  listener: Listener,
  world: World,
  stop: AbortSignal,
): Promise<void> {
  let because: Hint | 'start' | 'pause' = 'start'
  let without: readonly LineName[] = [] // a restart is no news of the line
  let afresh = true
  let lookBack = true
  let yielded = 0
  let owesHint = false
  let follows = NOT_FOLLOWING
  const examiner = openExaminer(world, listener.onExamined, stop)
  while (!stop.aborted) {
    const hurry = new AbortController()
    hints.onHint = () => hurry.abort(NEWS)
    listener.onStart(world.clock.now(), because)
    const turn = joined(stop)
    const both = AbortSignal.any([turn.signal, hurry.signal])
    const lineHint: boolean = owesHint || (because !== 'schedule' && because !== 'pause')
    const hearOut = yielded >= YIELDING
    const wish: Wish = { force: 'none', without, lineHint, afresh, lookBack, hearOut, goesOn: true }
    const done: Round | Failure = await round(setupOf(), wish, world, { stop: turn.signal, hurry: both }).catch(
      Failure.from,
    )
    turn.end()
    if (stop.aborted && done instanceof Failure) return
    // It made way before anything was known: nothing is told of it, and what it was for is left to the next.
    const hasYielded = hurry.signal.aborted && done instanceof Failure && done.kind === 'cancelled'
    yielded = hasYielded ? yielded + 1 : 0
    owesHint = lineHint && done instanceof Failure
    if (hasYielded) {
      without = Object.keys(setupOf().lines)
      because = await rest(hints, undefined, world, stop)
      continue
    }
    let wake: Instant | undefined
    if (done instanceof Failure) {
      listener.onFailure(done)
      wake = world.clock.now() + MINUTE
    } else {
      without = linesWithout(done.detected)
      afresh &&= !isSettled(done)
      lookBack &&= isBlind(done)
      listener.onRound(done)
      examiner.afterRound(setupOf())
      follows = following(follows, done, lineHint)
      const ends = [wakeAt(done), followUp(follows, world.clock.now())].filter((one) => one !== undefined)
      wake = ends.length > 0 ? Math.min(...ends) : undefined
    }
    listener.onRest(wake)
    because = await rest(hints, wake, world, stop)
  }
}

async function rest(
  hints: Hints,
  wake: Instant | undefined,
  { clock }: World,
  stop: AbortSignal,
): Promise<Hint | 'pause'> {
  const awake = new AbortController()
  const until = joined(stop, awake.signal)
  const either = until.signal
  const ended = wake === undefined ? aborted(either) : sleepUntil(wake, clock, either)
  const because = await Promise.race([hints.next(either), ended.then(() => 'pause' as const)])
  awake.abort(NEWS)
  until.end()
  return because
}

/**
 * A timer does not feel that this machine has slept, or that somebody has set the clock ahead: that is looked at every minute, as
 * the schedule does. Set back, it lasts no longer for that.
 */
async function sleepUntil(wake: Instant, clock: World['clock'], signal: AbortSignal): Promise<void> {
  for (let left = wake - clock.now(); left > 0 && !signal.aborted; ) {
    const turn = Math.min(left, MINUTE)
    await clock.sleep(turn, signal)
    left = Math.min(left - turn, wake - clock.now())
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
