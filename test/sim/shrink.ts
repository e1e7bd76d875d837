import { DAY } from '../../src/core/instant.ts'
import { START } from './calms.ts'
import type { Happening } from './happenings.ts'
import { type Options, type Simulated, simulate } from './simulate.ts'

/** How often it is tried. */
const TRIES = 300

/** The fewest happenings, as far as it can be found, with which the same seed breaks the same invariant. */
export async function shrink(found: Simulated, options: Options): Promise<Simulated> {
  const id = found.broken?.id
  if (!found.broken) return found
  const days = Math.ceil((found.broken.at - START) / DAY) + 1
  let best = found
  let left = found.happenings.filter(({ at }) => at <= found.broken!.at)
  let tries = 0
  const stillBreaks = async (happenings: readonly Happening[]) => {
    tries += 1
    const one = await simulate(found.seed, { ...options, days, happenings })
    if (one.broken?.id !== id) return false
    best = one
    return true
  }
  for (let size = Math.ceil(left.length / 2); size >= 1 && tries < TRIES; size = Math.floor(size / 2)) {
    for (let from = 0; from < left.length && tries < TRIES; ) {
      const without = [...left.slice(0, from), ...left.slice(from + size)]
      if (await stillBreaks(without)) left = without
      else from += size
    }
  }
  return best
}
