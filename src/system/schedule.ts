import { Failure } from '../core/failure.ts'

/** When rounds are due: node-cron expressions in the system's time zone. */
export interface Schedule {
  /** Calls back at each time that the expression names, until the returned function is called. Rejects with a Failure `unsupported`. */
  readonly every: (expression: string, onTick: () => void) => Promise<() => void>
}

/** node-cron would write to the console by itself. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Expressions of five fields are shifted by a fixed 0-59 s taken from the machine's number, so that not all homes ask
 * the same services in the same second; six fields (with seconds) are exact.
 */
export function openSchedule({ machine }: { readonly machine: number }): Schedule {
  return {
    async every(expression, onTick) {
      const problem = await validateSchedule(expression)
      if (problem !== undefined) throw new Failure('unsupported', problem)
      const { schedule } = await import('node-cron')
      const task = schedule(withSeconds(expression, machine), () => onTick(), {
        logger: SILENT,
        suppressMissedWarning: true,
      })
      return () => void task.destroy()
    },
  }
}

/** undefined: it is one. Else what was found and what is expected. */
export async function validateSchedule(expression: string): Promise<string | undefined> {
  const count = fieldsOf(expression).length
  const expected =
    'expected five fields (minute hour day month weekday), or six with seconds before them, as in */5 * * * *'
  if (count !== 5 && count !== 6) return `the schedule "${expression}" has ${count} fields; ${expected}`
  const { validate } = await import('node-cron')
  return validate(expression) ? undefined : `the schedule "${expression}" is not one; ${expected}`
}

/** `0 * * * *` on machine number 67 becomes `7 0 * * * *`. */
export function withSeconds(expression: string, machine: number): string {
  const fields = fieldsOf(expression)
  return fields.length === 5 ? [machine % 60, ...fields].join(' ') : fields.join(' ')
}

const fieldsOf = (expression: string): readonly string[] => expression.trim().split(/\s+/)
