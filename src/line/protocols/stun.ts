import { Buffer } from 'node:buffer'
import { addressOfBytes } from '../../dns/address-bytes.ts'
import { type IpAddress, parseAddress } from '../../dns/rrset.ts'

/** RFC 8489: the part of STUN that tells a client under which address it is seen. */
export const STUN_PORT = 3478

/** What a server made of a Binding request. */
export type BindingAnswer =
  | { readonly mapped: IpAddress | undefined }
  | { readonly error: number }
  /** Attributes that must be understood, and are not: the answer is worth nothing (RFC 8489 6.3.3). */
  | { readonly notUnderstood: readonly number[] }

/** RFC 8489 5: chosen anew for each question, by a cryptographic chance, so that nobody who does not see it can answer. */
export const TRANSACTION_ID_LENGTH = 12

const HEADER = 20
const COOKIE = Buffer.from([0x21, 0x12, 0xa4, 0x42])
const BINDING = { request: 0x0001, success: 0x0101, error: 0x0111 }
const MAPPED_ADDRESS = 0x0001
const ERROR_CODE = 0x0009
const XOR_MAPPED_ADDRESS = 0x0020
/** Up to here an attribute must be understood, beyond it may be passed over (RFC 8489 14). */
const REQUIRED_BELOW = 0x8000
/** RFC 8489, RFC 5780 and what servers of RFC 3489 add: SOURCE-ADDRESS 0004, CHANGED-ADDRESS 0005, REFLECTED-FROM 000b ... */
const UNDERSTOOD: ReadonlySet<number> = new Set([
  ...[MAPPED_ADDRESS, 0x0004, 0x0005, 0x0006, 0x0008, ERROR_CODE, 0x000a, 0x000b, 0x0014, 0x0015],
  ...[0x001c, 0x001d, 0x001e, XOR_MAPPED_ADDRESS, 0x0026, 0x0027],
])

/** A Binding request without attributes. */
export function encodeBindingRequest(id: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4)
  header.writeUInt16BE(BINDING.request)
  return Buffer.concat([header, COOKIE, id])
}

/** The answer to the request with that transaction id; undefined: it is none, or damaged. */
export function readBindingAnswer(answer: Uint8Array, id: Uint8Array): BindingAnswer | undefined {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
  if (bytes.length < HEADER || bytes.length % 4 !== 0) return undefined
  if (bytes.readUInt16BE(2) !== bytes.length - HEADER) return undefined
  if (!bytes.subarray(4, 8).equals(COOKIE) || !bytes.subarray(8, HEADER).equals(id)) return undefined
  const attributes = readAttributes(bytes)
  if (!attributes) return undefined
  const type = bytes.readUInt16BE(0)
  const error = attributes.find((one) => one.type === ERROR_CODE)?.value
  // RFC 8489 14.8: the class are hundreds, in three bits; then the rest.
  if (type === BINDING.error)
    return error && error.length >= 4 ? { error: (error[2]! & 7) * 100 + error[3]! } : undefined
  if (type !== BINDING.success) return undefined
  const notUnderstood = attributes.map((one) => one.type).filter((one) => one < REQUIRED_BELOW && !UNDERSTOOD.has(one))
  return notUnderstood.length > 0 ? { notUnderstood } : { mapped: mappedAddress(attributes, bytes.subarray(4, HEADER)) }
}

interface Attribute {
  readonly type: number
  readonly value: Buffer
}

/** Each begins at a multiple of four (RFC 8489 14). undefined: one reaches beyond the end. */
function readAttributes(bytes: Buffer): readonly Attribute[] | undefined {
  const found: Attribute[] = []
  for (let at = HEADER; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined
    const end = at + 4 + bytes.readUInt16BE(at + 2)
    if (end > bytes.length) return undefined
    found.push({ type: bytes.readUInt16BE(at), value: bytes.subarray(at + 4, end) })
    at = Math.ceil(end / 4) * 4
  }
  return found
}

/** The plain address counts only where the other is absent: some routers rewrite what looks like an address of the home (RFC 8489 14.2). */
function mappedAddress(attributes: readonly Attribute[], mask: Buffer): IpAddress | undefined {
  const find = (type: number) => attributes.find((one) => one.type === type)?.value
  const hidden = find(XOR_MAPPED_ADDRESS)
  if (hidden) return addressIn(hidden, mask)
  const plain = find(MAPPED_ADDRESS)
  return plain && addressIn(plain, Buffer.alloc(mask.length))
}

/** Zero, family, port, address. */
function addressIn(value: Buffer, mask: Buffer): IpAddress | undefined {
  const length = { 1: 4, 2: 16 }[value[1] ?? 0]
  if (length === undefined || value.length !== 4 + length) return undefined
  const octets = value.subarray(4).map((octet, i) => octet ^ mask[i]!)
  return parseAddress(addressOfBytes(octets)) // a server of both families may write IPv4 as ::ffff:192.0.2.1
}
