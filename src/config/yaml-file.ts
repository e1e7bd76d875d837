import type { Problem } from './config.ts'
import type { FileText } from './environment.ts'
import { formOf, isMap } from './kind.ts'

export type Tree = Readonly<Record<string, unknown>>

const QUOTES = 'put a value that begins with * & ! % @ or ` in quotes'

/** What the parser's codes mean. Its own messages quote the file, which may hold secrets. */
const MEANINGS: Readonly<Record<string, { readonly found: string; readonly remedy?: string }>> = {
  BAD_ALIAS: { found: 'an alias that nothing defines', remedy: QUOTES },
  BAD_SCALAR_START: { found: 'a value that begins with a reserved character', remedy: QUOTES },
  BAD_DQ_ESCAPE: {
    found: 'an unknown escape in double quotes',
    remedy: 'use single quotes, or write \\\\ for a backslash',
  },
  BAD_INDENT: { found: 'an indentation that does not fit, or a bracket that is not closed' },
  BLOCK_AS_IMPLICIT_KEY: { found: 'a second ": " in one line', remedy: 'put a value that holds ": " in quotes' },
  DUPLICATE_KEY: { found: 'a key that stands twice in one map', remedy: 'remove one of the two' },
  MISSING_CHAR: { found: 'a quotation mark, bracket or comma that is missing' },
  MULTIPLE_DOCS: { found: 'a second document (a line of ---)', remedy: 'keep one' },
  NON_STRING_KEY: { found: 'a key that is a list or a map' },
  TAB_AS_INDENT: { found: 'a tab as indentation', remedy: 'use spaces' },
  TAG_RESOLVE_FAILED: { found: 'an unknown tag', remedy: QUOTES },
  UNEXPECTED_TOKEN: { found: 'something behind the end of a value', remedy: QUOTES },
}

/** The map that a YAML file holds; undefined: it cannot be read, which has been reported with line and column. */
export async function parseYamlFile(
  { path, text }: FileText,
  report: (problem: Problem) => void,
): Promise<Tree | undefined> {
  if (text.trim() === '') return {}
  // Imported here, since most installations have no such file.
  const { isAlias, LineCounter, parseDocument, visit } = await import('./yaml-parser.ts')
  const lines = new LineCounter()
  const complain = (where: string, found: string, remedy?: string) =>
    report({ setting: `${path}${where}`, found, expected: 'valid YAML', remedy, severity: 'error' })
  try {
    const document = parseDocument(text.replace(/^\uFEFF/, ''), {
      prettyErrors: false,
      lineCounter: lines,
      stringKeys: true,
      logLevel: 'silent',
    })
    const faults = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
      code: code as string,
      at: pos[0],
    }))
    visit(document, (_, node) => {
      if (isAlias(node) && !node.resolve(document)) faults.push({ code: 'BAD_ALIAS', at: node.range![0] })
    })
    const spots = faults.map(({ code, at }) => ({ ...lines.linePos(at), code }))
    // One fault often makes the parser stumble again in the same line.
    const firsts = spots.filter((spot, i) => spots.findIndex(({ line }) => line === spot.line) === i)
    for (const { line, col, code } of firsts.slice(0, 5)) {
      const { found, remedy } = MEANINGS[code] ?? { found: 'a syntax error' }
      complain(`, line ${line}, column ${col}`, found, remedy)
    }
    if (faults.length > 0) return undefined
    const tree: unknown = document.toJS({ maxAliasCount: 100 })
    if (tree === null || tree === undefined) return {}
    if (isMap(tree)) return tree
    report({
      setting: path,
      found: formOf(tree),
      expected: 'a map of settings, such as domains: example.com',
      severity: 'error',
    })
  } catch {
    // Too many aliases, or nested so deeply that the stack ends: nothing that a person writes.
    complain('', 'a structure that is too large or too deep')
  }
  return undefined
}
