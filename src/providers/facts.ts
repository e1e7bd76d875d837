import type { Seconds } from '../dns/rrset.ts'

/** Where an adapter's knowledge of its service comes from, the best first. */
export const SURE = {
  tried: "the tests run it against the real server's own program",
  documented: 'the vendor says so, in its documentation or in code of its own',
  agreed: 'the vendor says less; several independent programs do it alike',
  reported: 'few sources, or sources that differ',
  yours: 'what it sends is what you tell it to send',
} as const

/** For people who choose an adapter; nothing is decided by it. */
export interface Facts {
  readonly sure: keyof typeof SURE
  /** The month in which the sources were read: `2026-11`. */
  readonly verified: `${number}-${number}`
  /** What is not sure all the same, in words that stand in a table. */
  readonly doubt?: string
  /** How many MX records a domain may have there; absent: not known. */
  readonly mostMx?: number
  /** What the vendor's web page calls the parts of an MX record, for who enters one by hand. */
  readonly mxForm?: MxForm
}

/** The fields of a form, in the vendor's own words. */
export interface MxForm {
  /** Where the form is. */
  readonly at?: string
  readonly host: string
  /** What stands in that field at the apex of a zone, and relative names elsewhere; absent: the whole name. */
  readonly apex?: string
  readonly pointsTo: string
  readonly priority: string
  /** Host names end with a dot there; without one the zone's name is put behind. */
  readonly dot?: true
}

/** The TTLs that a service takes; both ends the same: it has only this one. */
export interface TtlRange {
  readonly least?: Seconds | 'of the zone' | undefined
  readonly most?: Seconds | undefined
}

/** What a write looks like, for the same people. A kit knows it of its adapters. */
export interface Writes {
  /** One request carries both families. */
  readonly together: boolean
  /** Absent: no TTL is sent, the service has its own. */
  readonly ttl?: TtlRange
}
