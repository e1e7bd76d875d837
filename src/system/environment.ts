import { fstatSync } from 'node:fs'
import { homedir } from 'node:os'
import process from 'node:process'
import { isatty } from 'node:tty'

/** What the process was started with; read once, here alone. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  readonly pid: number
  /** undefined where the system has none. */
  readonly uid: number | undefined
  readonly stdinIsTty: boolean
  readonly stdoutIsTty: boolean
  readonly stderrIsTty: boolean
  /** stderr goes to systemd's journal, which stamps the lines itself and knows priorities. */
  readonly journald: boolean
}

export function readEnvironment(): Environment {
  const { env, pid } = process
  return {
    env: { ...env },
    cwd: process.cwd(),
    home: homedir(),
    pid,
    uid: process.getuid?.(),
    stdinIsTty: isatty(0),
    stdoutIsTty: isatty(1),
    stderrIsTty: isatty(2),
    journald: isJournal(env.JOURNAL_STREAM, 2),
  }
}

/** JOURNAL_STREAM is inherited by children whose output goes elsewhere: it counts only if it names our own stream. */
export function isJournal(stream: string | undefined, descriptor: number): boolean {
  if (!stream) return false
  const { dev, ino } = fstatSync(descriptor, { bigint: true })
  return stream === `${dev}:${ino}`
}
