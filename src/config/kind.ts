import { nearestHint } from './nearest.ts'

/** What is wrong with a value; `at` leads to the part of it that is wrong (`[1].ttl`). */
export interface Wrong {
  readonly at?: string | undefined
  readonly found: string
  readonly expected: string
  readonly remedy?: string | undefined
}

export type Report = (wrong: Wrong) => void
export type JsonSchema = Readonly<Record<string, unknown>>

/** A kind of value: how it is read from the environment's text or from what YAML made of it. Methods: no casts. */
export interface Kind<T> {
  /** For a person: `a duration such as 30s`. */
  readonly expected: string
  /** Of the YAML form. */
  readonly schema: JsonSchema
  /** What is usable of the value; undefined: nothing. Everything wrong is reported. */
  parse(value: unknown, report: Report): T | undefined
  /** The canonical text of a value, as the environment would take it. */
  show(value: T): string
}

/** What a reader makes of one text: its value, or why not (`expected`: instead of the kind's). */
export type Read<T> =
  | { readonly value: T }
  | { readonly expected?: string | undefined; readonly remedy?: string | undefined }

export const readOf = <T>(value: T | undefined): Read<T> => (value === undefined ? {} : { value })

interface Scalar<T> {
  readonly expected: string
  readonly schema?: JsonSchema
  readonly read: (text: string) => Read<T>
  readonly show?: (value: T) => string
}

/** A value that is one text; YAML's numbers and booleans are taken as they would be written. */
export function scalar<T>({ expected, schema, read, show }: Scalar<T>): Kind<T> {
  return {
    expected,
    schema: schema ?? { type: 'string' },
    parse(value, report) {
      const text = typeof value === 'object' ? undefined : String(value).trim()
      const result: Read<T> = text === undefined ? notText(value) : read(text)
      if ('value' in result) return result.value
      report({ found: foundOf(value), expected: result.expected ?? expected, remedy: result.remedy })
      return undefined
    },
    show: show ?? String,
  }
}

// YAML makes a map of `command: ls`.
const notText = (value: unknown) => (isMap(value) ? { remedy: 'put a value that holds ": " in quotes' } : {})

/** Comma separated, or a YAML list. Equal entries count once. `atLeastOne`: an empty list is wrong. */
export function list<T>(item: Kind<T>, { atLeastOne = false } = {}): Kind<readonly T[]> {
  const show = (values: readonly T[]) => values.map((value) => item.show(value)).join(', ')
  return {
    expected: `${item.expected}; several: comma separated, in YAML a list`,
    schema: {
      anyOf: [{ type: 'array', items: item.schema, ...(atLeastOne ? { minItems: 1 } : {}) }, { type: 'string' }],
    },
    parse(value, report) {
      const entries = Array.isArray(value) ? value : typeof value === 'string' ? split(value) : [value]
      const values = entries.flatMap((entry, i) => {
        const at = Array.isArray(value) ? `[${i}]` : ''
        const parsed = item.parse(entry, (wrong) => report({ ...wrong, at: at + (wrong.at ?? '') }))
        return parsed === undefined ? [] : [parsed]
      })
      if (atLeastOne && entries.length === 0) report({ found: 'an empty list', expected: item.expected })
      return unique(values)
    },
    show,
  }
}

// Compared as data: what is shown may hide the difference.
function unique<T>(values: readonly T[]): readonly T[] {
  const texts = values.map((value) => JSON.stringify(value))
  return values.filter((_, i) => texts.indexOf(texts[i]!) === i)
}

const split = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

export type Shape = Readonly<Record<string, Kind<unknown>>>
type ValueOf<K> = K extends Kind<infer T> ? T : never
export type Fields<S extends Shape> = { readonly [K in keyof S]?: ValueOf<S[K]> }

/** The known keys of a YAML map, each read by its kind; others are reported with the nearest known one. */
export function fieldsOf<S extends Shape>(map: object, shape: S, report: Report): Fields<S> {
  const fields: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(map)) {
    const kind = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (!kind) report(unknownKey(key, Object.keys(shape)))
    else if (value !== null)
      fields[key] = kind.parse(value, (wrong) => report({ ...wrong, at: `.${key}${wrong.at ?? ''}` }))
  }
  return fields as Fields<S>
}

export function unknownKey(key: string, known: readonly string[]): Wrong {
  return {
    at: `.${excerpt(key) || '""'}`,
    found: 'an unknown key',
    expected: 'a known key',
    remedy: nearestHint(key, known),
  }
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What the user wrote, short and on one line: `"two"`, `7`, `a list`. */
export function foundOf(value: unknown): string {
  if (typeof value === 'string') return value.trim() === '' ? 'nothing' : `"${excerpt(value)}"`
  return typeof value === 'object' || value === undefined ? formOf(value) : String(value)
}

/** Its form alone, where the value may be a secret. */
export function formOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a map' : typeof value === 'string' ? 'text' : `a ${typeof value}`
}

/** Whether a text, maybe a list, holds a URL with a password. A comma in it would tear it apart. */
export const holdsCredentials = (value: unknown): boolean => typeof value === 'string' && /\/\/[^/\s]*@/.test(value)

/** Of a URL neither user name and password are shown nor its query, where services take their keys. */
export function withoutCredentials(text: string): string {
  // Where the slashes were forgotten. Of a source `dns:NAME/TYPE/CLASS@SERVER` there is nothing to hide.
  if (!text.includes('//')) return text.replace(/(?<!\S)(?!dns:)\S*:\S*@/g, '(hidden)@')
  return text.replace(/\/\/.*@/, '//(hidden)@').replace(/(\/\/[^?]*\?).+/, '$1(hidden)')
}

function excerpt(text: string): string {
  const line = withoutCredentials(text.trim()).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
  return line.length > 80 ? `${line.slice(0, 77)}...` : line
}
