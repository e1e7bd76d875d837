import { Failure } from '../core/failure.ts'

export interface MtaStsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  readonly mx: readonly string[]
  /** Seconds. */
  readonly maxAge: number
}

const MODES = ['enforce', 'testing', 'none'] as const
const LONGEST = 31_557_600 // about a year
const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
const PATTERN = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$`, 'i')

/** RFC 8461 3.2: `key: value` lines in any order; of what is repeated the first counts, save `mx`. Throws a Failure `protocol`. */
export function parsePolicy(text: string): MtaStsPolicy {
  const fields = text.split(/\r?\n/).flatMap(fieldOf)
  const first = (key: string) => fields.find(([name]) => name === key)?.[1]
  if (first('version') !== 'STSv1') throw wrong('it has no "version: STSv1"')
  const mode = MODES.find((one) => one === first('mode'))
  if (!mode) throw wrong('its mode is none of enforce, testing and none')
  const maxAge = first('max_age') ?? ''
  if (!/^\d{1,10}$/.test(maxAge) || Number(maxAge) > LONGEST) throw wrong(`its max_age is no number up to ${LONGEST}`)
  const mx = fields.filter(([name]) => name === 'mx').map(([, value]) => value.toLowerCase())
  const odd = mx.find((one) => one.length > 255 || !PATTERN.test(one))
  if (odd !== undefined) throw wrong(`"mx: ${printable(odd)}" names no host`)
  if (mx.length === 0 && mode !== 'none') throw wrong('it names no mx')
  return { mode, mx, maxAge: Number(maxAge) }
}

/** What strangers wrote, for a message. */
export const printable = (text: string): string => text.slice(0, 80).replace(/[^ -~]/g, '?')

const wrong = (why: string) => new Failure('protocol', `the policy is not valid: ${why}`)

function fieldOf(line: string): readonly [key: string, value: string][] {
  const match = /^([a-z0-9][a-z0-9_.-]{0,31}):[ \t]*(.*?)[ \t]*$/i.exec(line)
  return match ? [[match[1]!, match[2]!]] : []
}

/** RFC 8461 4.1: the wildcard stands for one label, and only for the leftmost. */
export function policyNames({ mx }: Pick<MtaStsPolicy, 'mx'>, host: string): boolean {
  const name = host.toLowerCase()
  const above = `*${name.slice(name.indexOf('.'))}`
  return mx.some((pattern) => pattern === name || (name.includes('.') && pattern === above))
}
