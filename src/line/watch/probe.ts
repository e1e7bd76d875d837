import { Failure } from '../../core/failure.ts'
import { MINUTE, type Milliseconds, SECOND } from '../../core/instant.ts'
import { joined } from '../../core/joined.ts'
import { type AddressType, type IpAddress, sameAddresses } from '../../dns/rrset.ts'
import type { IpSource, SourceWorld } from '../source.ts'
import type { Watcher } from './watcher.ts'

/** A source that does not answer is asked ever more seldom; one that answers, and has no address to tell now, reconnects. */
const LONGEST = { silent: 10 * MINUTE, absent: 30 * SECOND }

/**
 * Hears of a new address by asking: sources that cost nobody anything (the router), each once an interval. For routers that
 * tell nothing by themselves.
 */
export const watchProbe =
  (sources: readonly IpSource[], interval: Milliseconds): Watcher =>
  async ({ world, onHint, onTrouble }, signal) => {
    const { clock } = world
    const silent = new Set<IpSource>()
    let troubled = false
    const tell = (source: IpSource, why: Failure | undefined) => {
      if (why) silent.add(source)
      else silent.delete(source)
      const none = silent.size === sources.length
      if (none !== troubled) onTrouble('probe', none ? why : undefined)
      troubled = none
    }
    const probe = async (source: IpSource): Promise<void> => {
      const known: Partial<Record<AddressType, readonly IpAddress[]>> = {}
      /** Answers in a row without an address; a router that alternates must begin no round each time that it tells the same. */
      let absent = 0
      for (let pause = interval; !signal.aborted; await clock.sleep(pause, signal)) {
        const turn = joined(signal)
        const answer = await answers(source, world, turn.signal).catch(Failure.from)
        turn.end()
        if (signal.aborted) return
        const failed = answer instanceof Failure
        const isAbsent = failed && (answer.reason === 'offline' || answer.reason === 'hidden')
        const longest = isAbsent ? LONGEST.absent : LONGEST.silent
        pause = failed ? Math.max(interval, Math.min(2 * pause, longest)) : interval
        tell(source, failed && !isAbsent ? answer : undefined)
        const isFirst = Object.keys(known).length === 0
        const isNews = !failed && remember(known, answer)
        if (isNews || (!failed && absent > (isFirst ? 0 : 1))) onHint('probe')
        absent = failed ? absent + Number(isAbsent) : 0
      }
    }
    await Promise.all(sources.map(probe))
    if (sources.length === 0 && !signal.aborted) await new Promise((end) => signal.addEventListener('abort', end))
  }

type Answers = readonly (readonly [AddressType, readonly IpAddress[]])[]

const answers = (source: IpSource, world: SourceWorld, signal: AbortSignal): Promise<Answers> =>
  Promise.all(source.types.map(async (type) => [type, await source.addresses(type, world, signal)] as const))

/** Whether it is something else than before. */
function remember(known: Partial<Record<AddressType, readonly IpAddress[]>>, said: Answers): boolean {
  let changed = false
  for (const [type, addresses] of said) {
    const before = known[type]
    changed ||= before !== undefined && !sameAddresses(before, addresses)
    known[type] = addresses
  }
  return changed
}
