import { Failure } from '../core/failure.ts'
import type { ExitCode } from './exit-codes.ts'
import type { LastWords } from './last-words.ts'
import type { Terminal } from './terminal.ts'

/** Says in one message what stopped a command, and gives the exit code. A fault of our own shows its stack, for the report. */
export function describeFailure(thrown: unknown, { err }: Terminal, lastWords: LastWords): ExitCode {
  const failure = Failure.from(thrown)
  if (failure.kind === 'bug') {
    err(`mxhome: ${lastWords.of(thrown)}\n`)
    return 75
  }
  err(`mxhome: ${failure.message}\n`)
  return failure.kind === 'unsupported' || failure.kind === 'rejected' ? 78 : 75
}
