import { Failure } from '../core/failure.ts'
import type { Fields } from '../ports/log.ts'
import { plainJson } from '../report/json-text.ts'

export interface Entry {
  /** RFC 3339; undefined where the reader stamps the lines. */
  readonly time: string | undefined
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  readonly message: string
  readonly fields: Fields
}

type Hide = (text: string) => string

/** Messages are static and short: values after them stand in one column. */
const MESSAGE_WIDTH = 36
const LEVEL_WIDTH = 5

/** For people: time, level, message, key=value, always one line. */
export function formatText({ time, level, message, fields }: Entry, hide: Hide): string {
  const values = Object.entries(plain(fields, hide) as Fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`${oneLine(key)}=${textOf(value)}`],
  )
  const head = [...(time === undefined ? [] : [time]), level.padEnd(LEVEL_WIDTH)]
  const said = oneLine(hide(message))
  return [...head, values.length > 0 ? said.padEnd(MESSAGE_WIDTH) : said, ...values].join(' ')
}

/** One JSON document a line: time, level, message and the fields. */
export function formatJson({ time, level, message, fields }: Entry, hide: Hide): string {
  const own = { time, level, message: hide(message) }
  // Twice: first in order, and no field may take their place.
  return plainJson(JSON.stringify({ ...own, ...(plain(fields, hide) as Fields), ...own }))
}

/** What JSON would lose or refuse, made plain; secrets are hidden in every text on the way. */
function plain(value: unknown, hide: Hide, depth = 0): unknown {
  if (typeof value === 'string') return hide(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Failure)
    return value.kind === 'bug' ? hide(stackOf(value)) : `${value.kind}: ${hide(value.message)}`
  if (value instanceof Error) return hide(value.stack ?? String(value))
  if (typeof value !== 'object' || value === null) return value
  if (depth > 8) return '...'
  if (Array.isArray(value)) return value.map((item) => plain(item, hide, depth + 1))
  if (value instanceof Map) return plain(Object.fromEntries(value), hide, depth)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [hide(key), plain(item, hide, depth + 1)]))
}

const stackOf = ({ cause, stack, message }: Failure): string =>
  (cause instanceof Error ? cause.stack : undefined) ?? stack ?? message

function textOf(value: unknown): string {
  if (Array.isArray(value) && value.length > 0 && value.every(isBare)) return value.join(',')
  return isBare(value) ? String(value) : plainJson(JSON.stringify(value) ?? '')
}

const isBare = (value: unknown): boolean => typeof value === 'string' && /^[^\s"=,\p{C}]+$/u.test(value)

/** Line breaks of any kind, and what a terminal would obey. */
const BREAKS = /[\p{C}\p{Zl}\p{Zp}]/gu

/** No message may forge a second line. */
const oneLine = (text: string): string => text.replace(BREAKS, ' ')
