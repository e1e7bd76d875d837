import { Failure } from '../core/failure.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** Says in one message what stopped a command, and gives the exit code. A fault of our own shows its stack, for the report. */
export function describeFailure(thrown: unknown, { err }: Terminal): ExitCode {
  const failure = Failure.from(thrown)
  if (failure.kind === 'bug') {
    err(
      `mxhome: this is a fault of mxhome, please report it: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`,
    )
    return 75
  }
  err(`mxhome: ${failure.message}\n`)
  return failure.kind === 'unsupported' || failure.kind === 'rejected' ? 78 : 75
}
