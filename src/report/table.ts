import { paint, type TextStyle, type Tint, widthOf } from './text-style.ts'
import { broken, plain } from './wrap.ts'

export interface Cell {
  readonly text: string
  readonly tint?: Tint | undefined
}
export type Row = readonly Cell[]

const GAP = 2
const CAP = 50
const INDENT = 4
const FIXED = 2

export const cell = (text: string, tint?: Tint): Cell => ({ text: plain(text), tint })

/**
 * The lines of each row, its columns aligned; a row that does not fit so is set tight, and breaks between cells. All rows
 * have as many cells; one without words has no line.
 */
export function table(given: readonly Row[], style: TextStyle, margin = 0): readonly (readonly string[])[] {
  const rows = given.map((row) => row.filter((_, i) => given.some((other) => other[i]!.text))) // no empty columns
  const columns = rows[0]?.keys() ?? []
  const widths = Array.from(columns, (i) => widest(rows.map((row) => row[i]!.text.length)))
  return rows.map((row) => {
    if (row.every(({ text }) => text === '')) return []
    const aligned = row
      .map(({ text }, i) => text.padEnd(widths[i]!))
      .join(' '.repeat(GAP))
      .trimEnd()
    return margin + aligned.length <= widthOf(style)
      ? [lineOf(row, widths, style, margin)]
      : tight(row, widths, style, margin)
  })
}

/** One long cell must not push all others to the right. */
const widest = (lengths: readonly number[]) => Math.max(0, ...lengths.filter((length) => length <= CAP))

function lineOf(row: Row, widths: readonly number[], style: TextStyle, margin: number): string {
  const last = row.findLastIndex(({ text }) => text !== '')
  const cells = row.slice(0, last + 1).flatMap(({ text, tint }, i) => {
    const width = widths[i]!
    if (text === '' && width === 0) return []
    return [paint(style, tint, text) + ' '.repeat(i === last ? 0 : Math.max(0, width - text.length))]
  })
  return ' '.repeat(margin) + cells.join(' '.repeat(GAP))
}

/** The first cells keep their columns, so that the eye finds the row. */
function tight(row: Row, widths: readonly number[], style: TextStyle, margin: number): readonly string[] {
  const width = widthOf(style)
  const indent = margin + INDENT
  const done: string[] = []
  let [line, length, gap] = [' '.repeat(margin), margin, 0]
  const next = () => {
    done.push(line)
    line = ' '.repeat(indent)
    length = indent
    gap = 0
  }
  for (const [i, { text, tint }] of row.entries()) {
    if (text === '') continue
    if (length > indent && length + gap + text.length > width) next()
    for (const [nth, part] of broken(text, width - Math.max(indent, length + gap)).entries()) {
      if (nth > 0) next()
      line += ' '.repeat(gap) + paint(style, tint, part)
      length += gap + part.length
    }
    gap = GAP + (done.length === 0 && i < FIXED ? Math.max(0, widths[i]! - text.length) : 0)
  }
  return [...done, line]
}
