/** A run of what is neither blank nor quote, and of quoted pieces. */
const WORD = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g

/** A program and its arguments, as one text. No shell: only quotes have a meaning. undefined: a quote is never closed, or nothing is named. */
export function parseArgv(text: string): readonly [string, ...string[]] | undefined {
  if (text.replace(WORD, '').trim() !== '') return undefined
  const words = text.match(WORD) ?? []
  const [program, ...args] = words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, one, two) => one ?? two))
  return program ? [program, ...args] : undefined
}
