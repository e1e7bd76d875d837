import { createInterface } from 'node:readline'
import type { Terminal } from './terminal.ts'

/** Someone sits there who can read a question and answer it. */
export const canAsk = ({ interactive }: Pick<Terminal, 'interactive'>): boolean =>
  interactive && process.stdin.isTTY === true

/** Asks on stderr; only a plain yes is one. Ctrl-C, Ctrl-D and `signal` are a no. */
export function askYes(question: string, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise<boolean>((resolve) => {
    const end = (answer: string) => {
      resolve(/^y(?:es)?$/i.test(answer.trim()))
      lines.close()
    }
    lines.once('close', () => resolve(false))
    lines.once('SIGINT', () => {
      process.stderr.write('\n')
      end('')
    })
    signal.addEventListener('abort', () => end(''), { once: true })
    lines.question(`${question} [y/N] `, end)
  })
}
