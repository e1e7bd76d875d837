import { performance } from 'node:perf_hooks'
import { decide } from '../src/core/decide.ts'
import { due } from '../src/core/due.ts'
import { jobs } from '../src/core/jobs.ts'
import { keyOf, type Look, type Situation, type Target, type TargetKey } from '../src/core/plan.ts'
import { settle } from '../src/core/settle.ts'
import type { Memory } from '../src/core/state.ts'
import { parseName } from '../src/dns/name.ts'
import { ms, type Row, times } from './figures.ts'
import { addressAt } from './line.ts'

const UNDER = 50
const REPEATS = 9
const NOW = Date.UTC(2026, 0, 1)
const ACCOUNTS = 20

/** The pure core at thousands of targets: nothing to do, everything to send, and everything to learn from what is published. */
export async function decideMany(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const [what, work] of Object.entries(WORK)) {
    const figures = [1_000, 10_000, 100_000].map((count) => leastOf(work(count)))
    const [few = 0, many = 0, most = 0] = figures
    // Where all do not fit into the processor's caches, ten times as many take more than ten times; by the square it were 100.
    const linear = most / many < 40
    const met = many < UNDER && linear
    rows.push({
      goal: `10,000 targets ${what}`,
      figure: `1k ${ms(few)}, 10k ${ms(many)}, 100k ${ms(most)}`,
      ratio: `100k / 10k ${times(most / many)}`,
      met,
      why: met ? '' : linear ? `not under ${UNDER} ms` : 'grows faster than the number of targets',
    })
  }
  return rows
}

const WORK: Readonly<Record<string, (count: number) => () => unknown>> = {
  'decided, all up to date': (count) => {
    const situation = situationOf(count, 0)
    return () => decide(situation)
  },
  'decided, all changed': (count) => {
    const situation = situationOf(count, 1)
    return () => decide(situation)
  },
  'looked through for what is due': (count) => {
    const situation = situationOf(count, 1)
    return () => due(situation, false)
  },
  'settled, all adopted': (count) => {
    const situation = { ...situationOf(count, 0), state: { salt: 's', targets: {}, mx: {} } }
    const look: Look = { known: [addressAt(0)] }
    const observed = new Map(situation.targets.map(({ key }): [TargetKey, Look] => [key, look]))
    return () => settle({ ...situation, observed })
  },
  'made into jobs': (count) => {
    const plan = decide(situationOf(count, 1))
    return () => jobs(plan)
  },
}

function situationOf(count: number, address: number): Situation {
  const traits = { readable: false, leftOut: 'kept', hostsPerRequest: 20, spacing: 0 } as const
  const targets = Array.from({ length: count }, (_, i): Target => {
    const owner = parseName(`h${i}.example.com`)!
    const account = `account${i % ACCOUNTS}`
    const common = { owner, type: 'A', account, traits, dailyUpdates: 40, mxOf: [], identity: '0' } as const
    return { ...common, key: keyOf(account, common), lines: ['default'] }
  })
  const memory: Memory = { published: { addresses: [addressAt(0)], at: NOW - 1000 }, writes: [NOW - 1000], forced: [] }
  const state = { salt: 's', targets: Object.fromEntries(targets.map(({ key }) => [key, memory])), mx: {} }
  const detected = { default: { A: [addressAt(address)] } }
  const moment = { now: NOW, version: '1', lineBack: false }
  return { targets, detected, observed: new Map(), state, force: 'none', ...moment }
}

/** The least: what else the machine does only adds to it. Where one run takes seconds, it alone. */
function leastOf(work: () => unknown): number {
  const figures: number[] = []
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const started = performance.now()
    work()
    figures.push(performance.now() - started)
    if ((figures[0] ?? 0) > 5000) break
  }
  return Math.min(...figures)
}
