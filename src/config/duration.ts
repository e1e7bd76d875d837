import { DAY, HOUR, MINUTE, type Milliseconds, SECOND } from '../core/instant.ts'

const UNITS: Readonly<Record<string, Milliseconds>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** `500ms`, `30s`, `5m`, `1h`, `2d`: a whole number and a unit. */
export function parseDuration(text: string): Milliseconds | undefined {
  const [, digits, unit] = /^(\d{1,9})\s?(ms|s|m|h|d)$/i.exec(text) ?? []
  const factor = UNITS[unit?.toLowerCase() ?? '']
  return digits !== undefined && factor !== undefined ? Number(digits) * factor : undefined
}

/** In the largest unit that needs no fraction: `2m`, `90s`. */
export function describeDuration(ms: Milliseconds): string {
  const unit = ['d', 'h', 'm', 's'].find((name) => ms !== 0 && ms % UNITS[name]! === 0) ?? 'ms'
  return `${ms / UNITS[unit]!}${unit}`
}
