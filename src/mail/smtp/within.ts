import { Failure } from '../../core/failure.ts'
import type { Milliseconds } from '../../core/instant.ts'
import type { Clock } from '../../ports/clock.ts'

interface Patience {
  readonly clock: Clock
  readonly limit: Milliseconds
  /** Ends it early. */
  readonly signal: AbortSignal
  /** What is said when the time is over. */
  readonly late: () => Failure
}

/** Work that ends by itself or by the signal that it is given; that is aborted when the time is over, and then it was late. */
export async function within<T>(
  { clock, limit, signal, late }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [over, done] = [new AbortController(), new AbortController()]
  const timer = clock.sleep(limit, done.signal).then(() => over.abort())
  try {
    return await work(AbortSignal.any([signal, over.signal]))
  } catch (thrown) {
    const failure = Failure.from(thrown)
    throw over.signal.aborted && !signal.aborted && failure.kind === 'cancelled' ? late() : failure
  } finally {
    done.abort()
    await timer
  }
}
