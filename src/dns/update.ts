import { numberOfClass, numberOfType, opcodeOf, QR, rcodeOf, UPDATE } from './code-points.ts'
import type { Rcode, Rdata, RecordClass, RecordType, WireName } from './message.ts'
import { numberOfRdata, writeRdata } from './rdata.ts'
import type { AddressRRset, Seconds } from './rrset.ts'
import { readWireMessage } from './wire-message.ts'
import { createWriter, type Writer } from './writer.ts'

/**
 * One line of a prerequisite or update section (RFC 2136 2.4, 2.5): what it asks lies in the class and in whether there
 * is RDATA. Made by the functions below.
 */
export interface UpdateRecord {
  readonly owner: WireName
  readonly type: RecordType
  readonly class: RecordClass
  readonly ttl: Seconds
  readonly data?: Rdata | undefined
}

/** All of it happens, in order, or nothing does. */
export interface Update {
  readonly id: number
  readonly zone: WireName
  readonly prerequisites: readonly UpdateRecord[]
  readonly updates: readonly UpdateRecord[]
}

/** An RRset of any type. */
export interface RdataSet {
  readonly owner: WireName
  readonly type: RecordType
  readonly data: readonly Rdata[]
}

/** Prerequisite: the RRset holds exactly these values; for an empty one: there is no such RRset. */
export function holdsExactly(rrset: AddressRRset | RdataSet): UpdateRecord[] {
  const records = recordsOf(rrset, 0)
  return records.length === 0 ? [absent(rrset)] : records
}

/** Prerequisite: there is no such RRset. */
export const absent = ({ owner, type }: { owner: WireName; type: RecordType }): UpdateRecord => ({
  owner,
  type,
  class: 'NONE',
  ttl: 0,
})

/** Update: the RRset is deleted, and holds these values afterwards. */
export const replaceWith = (rrset: AddressRRset | RdataSet, ttl: Seconds): UpdateRecord[] => [
  deleteRRset(rrset),
  ...recordsOf(rrset, ttl),
]

const deleteRRset = ({ owner, type }: Pick<RdataSet, 'owner' | 'type'>): UpdateRecord => ({
  owner,
  type,
  class: 'ANY',
  ttl: 0,
})

function recordsOf(rrset: AddressRRset | RdataSet, ttl: Seconds): UpdateRecord[] {
  const { owner, type } = rrset
  const values = 'data' in rrset ? rrset.data : rrset.addresses.map((address) => ({ type: rrset.type, address }))
  return values.map((data) => ({ owner, type, class: 'IN', ttl, data }))
}

export function encodeUpdate({ id, zone, prerequisites, updates }: Update): Uint8Array {
  const writer = createWriter()
  for (const word of [id, UPDATE << 11, 1, prerequisites.length, updates.length, 0]) writer.u16(word)
  writer.name(zone)
  writer.u16(numberOfType('SOA'))
  writer.u16(numberOfClass('IN'))
  for (const record of [...prerequisites, ...updates]) writeRecord(writer, record)
  return writer.finish()
}

function writeRecord(writer: Writer, { owner, type, class: cls, ttl, data }: UpdateRecord): void {
  writer.name(owner)
  writer.u16(data ? numberOfRdata(data) : numberOfType(type))
  writer.u16(numberOfClass(cls))
  writer.u32(ttl)
  writer.sized(() => data && writeRdata(writer, data))
}

/** undefined: not the answer to the UPDATE of that id. */
export function rcodeOfAnswer(bytes: Uint8Array, id: number): Rcode | undefined {
  const wire = readWireMessage(bytes)
  const ours = wire && wire.id === id && opcodeOf(wire.flags) === UPDATE && (wire.flags & QR) !== 0
  return ours ? rcodeOf(wire.flags & 15) : undefined
}
