import type { Instant } from '../core/instant.ts'
import type { TextStyle } from '../report/text-style.ts'
import { TEMPORARY } from './exit-codes.ts'

/** Where answers and complaints go: stdout carries the answer, stderr everything else. */
export interface Terminal {
  readonly out: (text: string) => void
  /** Nothing of the text steers a terminal. */
  readonly err: (text: string) => void
  /** On stderr, in place of what this showed before; '' takes it away. */
  readonly progress: (text: string) => void
  /** ANSI colours are welcome on stdout. */
  readonly colour: boolean
  readonly interactive: boolean
  /** Columns of stdout; undefined: it is no terminal. */
  readonly width: number | undefined
}

/** In messages stand arguments, and words of other programs: what a terminal obeys, and what turns or hides the rest. */
const STEERS = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

export const styleOf = ({ colour, width }: Terminal, now: Instant): TextStyle => ({ colour, now, width })

/** A reader that has gone (`| head`) is no fault of ours; an answer that got lost for another reason is told, as far as it can be. */
function complain({ code }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') return
  process.stderr.write(`mxhome: the answer could not be written: ${code === 'ENOSPC' ? 'no space is left' : code}\n`)
  process.once('exit', () => {
    process.exitCode ||= TEMPORARY
  })
}

export function openTerminal(argv: readonly string[]): Terminal {
  const plain = argv.includes('--no-color') || argv.includes('--json') || Boolean(process.env.NO_COLOR)
  process.stdout.on('error', complain)
  process.stderr.on('error', () => {}) // nobody is left to be told
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text.replace(STEERS, ' ')),
    progress: (text) => void process.stderr.write(`\r\u001b[K${text}`),
    colour: !plain && process.stdout.isTTY === true,
    interactive: process.stderr.isTTY === true,
    width: process.stdout.columns,
  }
}
