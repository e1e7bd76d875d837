import type { Instant } from '../core/instant.ts'
import { plainJson } from '../report/plain-json.ts'
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
  terminal.out(
    json ? `${plainJson(JSON.stringify(document, null, 2))}\n` : `${text(document, styleOf(terminal, now))}\n`,
  )
}
