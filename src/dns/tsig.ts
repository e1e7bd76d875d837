import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { TSIG } from './code-points.ts'
import type { WireName } from './message.ts'
import type { Seconds } from './rrset.ts'
import { readWireMessage, unlessMalformed, type WireMessage, type WireRecord } from './wire-message.ts'
import { encodeName, readName } from './wire-name.ts'

/** As servers name them; `hmac-md5` is obsolete (RFC 8945 6). */
export const TSIG_ALGORITHMS = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha224', 'hmac-sha1'] as const

export interface TsigKey {
  readonly name: WireName
  readonly algorithm: (typeof TSIG_ALGORITHMS)[number]
  readonly secret: Uint8Array
}

interface SignatureDetails {
  /** The MAC of the request that this message answers. */
  readonly requestMac?: Uint8Array | undefined
  readonly error?: number
  readonly other?: Uint8Array
  readonly originalId?: number
  readonly fudge?: Seconds
}

export interface Signed {
  readonly bytes: Uint8Array
  readonly mac: Uint8Array
}

export const TSIG_ERRORS = { BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const

/** What the signature of a received message is worth. */
export type TsigVerdict =
  /** By the key's holder. `error`: 0, or why the request was refused; `serverTime` (seconds since 1970) comes with BADTIME. */
  | {
      readonly kind: 'genuine'
      readonly error: number
      readonly mac: Uint8Array
      readonly serverTime?: Seconds | undefined
    }
  /** A TSIG record without a MAC: the server does not know the key (BADKEY), or has another secret for it (BADSIG). */
  | { readonly kind: 'refused'; readonly error: number }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'wrong'; readonly why: string }

const CLASS_ANY = 255
const FUDGE = 300 // recommended by RFC 8945 10

/** Signs a request, or an answer (`requestMac`), at a time in seconds since 1970 (RFC 8945 4.3). */
export function signMessage(message: Uint8Array, key: TsigKey, time: Seconds, details: SignatureDetails = {}): Signed {
  const { requestMac, error = 0, other = new Uint8Array(), fudge = FUDGE } = details
  const originalId = details.originalId ?? (message[0]! << 8) | message[1]!
  const [name, algorithm] = [encodeName(key.name), encodeName(key.algorithm)]
  const stamp = Buffer.concat([words(Math.floor(time / 2 ** 32), 2), words(time % 2 ** 32, 4), words(fudge, 2)])
  const mac = macOf(key, requestMac, withId(message, originalId), { name, algorithm, stamp, error, other })
  const rdata = Buffer.concat([
    ...[algorithm, stamp, words(mac.length, 2), mac, words(originalId, 2)],
    ...[words(error, 2), words(other.length, 2), other],
  ])
  const head = [name, words(TSIG, 2), words(CLASS_ANY, 2), words(0, 4), words(rdata.length, 2)]
  const bytes = new Uint8Array(Buffer.concat([withCount(message, 1), ...head, rdata]))
  return { bytes, mac: new Uint8Array(mac) }
}

/**
 * Checks a signed request, or the answer to a request of that MAC (RFC 8945 5.2, 5.3); MACs in full length only. `now`:
 * seconds since 1970. undefined: not a DNS message.
 */
export function verifyMessage(
  message: Uint8Array,
  key: TsigKey,
  now: Seconds,
  requestMac?: Uint8Array,
): TsigVerdict | undefined {
  const wire = readWireMessage(message)
  if (!wire) return undefined
  const record = wire.sections[2].at(-1)
  if (record?.type !== TSIG) return { kind: 'unsigned' }
  const seal = unlessMalformed(() => sealOf(wire, record))
  if (!seal) return { kind: 'wrong', why: 'its TSIG record is malformed' }
  if (seal.mac.length === 0 && seal.error !== 0) return { kind: 'refused', error: seal.error }
  if (!seal.name.equals(encodeName(key.name)) || !seal.algorithm.equals(encodeName(key.algorithm))) {
    return { kind: 'wrong', why: 'it is signed with another key or algorithm' }
  }
  const signed = withId(withCount(message.subarray(0, record.start), -1), seal.originalId)
  if (!sameOctets(macOf(key, requestMac, signed, seal), seal.mac))
    return { kind: 'wrong', why: 'its signature does not fit' }
  if (seal.error !== TSIG_ERRORS.BADTIME && Math.abs(now - seal.time) > seal.fudge) {
    return { kind: 'wrong', why: 'it was signed at another time' }
  }
  const serverTime = seal.error === TSIG_ERRORS.BADTIME && seal.other.length === 6 ? timeAt(seal.other, 0) : undefined
  return { kind: 'genuine', error: seal.error, mac: new Uint8Array(seal.mac), serverTime }
}

/** The TSIG variables of RFC 8945 4.3.3: names in canonical form; `stamp` is the time signed and the fudge. */
interface Variables {
  readonly name: Buffer
  readonly algorithm: Buffer
  readonly stamp: Buffer
  readonly error: number
  readonly other: Uint8Array
}

function macOf(key: TsigKey, requestMac: Uint8Array | undefined, message: Uint8Array, variables: Variables): Buffer {
  const { name, algorithm, stamp, error, other } = variables
  const hmac = createHmac(key.algorithm.slice('hmac-'.length), key.secret)
  if (requestMac) hmac.update(words(requestMac.length, 2)).update(requestMac)
  hmac.update(message).update(name).update(words(CLASS_ANY, 2)).update(words(0, 4)).update(algorithm).update(stamp)
  return hmac.update(words(error, 2)).update(words(other.length, 2)).update(other).digest()
}

function sealOf({ bytes }: WireMessage, { owner, rdata, ttl, class: cls }: WireRecord) {
  if (cls !== CLASS_ANY || ttl !== 0) throw new RangeError('not the class and TTL of a TSIG record')
  const algorithm = readName(bytes, rdata.at)
  const stamp = algorithm.end
  const mac = stamp + 10
  const rest = mac + bytes.readUInt16BE(stamp + 8)
  const other = rest + 6
  const end = other + bytes.readUInt16BE(rest + 4)
  if (end !== rdata.end || end !== bytes.length) throw new RangeError('RDLENGTH does not fit a TSIG record')
  return {
    name: encodeName(owner),
    algorithm: encodeName(algorithm.name),
    stamp: bytes.subarray(stamp, stamp + 8),
    time: timeAt(bytes, stamp),
    fudge: bytes.readUInt16BE(stamp + 6),
    mac: bytes.subarray(mac, rest),
    originalId: bytes.readUInt16BE(rest),
    error: bytes.readUInt16BE(rest + 2),
    other: bytes.subarray(other, end),
  }
}

const timeAt = (bytes: Buffer, at: number): Seconds => bytes.readUIntBE(at, 6)

const sameOctets = (some: Uint8Array, others: Uint8Array): boolean =>
  some.length === others.length && timingSafeEqual(some, others)

function words(value: number, octets: 2 | 4): Buffer {
  const bytes = Buffer.alloc(octets)
  bytes.writeUIntBE(value, 0, octets)
  return bytes
}

function withId(message: Uint8Array, id: number): Buffer {
  return Buffer.concat([words(id, 2), message.subarray(2)])
}

/** The message with so many more additional records announced. */
function withCount(message: Uint8Array, more: 1 | -1): Buffer {
  const copy = Buffer.from(message)
  copy.writeUInt16BE(copy.readUInt16BE(10) + more, 10)
  return copy
}
