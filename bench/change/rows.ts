import { median, ms, type Row } from '../figures.ts'
import { type Figures, NONE } from './measure.ts'
import { PEERS } from './peers.ts'
import type { Runner } from './places.ts'
import { WAYS } from './ways.ts'

/** In seconds, of a way that is an event. */
const GOALS = { median: 0.15, p95: 0.4, worst: 1.5 }
/** Than the faster poller at its shortest interval. */
const FASTER = 100

const inSeconds = (value: number): string => `${value.toFixed(value < 10 ? 3 : 1)} s`

/** The table: each way, the pollers, and what of the figures is not the program's. */
export function rowsOf(
  all: ReadonlyMap<Runner, Figures>,
  floor: readonly number[],
  load: readonly number[],
): readonly Row[] {
  const shortest = PEERS.filter(({ name }) => name.endsWith('shortest')).map(({ name }) => all.get(name) ?? NONE)
  const medians = shortest.filter(({ seconds }) => seconds.length > 0).map(({ seconds }) => median(seconds))
  const rival = medians.length > 0 ? Math.min(...medians) : undefined
  return [
    {
      goal: "  a bare request, and both name servers' answer",
      figure: `median ${ms(median(floor))}, p95 ${ms(quantile(floor, 0.95))}, most ${ms(Math.max(...floor))} (n ${floor.length})`,
      why: `load ${load.map((one) => one.toFixed(1)).join(' ')}`,
    },
    ...WAYS.map(({ name, median: under }) =>
      judged(`mxhome, ${name}`, all.get(name) ?? NONE, rival, under === undefined ? GOALS : { median: under }),
    ),
    plain('  mxhome, schedule alone (every 5 min)', all.get('schedule') ?? NONE),
    ...PEERS.map(({ name, interval }) => plain(`  ${name} (${interval} s)`, all.get(name) ?? NONE)),
  ]
}

function judged(
  goal: string,
  figures: Figures,
  rival: number | undefined,
  goals: { readonly median: number; readonly p95?: number; readonly worst?: number },
): Row {
  const { seconds, missed } = figures
  const middle = median(seconds)
  const times = rival === undefined ? undefined : rival / middle
  const isEvent = goals.p95 !== undefined
  const faults = [
    seconds.length === 0 && 'nothing measured',
    middle >= goals.median && `median not under ${goals.median} s`,
    goals.p95 !== undefined && quantile(seconds, 0.95) >= goals.p95 && `p95 not under ${goals.p95} s`,
    goals.worst !== undefined && Math.max(...seconds) >= goals.worst && `worst not under ${goals.worst} s`,
    missed > 0 && `${missed} missed`,
    isEvent && times !== undefined && times < FASTER && `not ${FASTER} times faster than the faster poller`,
  ].filter((fault) => fault !== false)
  const ratio = times === undefined ? '' : `${times.toFixed(0)} times faster`
  return { ...plain(goal, figures), ratio, met: faults.length === 0, why: faults.join('; ') }
}

const plain = (goal: string, figures: Figures): Row => ({ goal, figure: figureOf(figures) })

export function figureOf({ seconds, missed }: Figures): string {
  if (seconds.length === 0) return missed > 0 ? `all ${missed} missed` : 'not measured'
  const [middle, p95, most] = [median(seconds), quantile(seconds, 0.95), Math.max(...seconds)].map(inSeconds)
  return `median ${middle}, p95 ${p95}, worst ${most}, missed ${missed} (n ${seconds.length + missed})`
}

/** The nearest rank. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}
