import { schedule, validate } from 'node-cron'
import { Failure } from '../core/failure.ts'
import type { Instant } from '../core/instant.ts'
import { machineNumber } from './machine-id.ts'

export interface Ticking {
  readonly stop: () => void
  /** undefined: there is no further time. */
  readonly next: () => Instant | undefined
}

/** node-cron would write to the console by itself. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Calls back at each time that a node-cron expression names, in the system's time zone, until it is stopped. Five
 * fields are shifted by a fixed 0-59 s taken from the machine's number, so that not all homes ask the same services in
 * the same second; six fields (with seconds) are exact. Throws a Failure `unsupported` for anything else.
 */
export function every(expression: string, onTick: () => void, machine = machineNumber()): Ticking {
  const problem = validateSchedule(expression)
  if (problem !== undefined) throw new Failure('unsupported', problem)
  const options = { logger: SILENT, suppressMissedWarning: true }
  const task = schedule(withSeconds(expression, machine), () => onTick(), options)
  return { stop: () => void task.destroy(), next: () => task.getNextRun()?.getTime() }
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
