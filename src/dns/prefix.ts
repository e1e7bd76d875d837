import { Buffer } from 'node:buffer'
import { isIP } from 'node:net'
import { addressOfBytes, bytesOfAddress } from './address-bytes.ts'
import type { IpAddress } from './rrset.ts'

/** An IPv6 prefix: `2001:db8:1:2::` and 64. Its bits beyond the length are zero. */
export interface Prefix {
  readonly address: IpAddress
  readonly length: number
}

/** What a host keeps whatever the prefix: `::25`, to be put behind the first `length` bits. Its own first bits are zero. */
export interface Suffix {
  readonly address: IpAddress
  /** Of the prefix that it is joined with. */
  readonly length: number
}

/** Why a text is no suffix. `subnet`: all of its last 64 bits are zero, which is the address of any router there (RFC 4291 2.6.1). */
export type SuffixProblem =
  | 'form'
  | 'length'
  | 'zero'
  | 'subnet'
  | 'bits-in-prefix'
  | 'mac'
  | 'mac-group'
  | 'mac-length'

/** The usual length of one network's prefix (RFC 4291 2.5.1). */
const NETWORK = 64
const SHORTEST = 16

/** `2001:db8:1:2::/64`; bits beyond the length are cut off. undefined: it is none. */
export function parsePrefix(text: string): Prefix | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text.trim()) ?? []
  const length = Number(digits)
  if (!isSix(address) || length < 1 || length > 128) return undefined
  return prefixOf(address, length)
}

/** The first bits of an IPv6 address. */
export function prefixOf(address: IpAddress, length: number): Prefix {
  return { address: addressOfBytes(masked(bytesOfAddress(address), length, 'head')), length }
}

/** `::25`, `::25/56` with the length of the prefix (64 unless given), or `mac:00:11:22:33:44:55`. */
export function parseSuffix(text: string): Suffix | SuffixProblem {
  const [, body = '', digits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? []
  const length = Number(digits ?? NETWORK)
  if (/^mac:/i.test(body)) return ofMac(body.slice(4), length)
  if (!isSix(body)) return 'form'
  if (length < SHORTEST || length > 127) return 'length'
  const bytes = bytesOfAddress(body)
  if (bytes.every((byte) => byte === 0)) return 'zero'
  if (masked(bytes, length, 'head').some((byte) => byte !== 0)) return 'bits-in-prefix'
  if (length <= NETWORK && bytes.subarray(8).every((byte) => byte === 0)) return 'subnet'
  return { address: addressOfBytes(bytes), length }
}

/** EUI-64: ff:fe in the middle, and the universal/local bit turned over (RFC 4291, appendix A). */
function ofMac(text: string, length: number): Suffix | SuffixProblem {
  if (!/^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$/i.test(text)) return 'mac'
  if (length !== NETWORK) return 'mac-length'
  const mac = Buffer.from(text.replace(/[:-]/g, ''), 'hex')
  const first = mac[0]!
  // The lowest bit marks a group; such an address, or none at all, is no interface's own.
  if ((first & 1) === 1 || mac.every((byte) => byte === 0)) return 'mac-group'
  const id = [first ^ 2, ...mac.subarray(1, 3), 0xff, 0xfe, ...mac.subarray(3)]
  return { address: addressOfBytes(Buffer.from([...Buffer.alloc(8), ...id])), length }
}

/**
 * The host's address in the network of a prefix: (prefix & mask) | (suffix & ~mask). undefined: the prefix is shorter than
 * the suffix wants it, so that nobody knows the bits between: of a delegated /56 the router chooses each network's number.
 */
export function joinSuffix(prefix: Prefix, suffix: Suffix): IpAddress | undefined {
  if (prefix.length < suffix.length) return undefined
  const head = masked(bytesOfAddress(prefix.address), suffix.length, 'head')
  const tail = masked(bytesOfAddress(suffix.address), suffix.length, 'tail')
  return addressOfBytes(Buffer.from(head.map((byte, i) => byte | tail[i]!)))
}

export const describePrefix = ({ address, length }: Prefix): string => `${address}/${length}`

/** As it was written, in canonical form. */
export const describeSuffix = ({ address, length }: Suffix): string =>
  length === NETWORK ? address : `${address}/${length}`

/** What has the form of one; an IPv4-mapped one keeps its bits here. */
const isSix = (text: string): text is IpAddress => isIP(text) === 6 && !text.includes('%')

/** The first `length` bits, or those behind them; the others zero. */
function masked(bytes: Uint8Array, length: number, keep: 'head' | 'tail'): Buffer {
  const mask = (i: number) => 0xff & ~(0xff >> Math.min(8, Math.max(0, length - 8 * i)))
  return Buffer.from(bytes.map((byte, i) => byte & (keep === 'head' ? mask(i) : ~mask(i))))
}
