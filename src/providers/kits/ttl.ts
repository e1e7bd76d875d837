import type { StoredRecord } from '../../core/diff.ts'
import type { AddressRRset, Seconds } from '../../dns/rrset.ts'

/** What the provider takes in the place of a wanted TTL. */
export type Ttl<Zone> = (wanted: Seconds, zone: Zone) => Seconds

/** Of a new RRset, unless the user wants another or the provider takes none so low. */
export const NEW_TTL: Seconds = 60

export const ttlBetween =
  (least: Seconds, most = Number.POSITIVE_INFINITY) =>
  (wanted: Seconds): Seconds =>
    Math.min(Math.max(wanted, least), most)

/** One with records to be made, which must have a TTL. */
export type NewRRset = AddressRRset & { readonly ttl: Seconds }

/** With the TTL that the provider takes; without a wanted one it stays as it is. */
export function withTtl<Zone>(rrset: AddressRRset, ttl: Ttl<Zone>, zone: Zone): AddressRRset {
  return rrset.ttl === undefined ? rrset : { ...rrset, ttl: ttl(rrset.ttl, zone) }
}

/** The records of an RRset have one TTL (RFC 2181 5.2): a further one takes that of the others. */
export const ttlOfNew = (rrset: AddressRRset, stored: readonly StoredRecord[], least: Seconds): Seconds =>
  rrset.ttl ?? stored.find(({ ttl }) => ttl !== undefined)?.ttl ?? least
