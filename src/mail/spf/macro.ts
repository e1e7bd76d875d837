import { Buffer } from 'node:buffer'
import type { WireName } from '../../dns/message.ts'

/** What a macro letter stands for (RFC 7208 7.2); `c`, `r` and `t` are for explanations, which are not fetched. */
export type Letter = 's' | 'l' | 'o' | 'd' | 'i' | 'p' | 'v' | 'h'
export type MacroValues = Readonly<Record<Letter, string>>

interface Expansion {
  readonly letter: Letter
  /** How many parts are kept, from the right; undefined: all. */
  readonly keep: number | undefined
  readonly reverse: boolean
  readonly delimiters: string
  readonly inUrl: boolean
}
/** A macro-string, read: literal text and what is to be expanded. */
export type Macros = readonly (string | Expansion)[]

const TOKEN =
  /%\{(?<letter>[slodiphvcrt])(?<keep>\d*)(?<reverse>r?)(?<delimiters>[.\-+,/_=]*)\}|%(?<escaped>[%_-])|(?<literal>[\x21-\x24\x26-\x7e]+)/iy
const ESCAPED: Readonly<Record<string, string>> = { '%': '%', _: ' ', '-': '%20' }
const FOR_EXPLANATIONS = /[crt]/i
/** Not all digits, no hyphen at an end. */
const TOP_LABEL = /\.(?!\d+\.?$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?$/i
const MAX_NAME = 253
const MAX_LABEL = 63

/** undefined: not by the grammar of RFC 7208 7.1. */
export function parseMacros(text: string): Macros | undefined {
  const macros: (string | Expansion)[] = []
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const groups = TOKEN.exec(text)?.groups
    if (!groups) return undefined
    const { letter, keep = '', reverse, delimiters = '', escaped = '', literal } = groups
    if (letter === undefined) macros.push(literal ?? ESCAPED[escaped]!)
    else {
      if (keep !== '' && Number(keep) === 0) return undefined
      macros.push({
        letter: letter.toLowerCase() as Letter,
        keep: keep === '' ? undefined : Number(keep),
        reverse: reverse !== '',
        delimiters: delimiters || '.',
        inUrl: letter < 'a',
      })
    }
  }
  return macros
}

/** A macro-string that ends in a top label or in a macro, as every name in a record must. */
export function parseDomainSpec(text: string): Macros | undefined {
  const macros = parseMacros(text)
  if (!macros?.length || macros.some((part) => typeof part !== 'string' && FOR_EXPLANATIONS.test(part.letter))) {
    return undefined
  }
  return TOP_LABEL.test(text) || /%(?:\{[^}]*\}|[%_-])$/.test(text) ? macros : undefined
}

export const usesLetter = (macros: Macros, letter: Letter): boolean =>
  macros.some((part) => typeof part !== 'string' && part.letter === letter)

export const expand = (macros: Macros, values: MacroValues): string =>
  macros.map((part) => (typeof part === 'string' ? part : transformed(part, values[part.letter]))).join('')

function transformed({ keep, reverse, delimiters, inUrl }: Expansion, value: string): string {
  const parts = [...delimiters].reduce((some, delimiter) => some.flatMap((part) => part.split(delimiter)), [value])
  if (reverse) parts.reverse()
  const text = parts.slice(keep === undefined ? 0 : -keep).join('.')
  return inUrl ? [...Buffer.from(text)].map(escapeOctet).join('') : text
}

function escapeOctet(octet: number): string {
  const character = String.fromCharCode(octet)
  return /[\w.~-]/.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
}

/** The name to be asked for, in lower case; labels on the left are left out where it is too long. undefined: no question can be made of it. */
export function targetName(expanded: string): WireName | undefined {
  let name = expanded.replace(/\.$/, '').toLowerCase()
  while (name.length > MAX_NAME && name.includes('.')) name = name.slice(name.indexOf('.') + 1)
  const isName = name.split('.').every(({ length }) => length > 0 && length <= MAX_LABEL)
  if (!isName || !/^\p{ASCII}*$/u.test(name)) return undefined
  return name.replaceAll('\\', '\\\\').replace(/[^!-~]/g, (one) => `\\${String(one.charCodeAt(0)).padStart(3, '0')}`)
}
