import type { Seconds } from '../../dns/rrset.ts'

/** What the provider takes in the place of a wanted TTL. */
export type Ttl<Zone> = (wanted: Seconds, zone: Zone) => Seconds

/** Of a new RRset, unless the user wants another or the provider takes none so low. */
export const NEW_TTL: Seconds = 60

export const ttlBetween = (least: Seconds, most = Number.POSITIVE_INFINITY): Ttl<unknown> => {
  return (wanted) => Math.min(Math.max(wanted, least), most)
}
