import type { Seconds } from '../../dns/rrset.ts'
import type { TtlRange } from '../facts.ts'

/** What the provider takes in the place of a wanted TTL. */
export interface Ttl<Zone> extends TtlRange {
  (wanted: Seconds, zone: Zone): Seconds
}

/** Of a new RRset, unless the user wants another or the provider takes none so low. */
export const NEW_TTL: Seconds = 60

export const anyTtl: Ttl<unknown> = (wanted) => wanted

/** `least` may be the zone's own. */
export function ttlBetween<Zone>(least: Seconds | ((zone: Zone) => Seconds), most?: Seconds): Ttl<Zone> {
  const leastOf = typeof least === 'number' ? () => least : least
  const within = (wanted: Seconds, zone: Zone) =>
    Math.min(Math.max(wanted, leastOf(zone)), most ?? Number.POSITIVE_INFINITY)
  return Object.assign(within, { least: typeof least === 'number' ? least : ('of the zone' as const), most })
}

/** What can be said of it without a zone. */
export const rangeOf = ({ least, most }: TtlRange): TtlRange => ({ least, most })
