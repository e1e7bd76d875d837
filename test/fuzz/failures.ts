import { deepStrictEqual, ok } from 'node:assert'
import { Failure } from '../../src/core/failure.ts'

const KINDS = [
  'network',
  'unavailable',
  'rate-limited',
  'auth',
  'rejected',
  'blocked',
  'unsupported',
  'protocol',
  'cancelled',
]

/** A Failure of a kind that is expected: never a bug, and with a pause that can be waited for. */
export function mustBeFailure(thrown: unknown): Failure {
  if (!(thrown instanceof Failure)) throw new Error(`not a Failure: ${describe(thrown)}`, { cause: thrown })
  if (!KINDS.includes(thrown.kind))
    throw new Error(`a Failure of kind ${thrown.kind}: ${describe(thrown.cause ?? thrown)}`)
  const { retryAfter, message } = thrown
  ok(message !== '', 'it says something')
  // Infinity is none: JSON would make null of it.
  if (retryAfter !== undefined) deepStrictEqual([retryAfter, retryAfter >= 0], [retryAfter, true], message)
  return thrown
}

const describe = (thrown: unknown) => (thrown instanceof Error ? thrown.stack : String(thrown))

/** The value, or the Failure that came in its place. */
export async function outcomeOf<T>(work: () => Promise<T> | T): Promise<T | Failure> {
  try {
    return await work()
  } catch (thrown) {
    return mustBeFailure(thrown)
  }
}
