import type { Instant } from '../core/instant.ts'
import type { TextStyle } from '../report/text-style.ts'

/** Where answers and complaints go: stdout carries the answer, stderr everything else. */
export interface Terminal {
  /** A text without its last newline. */
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** ANSI colours are welcome on stdout. */
  readonly colour: boolean
  readonly interactive: boolean
  /** Columns of stdout; undefined: it is no terminal. */
  readonly width: number | undefined
}

export const styleOf = ({ colour, width }: Terminal, now: Instant): TextStyle => ({ colour, now, width })

export function openTerminal(argv: readonly string[]): Terminal {
  const plain = argv.includes('--no-color') || argv.includes('--json') || Boolean(process.env.NO_COLOR)
  // A reader that has gone (`| head`) is no fault of ours.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    colour: !plain && process.stdout.isTTY === true,
    interactive: process.stderr.isTTY === true,
    width: process.stdout.columns,
  }
}
