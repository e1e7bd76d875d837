import { Failure } from '../core/failure.ts'
import type { Milliseconds } from '../core/instant.ts'
import type { World } from '../ports/world.ts'
import { type Detection, detect } from './detect.ts'
import { hearMx, type MxSeen } from './locate.ts'
import type { Setup, Wish } from './setup.ts'

/** How long the MX is waited for once the address is known: name servers that answer need a fraction of it. */
const LATE: Milliseconds = 250
/** Nobody reads it: without a reason Node.js makes an error, with its stack, each time. */
const ENOUGH = 'enough'

/**
 * locate beside detect. Where the line may have changed, a name server that is silent keeps no address waiting: the hosts
 * last known are. Rejects with a Failure `cancelled` where the signal came before the address was known: what was heard by
 * then decides nothing.
 */
export async function look(
  setup: Setup,
  wish: Wish,
  world: World,
  signal: AbortSignal,
): Promise<Detection & { readonly mx: MxSeen }> {
  const { clock, random, store } = world
  const { lines, troubles, shown, live, hearings, config } = setup
  const late = new AbortController()
  const soon = AbortSignal.any([signal, late.signal])
  const hearing = hearMx(setup, store.last(), signal, soon)
  const hint = wish.lineHint === true || wish.force !== 'none'
  const hurry = { troubles, shown, live, hearings, hint, now: clock.now, random }
  const detection = await detect(lines, config.types, config.allowAddresses, world, signal, hurry)
  if (signal.aborted) throw new Failure('cancelled', 'the round was ended')
  if (wish.lineHint) {
    await Promise.race([hearing, clock.sleep(LATE, soon)])
    late.abort(ENOUGH)
  }
  return { ...detection, mx: await hearing }
}
