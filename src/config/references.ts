import type { Environment } from './environment.ts'
import { isMap, type Report } from './kind.ts'

const REFERENCE = /\$\$\{|\$\{([^}]*)\}/g
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const DEPTH = 12

/** The names of environment variables that a YAML value refers to as `${NAME}`. */
export function referencesIn(value: unknown, depth = 0): string[] {
  if (depth > DEPTH) return []
  if (typeof value === 'string') return [...value.matchAll(REFERENCE)].flatMap(([, name]) => name ?? [])
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((part) => referencesIn(part, depth + 1))
}

/** The value with each `${NAME}` replaced by the environment's text (`$${` stands for `${`). What cannot be is reported. */
export async function expand(
  value: unknown,
  { lookup }: Pick<Environment, 'lookup'>,
  report: Report,
  depth = 0,
): Promise<unknown> {
  if (depth > DEPTH) {
    report({ found: 'a value that is nested too deeply', expected: 'what the documentation shows' })
    return undefined
  }
  const inside = (part: unknown, at: string) =>
    expand(part, { lookup }, (wrong) => report({ ...wrong, at: at + (wrong.at ?? '') }), depth + 1)

  if (typeof value === 'string') return expandText(value, lookup, report)
  if (Array.isArray(value)) {
    const parts: unknown[] = []
    for (const [i, part] of value.entries()) parts.push(await inside(part, `[${i}]`))
    return parts
  }
  if (!isMap(value)) return value
  const entries: [string, unknown][] = []
  for (const [key, part] of Object.entries(value)) entries.push([key, await inside(part, `.${key}`)])
  return Object.fromEntries(entries)
}

async function expandText(text: string, lookup: Environment['lookup'], report: Report): Promise<string> {
  const values = new Map<string, string>()
  for (const name of new Set(referencesIn(text))) {
    const given = NAME.test(name) ? await lookup(name) : undefined
    if (given?.text !== undefined) values.set(name, given.text)
    else if (!NAME.test(name))
      report({
        found: `\${...} around what is no name`,
        expected: 'the name of an environment variable',
        remedy: LITERAL,
      })
    else if (!given)
      report({
        found: `\${${name}}, which is not set`,
        expected: 'a variable of the environment',
        remedy: `set ${name}; ${LITERAL}`,
      })
    else report({ found: `\${${name}}, which cannot be read`, expected: 'a variable of the environment' })
  }
  return text.replace(REFERENCE, (_, name?: string) => (name === undefined ? `\${` : (values.get(name) ?? '')))
}

const LITERAL = `write $\${ for a literal \${`

/** The text at such a path as the user wrote it, if it refers to the environment: what may be shown of it. */
export function writtenReference(value: unknown, at: string | undefined): string | undefined {
  let part = value
  for (const key of at?.match(/[^.[\]]+/g) ?? []) {
    part =
      typeof part === 'object' && part !== null && Object.hasOwn(part, key)
        ? (part as Record<string, unknown>)[key]
        : undefined
  }
  return typeof part === 'string' && referencesIn(part).length > 0 ? part : undefined
}
