import { createTask, parse } from 'node-cron'
import { HOUR, type Instant, MINUTE, SECOND } from '../core/instant.ts'

/** Tells the next time of an expression after now; undefined: there is none. */
export type NextTime = (now: Instant) => Instant | undefined

/** node-cron would write to the console by itself. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** Every combination of day, month and weekday has come within 40 years, also the one century without a leap day. */
const HORIZON_YEARS = 41

type Fields = ReturnType<typeof parse>

/**
 * Of an expression with seconds, in the system's time zone: the first second at which the clock on the wall shows what is
 * asked for. So what is skipped when summer time begins does not come, and the hour at its end comes twice.
 *
 * node-cron reads the expression; it could also tell its next time, but asks `Intl` for each, which alone would keep
 * 9 MiB in memory (seen with Node 20 and 24), and it knows the second coming of an hour only. It still decides on days that
 * are not numbers (the last Friday, the weekday nearest to the 15th).
 */
export function openTimes(expression: string): { readonly next: NextTime; readonly close: () => void } {
  const fields = parse(expression)
  const days = daysOf(expression, fields)
  let isNever = false // need not be found out again
  const next: NextTime = (now) => {
    if (isNever) return undefined
    const end = new Date(now).getFullYear() + HORIZON_YEARS
    let at = Math.floor(now / SECOND) * SECOND + SECOND
    for (let date = new Date(at); date.getFullYear() < end; date = new Date(at)) {
      const wrong = firstWrong(date, fields, days.has)
      if (wrong === undefined) return at
      at = leap(at, date, wrong)
    }
    isNever = true
    return undefined
  }
  return { next, close: days.close }
}

/** From the largest to the smallest. */
const UNITS = ['month', 'day', 'hour', 'minute', 'second'] as const
type Unit = (typeof UNITS)[number]

function firstWrong(
  date: Date,
  { month, hour, minute, second }: Fields,
  isDay: (date: Date) => boolean,
): Unit | undefined {
  if (!month.includes(date.getMonth() + 1)) return 'month'
  if (!isDay(date)) return 'day'
  if (!hour.includes(date.getHours())) return 'hour'
  if (!minute.includes(date.getMinutes())) return 'minute'
  return second.includes(date.getSeconds()) ? undefined : 'second'
}

/** To the next month, day, hour ... by the clock; in smaller steps where the clock is changed on the way. */
function leap(at: Instant, date: Date, unit: Unit): Instant {
  for (const smaller of UNITS.slice(UNITS.indexOf(unit))) {
    const to = endOf(smaller, at, date)
    if (smaller === 'second' || offsetAt(to) === offsetAt(at)) return to
  }
  return at + SECOND
}

function endOf(unit: Unit, at: Instant, date: Date): Instant {
  if (unit === 'month') return new Date(date.getFullYear(), date.getMonth() + 1).getTime()
  if (unit === 'day') return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
  if (unit === 'hour') return at + HOUR - date.getMinutes() * MINUTE - date.getSeconds() * SECOND
  return unit === 'minute' ? at + MINUTE - date.getSeconds() * SECOND : at + SECOND
}

/** How far local time is ahead of UTC. */
const offsetAt = (at: Instant) => -new Date(at).getTimezoneOffset() * MINUTE

function daysOf(expression: string, { dayOfMonth, dayOfWeek }: Fields) {
  if ([...dayOfMonth, ...dayOfWeek].every((day) => typeof day === 'number')) {
    const has = (date: Date) => dayOfMonth.includes(date.getDate()) && dayOfWeek.includes(date.getDay())
    return { has, close: () => {} }
  }
  const anyTime = ['*', '*', '*', ...expression.split(' ').slice(3)].join(' ')
  const task = createTask(anyTime, () => {}, { logger: SILENT })
  return { has: (date: Date) => task.match(date), close: () => void task.destroy() }
}
