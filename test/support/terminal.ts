import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { NODE, type Settings } from './program.ts'

/** The built program in a terminal of its own. */
export interface TerminalRun {
  /** Waits until the words are on the screen, behind what was waited for before; then types. */
  readonly answer: (words: string, keys: string) => Promise<void>
  readonly until: (words: string) => Promise<void>
  readonly type: (keys: string) => void
  /** All that was shown, without what steers the terminal. */
  readonly shown: () => string
  /** The same as it came. */
  readonly raw: () => string
  readonly ended: () => Promise<number | null>
  readonly kill: (signal: NodeJS.Signals) => void
}

export const KEYS = {
  enter: '\r',
  down: '\u001b[B',
  interrupt: '\u0003',
  endOfInput: '\u0004',
  clear: '\u0015',
} as const

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** Needs `script` (util-linux), which gives a pseudo-terminal to a program. */
export function openTerminalRun(args: readonly string[], settings: Settings, cwd: string): TerminalRun {
  const program = [NODE, resolve('dist/mxhome.js'), ...args].map(quoted).join(' ')
  const env = { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm', MXHOME_STATE_DIR: `${cwd}/state`, ...settings }
  const child = spawn('script', ['-qec', `stty cols 110 rows 50; echo $$ >pid; exec ${program}`, '/dev/null'], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let [raw, from] = ['', 0]
  child.stdout.on('data', (chunk) => (raw += chunk))
  child.stdin.on('error', () => {}) // the program has ended
  const gone = once(child, 'close')
  const stop = () => child.kill('SIGKILL')
  process.on('exit', stop)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what steers a terminal
  const shown = () => raw.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').replaceAll('\r', '')
  async function until(words: string): Promise<void> {
    for (let left = 400; left > 0; left--) {
      const at = shown().indexOf(words, from)
      if (at >= 0) {
        from = at + words.length
        return
      }
      if (child.exitCode !== null) break
      await pause(50)
    }
    throw new Error(`never shown: ${words}\n${shown()}`)
  }
  return {
    until,
    async answer(words, keys) {
      await until(words)
      await pause(50) // what is typed before the question stands is thrown away
      from = shown().length
      child.stdin.write(keys)
    },
    type: (keys) => void child.stdin.write(keys),
    shown,
    raw: () => raw,
    async ended() {
      const [code] = await gone
      process.off('exit', stop)
      return code
    },
    kill: (signal) => void child.kill(signal),
  }
}
