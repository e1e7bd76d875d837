import { paint, type TextStyle, type Tint, widthOf } from './text-style.ts'

/** On one line, without characters that steer a terminal: servers write into our messages. */
export const plain = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** Lines of at most `width` characters, broken between words where that is possible; at least one line. */
export function broken(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of plain(text)
    .split(' ')
    .flatMap((one) => pieces(one, width))) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line ? `${line} ${word}` : word
    }
  }
  return [...lines, line]
}

const pieces = (word: string, width: number): string[] =>
  word.length <= width ? [word] : [word.slice(0, width), ...pieces(word.slice(width), width)]

/** `mark` before the first line, the others below its text. */
export function hanging(style: TextStyle, mark: string, text: string, tint?: Tint, markTint?: Tint): readonly string[] {
  const [first = '', ...rest] = broken(text, widthOf(style) - mark.length)
  if (first === '') return [paint(style, markTint, mark.trimEnd())]
  const indent = ' '.repeat(mark.length)
  return [
    paint(style, markTint, mark) + paint(style, tint, first),
    ...rest.map((line) => indent + paint(style, tint, line)),
  ]
}
