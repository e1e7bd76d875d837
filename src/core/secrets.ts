import { Buffer } from 'node:buffer'

/** Where a text was cut off. */
const CUT = '...'
const HIDDEN = '***'

/** Shorter ones are hidden only where they stand alone: else every word that holds a letter would be spoilt. */
const SHORT = 4

/** Puts stars in the place of secrets. */
export type Hide = (text: string) => string

interface Options {
  /** Also what is left of a secret where the text ends, or was cut off. */
  readonly cuts?: boolean
}

/**
 * Hides secrets as they are, and as URLs, forms, JSON, HTML and XML write them, also one within the other: each character
 * is looked for in every way in which it may be written.
 */
export function hiderOf(secrets: readonly string[], { cuts = false }: Options = {}): Hide {
  const all = new Set(secrets.flatMap((secret) => [secret, secret.trim()]).filter((secret) => secret.trim() !== ''))
  const known = [...all].map((secret) => finderOf(secret, cuts))
  return (text) => {
    // All are looked for in the text as it was: stars for one could tear another apart, and leave its beginning.
    const spans = known.flatMap((spansIn) => spansIn(text)).sort(([one], [other]) => one - other)
    let [shown, from] = ['', 0]
    for (const [start, end] of spans) {
      if (start >= from) shown += text.slice(from, start) + HIDDEN
      from = Math.max(from, end)
    }
    return shown + text.slice(from)
  }
}

/** The beginning of a text that is longer, with a mark at its end: by that what is left there of a secret is found. */
export const shortened = (text: string, length: number): string =>
  text.length > length ? text.slice(0, length) + CUT : text

type Letters = readonly string[]
type Span = readonly [start: number, end: number]

/** Runs of blanks and of backslashes count as one: services shorten the former, and escapes double the latter. */
const lettersOf = (secret: string): Letters => secret.match(/\s+|\\+|./gsu)!

function finderOf(secret: string, cuts: boolean): (text: string) => readonly Span[] {
  const letters = lettersOf(secret)
  const isShort = letters.length < SHORT
  // A long text is soon seen to hold none: what no encoding changes is looked for first.
  const [plain = ''] = (secret.match(/[A-Za-z\d]+/g) ?? []).sort((one, other) => other.length - one.length)
  let pattern: RegExp | undefined
  const wholeIn = (text: string): readonly Span[] => {
    if (!text.includes(plain)) return []
    pattern ??= new RegExp(letters.map(sourceOf).join(''), 'gu')
    return [...text.matchAll(pattern)].map(({ index, 0: { length } }): Span => [index, index + length])
  }
  return (text) => {
    const found = wholeIn(text)
    const spans = isShort ? found.filter(([start, end]) => standsAlone(text, start, end)) : found
    return cuts ? [...spans, ...beginningsIn(text, letters)] : spans
  }
}

/** Where a text was cut off in the middle of the secret. */
function beginningsIn(text: string, letters: Letters): readonly Span[] {
  return [...text.matchAll(new RegExp(sourceOf(letters[0]!), 'gu'))].flatMap(({ index }): readonly Span[] => {
    const [count, end] = follow(letters, text, index)
    if (count === letters.length) return []
    // The last letters may be none: `&` and `%` also begin an escape that the cut went through, and CUT is made of dots.
    const stops = [0, 1, 2, 3].map((back) => cutAt(text, end - back, count - back))
    const stop = stops.find((one) => one !== undefined)
    return stop === undefined ? [] : [[index, stop]]
  })
}

/** How many of the letters stand there one behind the other, and where they end. */
function follow(letters: Letters, text: string, start: number): readonly [count: number, end: number] {
  let end = start
  for (const [count, letter] of letters.entries()) {
    const pattern = new RegExp(sourceOf(letter), 'uy')
    pattern.lastIndex = end
    if (!pattern.test(text)) return [count, end]
    end = pattern.lastIndex
  }
  return [letters.length, end]
}

/** What a cut may leave of one letter: of its bytes in a URL, of its two units, plain or in JSON, of its number in HTML. */
const BROKEN =
  /^(?:(?:%(?:25){0,3}[\dA-Fa-f]{0,2}){1,4}|(?:\\+(?:u[\dA-Fa-f]{0,4})?){1,2}|&[#\w]{0,16}|[\uD800-\uDBFF])?/

/** The cut may go through a letter. Of a secret's beginning two characters may be left, at the end of a text three. */
function cutAt(text: string, end: number, count: number): number | undefined {
  const rest = BROKEN.exec(text.slice(end))![0].length
  const stop = end + rest
  if (count > 2 && text.startsWith(CUT, stop)) return stop
  return count > 3 && stop === text.length ? stop : undefined
}

const standsAlone = (text: string, start: number, end: number) =>
  !/[\p{L}\p{N}]$/u.test(text.slice(0, start)) && !/^[\p{L}\p{N}]/u.test(text.slice(end))

const NAMED: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' }
/** As JSON writes them behind a backslash. */
const BLANKS: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't' }

/** Escapes of escapes; without an end an answer of nothing but these would cost the square of its length. */
const SLASHES = '\\\\{0,9}'
const ESCAPE = '\\\\{1,9}'
const MOST_BLANKS = 64

function sourceOf(letter: string): string {
  if (/^[A-Za-z\d]$/.test(letter)) return letter
  const first = letter[0]!
  if (first === '\\') return `(?:\\\\|${escapesOf('\\').join('|')}){1,${MOST_BLANKS}}`
  // The escape first: where a cut is looked for nobody comes back to it, and `&amp;` begins with `&`.
  if (!/\s/.test(first)) return `(?:${escapesOf(letter).join('|')}|${SLASHES}${literal(letter)})`
  const written = [...new Set([...letter, ' '])].flatMap((blank) => [
    ...escapesOf(blank),
    ...(BLANKS[blank] ? [`${ESCAPE}${BLANKS[blank]}`] : []),
  ])
  return `(?:\\s|\\+|${written.join('|')}){1,${MOST_BLANKS}}`
}

/** In URLs (also twice), in JSON, in HTML. */
function escapesOf(letter: string): readonly string[] {
  const code = letter.codePointAt(0)!
  const bytes = [...Buffer.from(letter)].map((byte) => `%(?:25){0,3}${hex(byte, 2)}`).join('')
  const units = [...letter.split('')].map((unit) => `${ESCAPE}u${hex(unit.charCodeAt(0), 4)}`).join('')
  const named = NAMED[letter]
  return [bytes, units, `&#0*${code};`, `&#[xX]0*${hex(code, 1)};`, ...(named ? [`&${named};`] : [])]
}

const hex = (value: number, width: number): string =>
  value
    .toString(16)
    .padStart(width, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)

const literal = (letter: string): string => letter.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** A shorter value of a query is a word (`system=dyndns`), no credential. */
const LEAST_VALUE = 8

/** What a URL may hold of secrets: its password, or a user name that stands alone; the pair as HTTP Basic sends it; long values of its query. */
export function secretsInUrl(text: string | undefined): readonly string[] {
  if (text === undefined || !URL.canParse(text)) return []
  const { username, password, searchParams } = new URL(text)
  const values = [...searchParams.values()].filter((value) => value.length >= LEAST_VALUE)
  if (username === '' && password === '') return values
  const own = password === '' ? username : password
  const pair = [username, password].map(decoded).join(':')
  return [...new Set([own, decoded(own), Buffer.from(pair).toString('base64'), ...values])]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
