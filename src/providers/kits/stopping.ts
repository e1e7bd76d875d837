import { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import { POLICY } from '../../core/retry.ts'

/** The same cause, for what was not sent because of it: nothing of that can be lost. */
export function afterFailure(failure: Failure): Failure {
  const { kind, message, retryAfter, reason, cause } = failure
  return failure.lost ? new Failure(kind, `not sent: ${message}`, { retryAfter, reason, cause }) : failure
}

/** Throws where the rest of the job must not be sent after this. */
export function stopAfter(outcome: Outcome): void {
  if ('failure' in outcome && POLICY[outcome.failure.kind].stops) throw afterFailure(outcome.failure)
}
