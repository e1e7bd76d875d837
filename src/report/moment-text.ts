import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../core/instant.ts'
import type { TextStyle } from './text-style.ts'

/** `02:19`, or `2026-11-04 02:19` on another day than today's, in the system's time zone. Takes RFC 3339 too. */
export function momentText(at: Instant | string, style: TextStyle): string {
  const moment = partsOf(at)
  if (!moment) return typeof at === 'string' ? at : 'at an unknown time'
  const today = partsOf(style.now)
  return moment.date === today?.date ? moment.time : `${moment.date} ${moment.time}`
}

/** `2026-11-04 02:19`, whatever today is: for lists. */
export function dateText(at: Instant | string): string {
  const moment = partsOf(at)
  return moment ? `${moment.date} ${moment.time}` : String(at)
}

/** Not by `Intl`, whose first formatter keeps 9 MiB in a daemon's memory. */
function partsOf(at: Instant | string): { date: string; time: string } | undefined {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return undefined
  return {
    date: `${two(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}`,
  }
}

const two = (value: number) => String(value).padStart(2, '0')

/** `in 4 min`, `3 min ago`, `now`; empty where the moment is none. */
export function distanceText(at: Instant | string, now: Instant): string {
  const span = new Date(at).getTime() - now
  if (Number.isNaN(span)) return ''
  if (Math.abs(span) < SECOND) return 'now'
  return span > 0 ? `in ${roundSpan(span)}` : `${roundSpan(-span)} ago`
}

/** `until 02:19 (in 4 min)`, `at 02:19 (in 4 min)`; what has passed is due. */
export function dueText(word: 'until' | 'at', at: string, style: TextStyle): string {
  if (new Date(at).getTime() <= style.now) return word === 'until' ? 'for the next round' : 'in the next round'
  const distance = distanceText(at, style.now)
  return `${word} ${momentText(at, style)}${distance ? ` (${distance})` : ''}`
}

/** To the nearest unit that a person would name. */
export function roundSpan(span: number): string {
  if (span < 90 * SECOND) return `${Math.max(1, Math.round(span / SECOND))} s`
  if (span < 90 * MINUTE) return `${Math.round(span / MINUTE)} min`
  if (span < 2 * DAY) return `${Math.round(span / HOUR)} h`
  return `${Math.round(span / DAY)} d`
}

/** How long something took: `0.4 s`, `2 min 5 s`. */
export function tookText(ms: number): string {
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`
  const seconds = Math.round((ms % MINUTE) / SECOND)
  return seconds === 0 || seconds === 60
    ? `${Math.round(ms / MINUTE)} min`
    : `${Math.floor(ms / MINUTE)} min ${seconds} s`
}
