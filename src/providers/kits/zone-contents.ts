import { diff, type Step } from '../../core/diff.ts'
import { type Published, unchanged, updated } from '../../core/outcome.ts'
import type { DomainName } from '../../dns/name.ts'
import type { AddressRRset, IpAddress, RRsetName, Seconds } from '../../dns/rrset.ts'
import { addressesIn } from './address-in.ts'
import { NEW_TTL, type NewRRset, ttlOfNew, withTtl } from './ttl.ts'

/** One record of a zone. An adapter adds all that is needed to write it back as it was read. */
export interface ZoneRecord {
  /** undefined: a name that is no host's. */
  readonly owner: DomainName | undefined
  readonly type: string
  /** Of A and AAAA records that answer look-ups. */
  readonly address?: IpAddress | undefined
  readonly ttl?: Seconds | undefined
}

/** A whole zone, as it was read. */
export interface Contents<R> {
  readonly records: readonly R[]
  /** Something of the zone was not shown: nothing is concluded from the rest. */
  readonly missing?: string | undefined
  /** Something of the zone cannot be said in a write, and would be lost by one. */
  readonly unwritable?: string | undefined
}

/** How records come to be, in one zone. */
export interface Changing<R> {
  readonly ttl: (wanted: Seconds) => Seconds
  readonly create: (rrset: NewRRset, address: IpAddress) => R
  /** Keeps every attribute of the record but its address, and its TTL if `rrset.ttl` is given. */
  readonly change: (record: R, rrset: AddressRRset, address: IpAddress) => R
}

/** The zone's records as they shall be, and of each RRset whether that is another state than the one read. */
export function changesTo<R extends ZoneRecord>(
  records: readonly R[],
  wanted: readonly AddressRRset[],
  { ttl, create, change }: Changing<R>,
) {
  let after = records
  const published = wanted.map((ordered): Published => {
    const rrset = withTtl(ordered, ttl, undefined)
    const own = ofRRset(records, rrset)
    const made = { ...rrset, ttl: ttlOfNew(rrset, own, ttl(NEW_TTL)) }
    const apply = (left: readonly R[], step: Step<R>): readonly R[] => {
      if (step.kind === 'create') return [...left, create(made, step.address)]
      if (step.kind === 'delete') return left.filter((one) => one !== step.record)
      return left.map((one) => (one === step.record ? change(one, rrset, step.address) : one))
    }
    const steps = diff(own, rrset)
    after = steps.reduce(apply, after)
    return { rrset: ordered, outcome: steps.length === 0 ? unchanged : updated, before: addressesIn(own) }
  })
  const isSame = ({ outcome }: Published) => outcome === unchanged
  return { after, same: published.filter(isSame), changed: published.filter((one) => !isSame(one)) }
}

type AddressRecord<R> = R & { readonly address: IpAddress }

export const ofRRset = <R extends ZoneRecord>(records: readonly R[], { owner, type }: RRsetName) =>
  records.filter(
    (record): record is AddressRecord<R> =>
      record.owner === owner && record.type === type && record.address !== undefined,
  )
