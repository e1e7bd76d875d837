import type { StoredRecord } from '../../core/diff.ts'
import type { NonEmpty } from '../../core/plan.ts'
import type { AddressRRset, Seconds } from '../../dns/rrset.ts'
import type { TtlRange } from '../facts.ts'

/** What the provider takes in the place of a wanted TTL. */
export interface Ttl<Zone> extends TtlRange {
  (wanted: Seconds, zone: Zone): Seconds
}

/** Of a new RRset, unless the user wants another or the provider takes none so low. */
export const NEW_TTL: Seconds = 60

export const anyTtl: Ttl<unknown> = (wanted) => wanted

export const ttlBetween = (least: Seconds, most?: Seconds) =>
  Object.assign((wanted: Seconds): Seconds => Math.min(Math.max(wanted, least), most ?? Number.POSITIVE_INFINITY), {
    least,
    most,
  })

/** The least is the zone's own. */
export const ttlOfZone = <Zone>(leastOf: (zone: Zone) => Seconds, most: Seconds): Ttl<Zone> => {
  const within = (wanted: Seconds, zone: Zone): Seconds => ttlBetween(leastOf(zone), most)(wanted)
  return Object.assign(within, { least: 'of the zone' as const, most })
}

/** What is between two of them is rounded up. */
export const ttlOneOf = (ttls: NonEmpty<Seconds>) => {
  const [least, most] = [ttls[0], ttls.at(-1) ?? ttls[0]]
  return Object.assign((wanted: Seconds): Seconds => ttls.find((one) => one >= wanted) ?? most, { least, most })
}

/** What can be said of it without a zone. */
export const rangeOf = ({ least, most }: TtlRange): TtlRange => ({ least, most })

/** One with records to be made, which must have a TTL. */
export type NewRRset = AddressRRset & { readonly ttl: Seconds }

/** With the TTL that the provider takes; without a wanted one it stays as it is. */
export function withTtl<Zone>(rrset: AddressRRset, ttl: Ttl<Zone>, zone: Zone): AddressRRset {
  return rrset.ttl === undefined ? rrset : { ...rrset, ttl: ttl(rrset.ttl, zone) }
}

/** The records of an RRset have one TTL (RFC 2181 5.2): a further one takes that of the others. */
export const ttlOfNew = (rrset: AddressRRset, stored: readonly StoredRecord[], least: Seconds): Seconds =>
  rrset.ttl ?? stored.find(({ ttl }) => ttl !== undefined)?.ttl ?? least
