import { harmless } from './describe-problems.ts'
import type { Effective } from './sources.ts'

/** What is in force, one setting a line, with its origin; secrets are hidden already. Ends with a line break. */
export function showConfig(effective: readonly Effective[]): string {
  const width = (texts: readonly string[]) => Math.min(48, Math.max(0, ...texts.map((text) => text.length)))
  const [names, values] = [width(effective.map(({ setting }) => setting)), width(effective.map(({ value }) => value))]
  return effective
    .map(({ setting, value, origin }) => `${setting.padEnd(names)}  ${value.padEnd(values)}  (${origin})`)
    .map((line) => `${harmless(line)}\n`)
    .join('')
}
