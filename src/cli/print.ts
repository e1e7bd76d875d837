import type { Instant } from '../core/instant.ts'
import { jsonText } from '../report/json-text.ts'
import type { TextStyle } from '../report/text-style.ts'
import { styleOf, type Terminal } from './terminal.ts'

/** The answer on stdout: the document as JSON, or as a text for a person. */
export function print<D>(
  terminal: Terminal,
  now: Instant,
  json: boolean | undefined,
  document: D,
  text: (document: D, style: TextStyle) => string,
): void {
  terminal.out(json ? `${jsonText(document)}\n` : `${text(document, styleOf(terminal, now))}\n`)
}
