import { validate } from 'node-cron'
import { Failure } from '../core/failure.ts'
import { type Instant, MINUTE } from '../core/instant.ts'
import { machineNumber } from './machine-id.ts'
import { openTimes } from './next-time.ts'

export interface Ticking {
  readonly stop: () => void
  /** undefined: there is no further time. */
  readonly next: () => Instant | undefined
}

/** The clock may jump, and the machine may sleep: no timer is believed for longer. */
const LONGEST_REST = MINUTE

/**
 * Calls back at each time that a node-cron expression names, in the system's time zone, until it is stopped. Five
 * fields are shifted by a fixed 0-59 s taken from the machine's number, so that not all homes ask the same services in
 * the same second; six fields (with seconds) are exact. Throws a Failure `unsupported` for anything else.
 *
 * node-cron reads the expression; the times and the waiting are our own. What was missed (a machine that slept, a clock that jumped ahead)
 * is made up for once; after a jump back nothing waits until the clock is there again. A leap second is no time of its
 * own: in Unix time 23:59:60 does not occur.
 */
export function every(expression: string, onTick: () => void, machine = machineNumber()): Ticking {
  const problem = validateSchedule(expression)
  if (problem !== undefined) throw new Failure('unsupported', problem)
  const times = openTimes(withSeconds(expression, machine))
  const next = () => times.next(Date.now())
  let due = next()
  let timer: NodeJS.Timeout | undefined
  const rest = () => {
    const left = due === undefined ? LONGEST_REST : due - Date.now()
    timer = setTimeout(look, Math.min(Math.max(left, 1), LONGEST_REST))
  }
  const look = () => {
    const isDue = due !== undefined && Date.now() >= due
    due = next()
    rest()
    if (isDue) onTick()
  }
  rest()
  const stop = () => {
    clearTimeout(timer)
    times.close()
  }
  return { stop, next }
}

/** undefined: it is one. Else what was found and what is expected. */
export function validateSchedule(expression: string): string | undefined {
  const count = fieldsOf(expression).length
  const expected =
    'expected five fields (minute hour day month weekday), or six with seconds before them, as in */5 * * * *'
  if (count !== 5 && count !== 6) return `the schedule "${expression}" has ${count} fields; ${expected}`
  return validate(fieldsOf(expression).join(' ')) ? undefined : `the schedule "${expression}" is not one; ${expected}`
}

export const isSchedule = (expression: string): boolean => validateSchedule(expression) === undefined

/** `0 * * * *` on machine number 67 becomes `7 0 * * * *`. */
export function withSeconds(expression: string, machine: number): string {
  const fields = fieldsOf(expression)
  return fields.length === 5 ? [machine % 60, ...fields].join(' ') : fields.join(' ')
}

const fieldsOf = (expression: string): readonly string[] => expression.split(/\s+/).filter((field) => field !== '')
