import { createInterface } from 'node:readline'
import type { Terminal } from './terminal.ts'

/** Someone sits there who can read a question and answer it. */
export const canAsk = ({ interactive }: Pick<Terminal, 'interactive'>): boolean =>
  interactive && process.stdin.isTTY === true

/** Until what was typed before has come in. */
const A_MOMENT = 50

/**
 * Asks on stderr; only a plain yes is one. Ctrl-C, Ctrl-D and `signal` are a no, and what was typed before the question
 * stood there is none: nobody had seen what is asked.
 */
export function askYes(question: string, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise<boolean>((resolve) => {
    let open = true
    const end = (answer: string) => {
      resolve(/^y(?:es)?$/i.test(answer.trim()))
      lines.close()
    }
    lines.once('close', () => {
      open = false
      resolve(false)
    })
    lines.once('SIGINT', () => {
      process.stderr.write('\n')
      end('')
    })
    signal.addEventListener('abort', () => end(''), { once: true })
    setTimeout(() => {
      if (!open) return
      lines.write(null, { ctrl: true, name: 'u' })
      lines.question(`${question} [y/N] `, end)
    }, A_MOMENT)
  })
}
