import { Buffer } from 'node:buffer'
import { addressOfBytes, bytesOfAddress } from './address-bytes.ts'
import { numberOfType, typeOf } from './code-points.ts'
import type { Rdata, WireName } from './message.ts'
import { readName } from './wire-name.ts'
import type { Writer } from './writer.ts'

/** Where RDATA lies in a message: names in it may point outside. */
export interface Extent {
  readonly at: number
  readonly end: number
}

/** The type's number, which opaque RDATA carries itself. */
export const numberOfRdata = (data: Rdata): number => (data.type === 'opaque' ? data.number : numberOfType(data.type))

/** A RangeError for RDATA that its type does not allow; a type that we do not understand, or in another class, is opaque. */
export function readRdata(bytes: Buffer, number: number, { at, end }: Extent): Rdata {
  const type = typeOf(number)
  switch (type) {
    case 'A':
    case 'AAAA':
      return { type, address: addressOf(bytes.subarray(at, end), type === 'A' ? 4 : 16) }
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return { type, target: lastName(bytes, at, end) }
    case 'MX':
      return { type, preference: bytes.readUInt16BE(at), exchange: lastName(bytes, at + 2, end) }
    case 'SOA':
      return readSoa(bytes, at, end)
    case 'TXT':
      return { type, strings: readStrings(bytes.subarray(at, end)) }
    case 'TLSA':
      return readTlsa(bytes.subarray(at, end))
    default:
      return { type: 'opaque', number, bytes: new Uint8Array(bytes.subarray(at, end)) }
  }
}

function addressOf(octets: Uint8Array, length: number) {
  if (octets.length !== length) throw new RangeError(`an address of ${octets.length} octets`)
  return addressOfBytes(octets)
}

function lastName(bytes: Buffer, at: number, end: number): WireName {
  const read = readName(bytes, at)
  if (read.end !== end) throw new RangeError('RDLENGTH does not fit the name')
  return read.name
}

function readSoa(bytes: Buffer, at: number, end: number): Rdata {
  const mname = readName(bytes, at)
  const rname = readName(bytes, mname.end)
  if (rname.end + 20 !== end) throw new RangeError('RDLENGTH does not fit an SOA record')
  const serial = bytes.readUInt32BE(rname.end)
  const [refresh, minimum] = [rname.end + 4, end - 4].map((from) => seconds(bytes.readUInt32BE(from)))
  return { type: 'SOA', mname: mname.name, rname: rname.name, serial, refresh: refresh!, minimum: minimum! }
}

function readTlsa(octets: Buffer): Rdata {
  if (octets.length < 3) throw new RangeError('RDLENGTH does not fit a TLSA record')
  const [usage, selector, matching] = octets
  return {
    type: 'TLSA',
    usage: usage!,
    selector: selector!,
    matching: matching!,
    data: new Uint8Array(octets.subarray(3)),
  }
}

function readStrings(octets: Buffer): string[] {
  const strings: string[] = []
  for (let at = 0; at < octets.length; ) {
    const next = at + 1 + octets[at]!
    if (next > octets.length) throw new RangeError('a character-string goes beyond its record')
    strings.push(octets.toString('latin1', at + 1, next))
    at = next
  }
  return strings
}

/** A TTL with its top bit set counts as 0 (RFC 2181 8). */
export const seconds = (value: number): number => (value > 0x7fffffff ? 0 : value)

// Rdata does not hold retry and expire, so usual values (RIPE-203) stand in.
const REFRESH = 86400
const RETRY_EXPIRE = [7200, 3600000]

export function writeRdata(writer: Writer, data: Rdata): void {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      writer.bytes(bytesOfAddress(data.address))
      break
    case 'NS':
    case 'CNAME':
    case 'PTR':
      writer.name(data.target)
      break
    case 'MX':
      writer.u16(data.preference)
      writer.name(data.exchange)
      break
    case 'SOA':
      writer.name(data.mname)
      writer.name(data.rname)
      for (const value of [data.serial, data.refresh ?? REFRESH, ...RETRY_EXPIRE, data.minimum]) writer.u32(value)
      break
    case 'TXT':
      for (const text of data.strings) writeString(writer, text)
      break
    case 'TLSA':
      for (const value of [data.usage, data.selector, data.matching]) writer.u8(value)
      writer.bytes(data.data)
      break
    case 'opaque':
      writer.bytes(data.bytes)
  }
}

function writeString(writer: Writer, text: string): void {
  const octets = Buffer.from(text, 'latin1')
  if (octets.length > 255) throw new RangeError('a character-string holds at most 255 octets')
  writer.u8(octets.length)
  writer.bytes(octets)
}
