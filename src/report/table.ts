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

export const cell = (text: string, tint?: Tint): Cell => ({ text: plain(text), tint })

/** The lines of each row, its columns aligned; what does not fit stands below, indented. */
export function table(rows: readonly Row[], style: TextStyle, margin = 0): readonly (readonly string[])[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, i) => widest(rows.map((row) => row[i]?.text.length ?? 0)))
  return rows.map((row) => linesOf(row, widths, style, margin))
}

/** One long cell must not push all others to the right. */
const widest = (lengths: readonly number[]) => Math.max(0, ...lengths.filter((length) => length <= CAP))

function linesOf(row: Row, widths: readonly number[], style: TextStyle, margin: number): readonly string[] {
  const width = widthOf(style)
  const lines: string[] = []
  let [line, used, gap] = [' '.repeat(margin), margin, 0]
  const put = (text: string, tint: Tint | undefined) => {
    line += ' '.repeat(gap) + paint(style, tint, text)
    used += gap + text.length
  }
  for (const [i, { text, tint }] of row.entries()) {
    const isBlank = used === margin && lines.length === 0
    if (text && !isBlank && used + gap + text.length > width) {
      lines.push(line)
      ;[line, used, gap] = [' '.repeat(margin + INDENT), margin + INDENT, 0]
    }
    if (used + gap + text.length <= width) {
      if (text) put(text, tint)
    } else {
      const parts = broken(text, width - margin - INDENT)
      for (const [nth, part] of parts.entries()) {
        put(part, tint)
        if (nth === parts.length - 1) break
        lines.push(line)
        ;[line, used, gap] = [' '.repeat(margin + INDENT), margin + INDENT, 0]
      }
    }
    gap = text ? Math.max(0, (widths[i] ?? 0) - text.length) + GAP : gap + (widths[i] ? widths[i] + GAP : 0)
  }
  return [...lines, line].filter((one) => one.trim() !== '')
}
