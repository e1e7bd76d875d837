import { DAY, type Instant } from '../../src/core/instant.ts'
import type { Provider as Adapter } from '../../src/providers/provider.ts'
import { allIsWell, CALM, isCalm, nextCalm, PERIOD, START } from './calms.ts'
import { type Chance, chance, hash } from './chance.ts'
import { blankDisk, stateOn } from './disk.ts'
import { happen } from './happen.ts'
import { type Happening, happeningsOf, happeningsOfSecond, type Weather } from './happenings.ts'
import { homeOf, withLines } from './home.ts'
import { type Invariant, watch } from './invariants.ts'
import { machine } from './machine.ts'
import { looksIn } from './owner.ts'
import type { Parts } from './parts.ts'
import { virtualTime } from './virtual-time.ts'
import { outside } from './world.ts'

export interface Broken {
  readonly id: Invariant
  readonly what: string
  readonly at: Instant
}

export interface Simulated {
  readonly seed: string
  readonly days: number
  readonly broken: Broken | undefined
  readonly happenings: readonly Happening[]
  readonly counts: Readonly<Record<string, number>>
  /** Of all that happened: the same seed gives the same. */
  readonly hash: string
  readonly trace: readonly string[]
}

export interface Options {
  readonly days: number
  readonly adapters: ReadonlyMap<string, Adapter>
  /** In place of those of the seed. */
  readonly happenings?: readonly Happening[]
  readonly trace?: boolean
}

const weatherOf = (luck: Chance): Weather => ({
  roughness: luck.pick([0.3, 0.3, 0.3, 0.5, 0.5, 1, 1, 1, 3, 6]),
  line: luck.pick(['dsl', 'cable', 'cable', 'still']),
})

/** So many days of one home line, all of it decided by the seed; ends at the first broken invariant. */
export async function simulate(
  seed: string,
  { days, adapters, trace: traced = false, ...given }: Options,
): Promise<Simulated> {
  const luck = chance(seed)
  const home = withLines(homeOf(luck.fork('home')), luck.fork('lines'))
  const weather = weatherOf(luck.fork('weather'))
  const happenings =
    given.happenings ??
    [
      ...happeningsOf(luck.fork('happenings'), START, days, weather),
      ...(home.hasTwoLines ? happeningsOfSecond(luck.fork('second line'), START, days) : []),
    ]
      .filter(({ at }) => !isCalm(at))
      .toSorted((one, other) => one.at - other.at)
  const time = virtualTime(START)
  const disk = blankDisk(`salt-${seed}`)
  const counts: Record<string, number> = {}
  const trace: string[] = []
  const foreignWrites = new Map<string, Instant>()
  const forcing = { count: 0 }
  let broken: Broken | undefined
  let digest = 0

  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  const tell = (text: string) => {
    digest = hash(`${time.now()} ${text}`, digest)
    if (traced) trace.push(`${new Date(time.now()).toISOString()} ${text}`)
  }
  const onBroken = (id: Invariant, what: string) => {
    if (broken) return
    broken = { id, what, at: time.now() }
    tell(`BROKEN ${id}: ${what}`)
  }
  const judge = watch({
    home,
    out: () => out,
    now: time.now,
    clock: time.clock.now,
    state: () => (disk.full > 0 ? box.daemon()?.store.last() : undefined) ?? stateOn(disk.synced),
    isDiskFull: () => disk.full > 0,
    forcing: () => forcing.count,
    foreignWrites,
    onBroken,
  })
  const out = outside(home, time, luck.fork('outside'), {
    onSent: judge.onSent,
    onArrival(arrival) {
      const what = arrival.wishes.map(({ owner, addresses }) => `${owner} ${addresses}`).join(', ')
      tell(`arrives at ${arrival.provider.account}: ${what}${arrival.changed ? '' : ' (nothing changed)'}`)
      count('requests that wrote')
      judge.onArrival(arrival)
    },
  })
  const box = machine(home, time, out, disk, adapters, luck.fork('machine'), {
    ...judge,
    onRound(round, process) {
      count('rounds')
      for (const action of round.plan)
        count(`decided ${action.kind} ${action.kind === 'hold' ? action.after : action.why}`)
      for (const { action, outcome } of round.done) {
        count(`outcome ${outcome.kind}`)
        count(`service ${action.target.account} ${outcome.kind}`)
        if ('failure' in outcome) count(`policy ${outcome.failure.kind}${outcome.failure.lost ? ' lost' : ''}`)
      }
      for (const { state } of round.confirmations.values()) count(`confirmation ${state}`)
      const news = round.plan
        .filter(({ kind }) => kind !== 'skip')
        .map((one) => `${one.target.key} ${one.kind} ${one.kind === 'hold' ? one.after : one.why}`)
      if (news.length > 0)
        tell(`${process.what}: ${news.join('; ')} -> ${round.done.map(({ outcome }) => outcome.kind).join(' ')}`)
      judge.onRound(round, process)
    },
    onLog(line, process) {
      if (traced && line.level !== 'debug')
        trace.push(`${new Date(time.now()).toISOString()}   ${line.level} ${line.text}`)
      judge.onLog(line)
      void process
    },
  })

  const parts: Parts = { home, time, out, box, disk, foreignWrites, forcing, tell, count, onBroken }
  for (const one of happenings) {
    time.at(one.at, () => {
      count(`happened ${one.kind}${'fault' in one ? ` ${one.fault}` : ''}`)
      tell(JSON.stringify(one))
      happen(one, parts)
    })
  }
  time.at(START, box.start)
  looksIn(parts)
  for (let calm = nextCalm(START); calm + CALM <= START + days * DAY; calm += PERIOD)
    time.at(calm, () => allIsWell(parts))

  await time.run(START + days * DAY, () => broken !== undefined)
  return { seed, days, broken, happenings, counts, hash: (digest >>> 0).toString(16).padStart(8, '0'), trace }
}
