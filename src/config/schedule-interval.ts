import { DAY, HOUR, MINUTE, type Milliseconds, SECOND } from '../core/instant.ts'

/** The longest pause between two rounds, by a cron expression; of one that leaves out days at least a day. */
export function longestPause(expression: string): Milliseconds {
  const fields = expression.split(' ')
  const [seconds, minutes = '', hours = '', ...days] = fields.length === 6 ? fields : ['0', ...fields]
  if (days.some((field) => field !== '*')) return 31 * DAY
  const inDay = gapOf(hours, 24)
  if (inDay > 1) return inDay * HOUR
  const inHour = gapOf(minutes, 60)
  return inHour > 1 ? inHour * MINUTE : gapOf(seconds!, 60) * SECOND
}

/** The widest gap between the moments that a field names, around the clock. What cannot be read counts as one moment. */
function gapOf(field: string, size: number): number {
  const moments = [...new Set(field.split(',').flatMap((part) => momentsOf(part, size)))].toSorted((a, b) => a - b)
  const gaps = moments.map((moment, i) => (moments[i + 1] ?? moments[0]! + size) - moment)
  return Math.max(...gaps)
}

function momentsOf(part: string, size: number): readonly number[] {
  const [, from, to, step] = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [undefined, '0']
  const first = Number(from ?? 0)
  const last = Number(to ?? (from === undefined || step !== undefined ? size - 1 : from))
  const stride = Math.max(1, Number(step ?? 1))
  const moments = Array.from(
    { length: Math.max(0, Math.floor((last - first) / stride) + 1) },
    (_, i) => first + i * stride,
  )
  return moments.length > 0 ? moments : [0]
}
