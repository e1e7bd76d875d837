import { MINUTE, SECOND } from '../../core/instant.ts'
import { askWanAddress, isConnected } from '../igd/call.ts'
import { type Igd, isElsewhere } from '../igd/find.ts'
import { readWanAddress, type WanAddress } from '../protocols/wan-connection.ts'
import type { Event } from './subscription.ts'
import type { Watching } from './watcher.ts'

/** FRITZ!Boxes tell the second: where it changes, the prefix has changed, of which they tell nothing. */
const TELLING = ['ExternalIPAddress', 'ExternalIPv6Address'] as const

/** Between two questions for an address that is not there yet: most reconnect within a minute, some lines have none for hours. */
const ASKING = { first: SECOND, lasts: MINUTE, max: 30 * SECOND }
/** For so long a box that shows no address is asked all the same: IPv4 may come after IPv6. */
const LASTING = 10 * MINUTE

interface Heard {
  readonly onChange: () => void
  /** Another service of the router's has the line now: its events are those to be heard. */
  readonly onElsewhere: () => void
}

/**
 * Makes changes out of events: an initial event is none, nor one that tells what was known. Of a router that failed before
 * it had told anything, the first address is one: no round may have learnt it. While the line has no address
 * the router is asked for it, every second for a minute and then ever more seldom: the event that says so may be one that
 * it drops. After the minute it is looked each time whether the line has gone over to another service.
 */
export function wanChanges(
  { clock, http }: Pick<Watching['world'], 'clock' | 'http'>,
  { onChange, onElsewhere }: Heard,
) {
  const known: Partial<Record<(typeof TELLING)[number], string>> = {}
  let asking: AbortSignal | undefined
  /** That there is no address is as it will stay, until an event tells one. */
  let isSettled = false
  let at = ''
  let hasFailed = false

  const take = ({ sequence, values }: Event): void => {
    const isAwaited = hasFailed && !TELLING.some((name) => isAddress(known[name]))
    let changed = values === undefined || sequence === 'missed'
    for (const name of TELLING) {
      const value = values && Object.hasOwn(values, name) ? values[name] : undefined
      if (value === undefined) continue
      changed ||= known[name] === undefined ? isAwaited && isAddress(value) : known[name] !== value
      known[name] = value
      if (name === 'ExternalIPAddress') isSettled &&= value === ''
    }
    if (changed) onChange()
  }

  const isWaiting = () => !isSettled && isMissing(readWanAddress(known.ExternalIPAddress ?? 'unknown'))

  const askUntilThere = async (igd: Igd, signal: AbortSignal): Promise<void> => {
    if (!isWaiting() || asking?.aborted === false) return
    asking = signal
    let pause: number = ASKING.first
    let none = 0
    for (let asked = 0; isWaiting() && !signal.aborted; asked += pause) {
      const isLong = asked >= ASKING.lasts
      if (isLong) pause = Math.min(2 * pause, ASKING.max)
      await clock.sleep(pause, signal)
      if (!isWaiting()) break
      const address = await askWanAddress(igd, http, signal).catch(() => undefined)
      if (signal.aborted || !isWaiting()) continue
      none = address === 'none' ? none + pause : 0
      if (address !== undefined && !isMissing(address)) {
        known.ExternalIPAddress = address
        onChange()
      } else if (none >= LASTING && (await isLasting(igd, signal))) isSettled = isWaiting()
      else if (isLong && (await isElsewhere(igd, http, signal)) && isWaiting() && !signal.aborted) onElsewhere()
    }
    asking = undefined
  }

  /** A FRITZ!Box shows what it has: connected without an address, its line is one of DS-Lite. Its event tells when that ends. */
  const isLasting = async (igd: Igd, signal: AbortSignal): Promise<boolean> =>
    igd.isFritzBox === true && (await isConnected(igd, http, signal).catch(() => false))

  return {
    take(event: Event, igd: Igd, signal: AbortSignal): void {
      if (igd.controlUrl !== at) isSettled = false
      at = igd.controlUrl
      take(event)
      void askUntilThere(igd, signal)
    },
    /** The router cannot be heard, and it is not this machine's doing. */
    routerFails(): void {
      hasFailed = true
    },
  }
}

const isAddress = (value: string | undefined): boolean => !['', '0.0.0.0', '::', undefined].includes(value)

const isMissing = (address: WanAddress | undefined): boolean => address === 'none' || address === 'connecting'
