import type { Milliseconds } from '../core/instant.ts'

export interface Command {
  /** As of HTTP requests: what became of a program that writes and was ended early is not known. `read` unless named. */
  readonly purpose?: 'read' | 'write'
  /** The program and its arguments; no shell. */
  readonly argv: readonly [string, ...string[]]
  readonly timeout: Milliseconds
  /** Of stdout; more is a Failure `protocol`. */
  readonly maxBytes: number
  readonly input?: string
}

export interface Exec {
  /** Resolves when the program has ended by itself; rejects with a Failure `network` (not started, timed out), `protocol` (printed too much) or `cancelled`; `lost` if a program that writes had been started. The environment holds PATH, HOME, LANG only. */
  readonly run: (
    command: Command,
    signal: AbortSignal,
  ) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
  /** Calls back for each line that a long-running program prints; resolves when it has ended or the signal aborts. */
  readonly lines: (
    argv: readonly [string, ...string[]],
    onLine: (line: string) => void,
    signal: AbortSignal,
  ) => Promise<void>
}
