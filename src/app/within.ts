import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import type { IpSource } from '../line/source.ts'
import type { Clock } from '../ports/clock.ts'

const LIMIT = 5 * SECOND
/** Of one that may not be there: a little more than NAT-PMP's three attempts take, 250 + 500 + 1000 ms. */
const SHORT_LIMIT = 2 * SECOND

/** Nobody reads it: without a reason Node.js makes an error, with its stack, each time. */
export const ENOUGH = 'answered'

/** Nobody reads this one either. */
const HEARD = new Failure('cancelled', ENOUGH)

/** A source that keeps no limit of its own must not keep the round; `late`: nor does one, on a line that is given up. */
export async function within<T>(
  work: (over: AbortSignal) => Promise<T>,
  { id, optional }: Pick<IpSource, 'id' | 'optional'>,
  { clock }: { readonly clock: Pick<Clock, 'sleep'> },
  signal: AbortSignal,
  late: AbortSignal | undefined,
): Promise<T> {
  const limit = optional ? SHORT_LIMIT : LIMIT
  const over = new AbortController()
  const both = AbortSignal.any([signal, over.signal])
  const end = async (): Promise<never> => {
    await clock.sleep(limit, late ? AbortSignal.any([both, late]) : both)
    if (over.signal.aborted) throw HEARD
    if (signal.aborted) throw new Failure('cancelled', `${id}: not asked to the end`)
    const silent = { reason: 'silent' } as const
    if (late?.aborted) throw new Failure('network', `${id}: silent for long, and not waited for`, silent)
    throw new Failure('network', `${id}: no answer within ${limit / SECOND} s`, silent)
  }
  try {
    return await Promise.race(late?.aborted ? [end()] : [work(both), end()])
  } finally {
    over.abort(ENOUGH)
  }
}
