import { Failure } from '../../core/failure.ts'
import { MINUTE, type Milliseconds, SECOND } from '../../core/instant.ts'
import { joined } from '../../core/joined.ts'
import { describePrefix } from '../../dns/prefix.ts'
import type { AddressType, IpAddress } from '../../dns/rrset.ts'
import type { IpSource, SourceWorld } from '../source.ts'
import type { Watcher } from './watcher.ts'

/** A source that does not answer is asked ever more seldom; one that answers, and has no address to tell now, reconnects. */
const LONGEST = { silent: 10 * MINUTE, absent: 30 * SECOND }

/**
 * Hears of a new address by asking: sources that cost nobody anything (the router), each once an interval. For routers that
 * tell nothing by themselves. A FRITZ!Box is asked for its prefix too: hosts with a suffix of their own hang on it.
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
    /** What any source told last: of the two that speak for one router, the second has no news of its return. */
    const latest: Known = new Map()
    const probe = async (source: IpSource): Promise<void> => {
      const known: Known = new Map()
      let hasAnswered = false
      let hasFailed = false
      /** Answers in a row without an address; a router that alternates must begin no round each time that it tells the same. */
      let absent = 0
      for (let pause = interval; !signal.aborted; await clock.sleep(pause, signal)) {
        const turn = joined(signal)
        const { addresses, prefix } = await answers(source, world, turn.signal)
        turn.end()
        if (signal.aborted) return
        const failed = addresses instanceof Failure
        const isAbsent = failed && (addresses.reason === 'offline' || addresses.reason === 'hidden')
        const longest = isAbsent ? LONGEST.absent : LONGEST.silent
        pause = failed ? Math.max(interval, Math.min(2 * pause, longest)) : interval
        tell(source, failed && !isAbsent ? addresses : undefined)
        const said = failed ? prefix : [...addresses, ...prefix]
        // Of a router that was down when this box began, no round has learnt anything: its first word is news.
        const isBack = !failed && (hasAnswered ? absent > 1 : hasFailed && isOther(latest, addresses))
        // That the line is gone is news too: a host may have another one.
        const isGone = isAbsent && hasAnswered && absent === 1
        if (isChange(known, said) || isBack || isGone) onHint('probe')
        for (const now of [known, latest]) for (const [what, text] of said) now.set(what, text)
        absent = failed ? absent + Number(isAbsent) : 0
        hasFailed ||= failed
        hasAnswered ||= !failed
      }
    }
    await Promise.all(sources.map(probe))
    if (sources.length === 0 && !signal.aborted) await new Promise((end) => signal.addEventListener('abort', end))
  }

type Known = Map<AddressType | 'prefix', string>
type Said = readonly (readonly [AddressType | 'prefix', string])[]

interface Answers {
  readonly addresses: Said | Failure
  readonly prefix: Said
}

/** A prefix that cannot be told now says nothing. */
async function answers(source: IpSource, world: SourceWorld, signal: AbortSignal): Promise<Answers> {
  const addressesOf = async (type: AddressType) => [type, textOf(await source.addresses(type, world, signal))] as const
  const prefixOf = async (): Promise<Said> => {
    if (!source.prefix) return []
    const told = await source.prefix(world, signal)
    return [['prefix', told ? describePrefix(told) : '']]
  }
  const [addresses, prefix] = await Promise.all([
    Promise.all(source.types.map(addressesOf)).catch(Failure.from),
    prefixOf().catch(() => []),
  ])
  return { addresses, prefix }
}

/** In whichever order they were told. */
const textOf = (addresses: readonly IpAddress[]): string => addresses.toSorted().join(' ')

const isChange = (known: Known, said: Said): boolean =>
  said.some(([what, text]) => known.has(what) && known.get(what) !== text)

const isOther = (known: Known, said: Said): boolean => said.some(([what, text]) => known.get(what) !== text)
