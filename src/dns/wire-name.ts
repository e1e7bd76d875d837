import { Buffer } from 'node:buffer'
import type { WireName } from './message.ts'

const MAX_LABEL = 63
const MAX_NAME = 255 // octets on the wire, the root's zero among them (RFC 1035 3.1)
const POINTER = 0xc0
/** Each of a name's labels may stand elsewhere; longer chains only cost time, thousands of records of them much of it. */
const MAX_POINTERS = 127

/** The labels of a name as octets in lower case; a RangeError for a name that cannot stand in a message. */
export function labelsOf(name: WireName): Buffer[] {
  if (name === '.' || name === '') return []
  const labels: number[][] = [[]]
  for (const [token] of name.matchAll(/\\\d{3}|\\.|./gs)) {
    if (token === '.') labels.push([])
    else labels.at(-1)!.push(octetOf(token))
  }
  if (labels.at(-1)!.length === 0) labels.pop() // a trailing dot
  const wire = labels.reduce((sum, label) => sum + label.length + 1, 1)
  if (wire > MAX_NAME || labels.some(({ length }) => length === 0 || length > MAX_LABEL)) {
    throw new RangeError(`not a domain name: ${name.slice(0, 300)}`)
  }
  return labels.map((label) => Buffer.from(label))
}

function octetOf(token: string): number {
  const code = token.length === 4 ? Number(token.slice(1)) : token.codePointAt(token.length - 1)!
  if (code > 255) throw new RangeError('a domain name holds octets only')
  return lower(code)
}

/** The name uncompressed and in lower case: the canonical form of RFC 4034 6.2, which TSIG signs. */
export function encodeName(name: WireName): Buffer {
  const parts = labelsOf(name).flatMap((label) => [Buffer.from([label.length]), label])
  return Buffer.concat([...parts, Buffer.from([0])])
}

/** Reads the name at an offset, and where the record goes on after it; a RangeError if there is none. */
export function readName(bytes: Buffer, start: number): { readonly name: WireName; readonly end: number } {
  const labels: string[] = []
  let at = start
  let end: number | undefined
  let wire = 1
  let pointers = 0
  for (let limit = start; ; ) {
    const length = bytes.readUInt8(at)
    if (length === 0) return { name: labels.join('.') || '.', end: end ?? at + 1 }
    if (length >= POINTER) {
      const target = bytes.readUInt16BE(at) & 0x3fff
      // Backwards only (RFC 1035 4.1.4: "a prior occurrence"): a chain of pointers comes to an end.
      if (target >= limit) throw new RangeError('a compression pointer does not point backwards')
      if (++pointers > MAX_POINTERS) throw new RangeError('a chain of compression pointers is too long')
      end ??= at + 2
      at = limit = target
      continue
    }
    if (length > MAX_LABEL) throw new RangeError('unknown kind of label')
    wire += length + 1
    if (wire > MAX_NAME || at + 1 + length > bytes.length) throw new RangeError('a name is too long')
    labels.push(describeLabel(bytes.subarray(at + 1, at + 1 + length)))
    at += 1 + length
  }
}

/** `.` and `\` with a backslash, what does not print as `\DDD` (RFC 1035 5.1). */
function describeLabel(octets: Uint8Array): string {
  return [...octets].map((octet) => describeOctet(lower(octet))).join('')
}

function describeOctet(octet: number): string {
  const character = String.fromCharCode(octet)
  if (character === '.' || character === '\\') return `\\${character}`
  return octet > 0x20 && octet < 0x7f ? character : `\\${String(octet).padStart(3, '0')}`
}

const lower = (octet: number): number => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet)
