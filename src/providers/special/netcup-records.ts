import * as z from 'zod'
import type { Step } from '../../core/diff.ts'
import { Failure } from '../../core/failure.ts'
import { apexCandidates, type DomainName, parseName } from '../../dns/name.ts'
import type { IpAddress, RRsetName } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import { ownerIn, relativeTo } from '../kits/open-zone.ts'
import { isRefusal, type Session } from './netcup-session.ts'

/** A record's id and priority have been seen as text and as numbers. */
const Text = z.union([z.string(), z.number()]).transform(String)
const Stored = z.object({
  id: Text,
  hostname: z.string(),
  type: z.string(),
  priority: Text.nullish(),
  destination: z.string(),
})
const Records = z.object({ dnsrecords: z.array(Stored) })
const Zone = z.object({ name: z.string() })
/** The answer to a write shows the zone as it is afterwards. */
const Written = z.object({ dnsrecords: z.array(z.unknown()) })
type StoredEntry = z.infer<typeof Stored>

/** The answer to a list where there are no records. */
const NO_RECORDS = 5029

/** An address record, with what a write must repeat of it. */
export interface Held {
  readonly address: IpAddress
  readonly as: StoredEntry
}

/** Which code says that there is no such zone is not documented: if all names are refused, the last refusal is told. */
export async function findZone(session: Session, owner: DomainName): Promise<DomainName> {
  let last: Failure | undefined
  for (const apex of apexCandidates(owner)) {
    const zone = await session.ask('infoDnsZone', { domainname: apex }, Zone)
    if (isRefusal(zone)) last = zone.failure
    else if (parseName(zone.name) === apex) return apex
  }
  const { kind = 'rejected', message = 'none of that name' } = last ?? {}
  throw new Failure(kind, `the account shows no zone for ${owner} (${message})`)
}

/** All records of the zone. */
export async function recordsIn(session: Session, zone: DomainName): Promise<readonly StoredEntry[]> {
  const found = await session.ask('infoDnsRecords', { domainname: zone }, Records)
  if (isRefusal(found) && found.code !== NO_RECORDS) throw found.failure
  return isRefusal(found) ? [] : found.dnsrecords
}

/** One write with these entries; the records that none of them names stay as they are. */
export const write = (session: Session, domainname: DomainName, dnsrecords: readonly object[]): Promise<unknown> =>
  session.call('updateDnsRecords', { domainname, clientrequestid: '', dnsrecordset: { dnsrecords } }, Written, 'write')

/** The records of these RRsets. */
export async function list(session: Session, zone: DomainName): Promise<(rrset: RRsetName) => readonly Held[]> {
  const all = await recordsIn(session, zone)
  return ({ owner, type }) =>
    all
      .filter((one) => one.type === type && ownerIn(zone, one.hostname) === owner)
      .map((as) => ({ address: addressIn(as.destination), as }))
}

/** One entry of a write. Without an id a record is created, else it is named in full. */
export function entryOf(step: Step<Held>, zone: DomainName, { owner, type }: RRsetName) {
  if (step.kind === 'create') {
    return {
      hostname: relativeTo(zone, owner, '@'),
      type,
      priority: '0',
      destination: step.address,
      deleterecord: false,
    }
  }
  const { id, hostname, priority, destination } = step.record.as
  const record = { id, hostname, type, priority: priority ?? '0' }
  if (step.kind === 'delete') return { ...record, destination, deleterecord: true }
  return { ...record, destination: step.address, deleterecord: false }
}
