import { fstatSync } from 'node:fs'
import process from 'node:process'

/** What the process was started with; read once, here alone. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly pid: number
  /** stderr goes to systemd's journal, which stamps the lines itself and knows priorities. */
  readonly journald: boolean
}

export function readEnvironment(): Environment {
  const { env, pid } = process
  return {
    env: { ...env },
    pid,
    journald: isJournal(env.JOURNAL_STREAM, 2),
  }
}

/** JOURNAL_STREAM is inherited by children whose output goes elsewhere: it counts only if it names our own stream. */
export function isJournal(stream: string | undefined, descriptor: number): boolean {
  if (!stream) return false
  const { dev, ino } = fstatSync(descriptor, { bigint: true })
  return stream === `${dev}:${ino}`
}
