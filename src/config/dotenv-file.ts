import { parse } from 'dotenv'
import type { Problem } from './config.ts'
import type { FileText } from './environment.ts'

export interface DotenvFile {
  readonly values: Readonly<Record<string, string>>
  /** What to warn of, whoever uses the variables. */
  readonly warnings: readonly Problem[]
  /** What is wrong with a variable's value; told only of those that are used: other programs may read the file as well. */
  readonly wrong: (name: string) => Omit<Problem, 'setting'> | undefined
}

export function readDotenv({ path, text }: FileText): DotenvFile {
  const lines = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const values = parse(lines)
  return {
    values,
    warnings: cutValues(path, lines, values),
    wrong: (name) => openQuote(path, lines, name, values[name] ?? ''),
  }
}

/**
 * dotenv takes a quote that nothing closes for a part of the value. It also leaves one that was itself quoted (`'"abc'`):
 * only where the file has the value as it stands, right behind the name, was it meant as a quote.
 */
function openQuote(path: string, lines: string, name: string, value: string): Omit<Problem, 'setting'> | undefined {
  const [quote = ''] = value
  if (!/["'`]/.test(quote)) return undefined
  const asItStands = new RegExp(`^[^\\S\\n]*(?:export\\s+)?${escaped(name)}\\s*[=:][^\\S\\n]*${escaped(value)}`, 'm')
  const at = asItStands.exec(lines)?.index
  if (at === undefined) return undefined
  return {
    found: `${path}, line ${lines.slice(0, at).split('\n').length}: a value that begins with ${quote} and does not end with it`,
    expected: `${quote} at both ends of a value, or at none`,
    remedy: `close the quote; a value that itself begins with ${quote} goes into ${quote === "'" ? 'double' : 'single'} quotes`,
    severity: 'error',
  }
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/**
 * dotenv ends an unquoted value at any #, also in the middle of a password. A line within the quotes of another value only
 * looks like one: no variable has that value.
 */
function cutValues(path: string, lines: string, values: Readonly<Record<string, string>>): Problem[] {
  const cut = lines.matchAll(/^[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)[^\S\n]*=[^\S\n]*([^'"`\s#][^#\n]*(?<=\S))#/gm)
  return [...cut].flatMap(([, setting = '', value]) =>
    values[setting] !== value
      ? []
      : {
          setting,
          found: `a value in ${path} that goes on behind a #`,
          expected: 'quotes around a value that holds a #',
          remedy: 'write the value in single quotes; without them it ends before the #',
          severity: 'warn' as const,
        },
  )
}
