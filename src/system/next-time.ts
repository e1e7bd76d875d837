import { createTask, parse } from 'node-cron'
import { HOUR, type Instant, MINUTE, SECOND } from '../core/instant.ts'

/** Tells the next time of an expression after now; undefined: there is none. */
export type NextTime = (now: Instant) => Instant | undefined

/** node-cron would write to the console by itself. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** By an hour clocks go back, on Lord Howe Island by half of one; before and after it these times come twice. */
const AROUND = HOUR + MINUTE

/**
 * Of an expression with seconds, in the system's time zone. What node-cron computes is right but for the hour that comes
 * twice when summer time ends: it knows the second coming only, and would rest for two hours. There, each second is
 * looked at.
 */
export function openTimes(expression: string): { readonly next: NextTime; readonly close: () => void } {
  const task = createTask(expression, () => {}, { logger: SILENT })
  const { second, minute, hour } = parse(expression)
  const isTime = (at: Instant) => {
    const date = new Date(at)
    const onClock =
      second.includes(date.getSeconds()) && minute.includes(date.getMinutes()) && hour.includes(date.getHours())
    return onClock && task.match(date)
  }
  const found = (): Instant | undefined => {
    try {
      return task.getNextRuns(1)[0]?.getTime()
    } catch (error) {
      if (/could not find/i.test(String(error))) return undefined
      throw error
    }
  }
  const next: NextTime = (now) => {
    const usual = found()
    if (offsetAt(now - AROUND) <= offsetAt(now + AROUND)) return usual
    const end = Math.min(usual ?? Number.POSITIVE_INFINITY, now + 2 * AROUND)
    for (let at = secondAfter(now); at < end; at += SECOND) if (isTime(at)) return at
    return usual
  }
  return { next, close: () => void task.destroy() }
}

const secondAfter = (now: Instant): Instant => Math.floor(now / SECOND) * SECOND + SECOND

/** How far local time is ahead of UTC. */
const offsetAt = (at: Instant) => -new Date(at).getTimezoneOffset() * MINUTE
