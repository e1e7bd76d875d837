import process from 'node:process'
import type { Writable } from 'node:stream'
import type { Logger } from 'winston'
import type { Fields, Log } from '../ports/log.ts'
import { readEnvironment } from './environment.ts'
import { formatJson, formatText } from './log-format.ts'
import { redactor } from './redact.ts'

const LEVELS = ['error', 'warn', 'info', 'debug'] as const
type Level = (typeof LEVELS)[number]

interface Options {
  readonly level: Level
  readonly format: 'text' | 'json'
  readonly secrets?: readonly string[]
  /** stderr unless named. */
  readonly stream?: Writable
  /** The stream is systemd's journal: it stamps the lines itself, and takes their priority from `<4>`. Found out unless named. */
  readonly journald?: boolean
}

export interface OpenLog extends Log {
  /** Removes these as well from all that is written from now on. */
  readonly redact: (secrets: readonly string[]) => void
  /** Resolves when what was logged so far is written. */
  readonly flush: () => Promise<void>
}

/** sd-daemon(3). */
const PRIORITY = { error: 3, warn: 4, info: 6, debug: 7 } as const

/** The log, by winston, which is loaded with the first line that the level lets through. */
export function openLog({ level, format, secrets = [], stream = process.stderr, ...options }: Options): OpenLog {
  const journald = options.journald ?? readEnvironment().journald
  const secret = redactor(secrets)
  let logger: Promise<Logger> | undefined
  let written: Promise<unknown> = Promise.resolve()
  const write =
    (own: Level) =>
    (message: string, fields: Fields = {}) => {
      if (LEVELS.indexOf(own) > LEVELS.indexOf(level)) return
      const time = new Date().toISOString()
      logger ??= openLogger(stream, level)
      const line = () => {
        const entry = { time: format === 'text' && journald ? undefined : time, level: own, message, fields }
        const text = format === 'json' ? formatJson(entry, secret.hide) : formatText(entry, secret.hide)
        return journald ? `<${PRIORITY[own]}>${text}` : text
      }
      // Made at once: what the fields hold may change before winston is there.
      const made = line()
      written = logger.then((ready) => ready.log(own, made))
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    redact: secret.add,
    async flush() {
      await written
      if (stream.writableNeedDrain) await new Promise((resolve) => stream.once('drain', resolve))
    },
  }
}

async function openLogger(stream: Writable, level: Level): Promise<Logger> {
  const { createLogger, format, transports } = await import('./winston.ts')
  // A reader that went away must not end the daemon.
  stream.on('error', () => {})
  return createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: format.printf(({ message }) => String(message)),
    transports: [new transports.Stream({ stream, eol: '\n' })],
  })
}
