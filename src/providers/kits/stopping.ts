import { Failure } from '../../core/failure.ts'

/** The same cause, for what was not sent because of it: nothing of that can be lost. */
export function afterFailure(failure: Failure): Failure {
  const { kind, message, retryAfter, reason, cause } = failure
  return failure.lost ? new Failure(kind, `not sent: ${message}`, { retryAfter, reason, cause }) : failure
}
