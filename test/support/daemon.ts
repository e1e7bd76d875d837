import { expect } from 'vitest'
import { openHints } from '../../src/app/daemon/hints.ts'
import { type Listener, live } from '../../src/app/daemon/loop.ts'
import type { Examination } from '../../src/core/examination.ts'
import type { Failure } from '../../src/core/failure.ts'
import type { Round } from '../../src/core/round.ts'
import type { World } from '../../src/ports/world.ts'
import type { Home } from './home-line.ts'
import { stoppedClock } from './stopped-clock.ts'

/** A daemon on the home line, with a clock that only the test moves; `news` is laid over its world. */
export async function daemon(home: Home, news: (world: World) => Partial<World> = () => ({})) {
  const { clock, later, pass } = stoppedClock(home.time)
  const stop = new AbortController()
  const hints = openHints(clock.now, later)
  const begun: string[] = []
  const rounds: Round[] = []
  const failures: Failure[] = []
  const rests: (number | undefined)[] = []
  const examined: (Examination | undefined)[] = []
  const listener: Listener = {
    onStart: (_, because) => begun.push(because),
    onRound: (round) => rounds.push(round),
    onFailure: (failure) => failures.push(failure),
    onRest: (wake) => rests.push(wake === undefined ? undefined : wake - home.time.now),
    onExamined: (examination) => examined.push(examination),
  }
  const setups = { now: home.setup }
  const world = { ...home.start(), clock }
  let ended = false
  const end = live(() => setups.now, hints, listener, { ...world, ...news(world) }, stop.signal).then(() => {
    ended = true
  })
  const rested = (count: number) => expect.poll(() => rests.length, { interval: 1 }).toBe(count)
  return { hints, begun, rounds, failures, rests, examined, setups, stop, end, pass, rested, hasEnded: () => ended }
}

/** A world whose service answers when the test says so. */
export function gated() {
  let open = () => {}
  let reached = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const atGate = new Promise<void>((resolve) => {
    reached = resolve
  })
  const news = ({ http }: World): Partial<World> => ({
    http: async (request, signal) => {
      if (request.purpose === 'write') {
        reached()
        await gate
      }
      return http(request, signal)
    },
  })
  return { news, open, atGate }
}
