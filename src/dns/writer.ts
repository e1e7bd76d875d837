import type { WireName } from './message.ts'
import { labelsOf } from './wire-name.ts'

/** A message under construction; what it is told is appended. */
export interface Writer {
  readonly u8: (value: number) => void
  readonly u16: (value: number) => void
  readonly u32: (value: number) => void
  readonly bytes: (value: Uint8Array) => void
  /** Compressed against the names before it (RFC 1035 4.1.4). */
  readonly name: (name: WireName) => void
  /** What `write` appends, with its length in 16 bits before it. */
  readonly sized: (write: () => void) => void
  readonly finish: () => Uint8Array
}

const REACH = 0x3fff // of a pointer

export function createWriter(): Writer {
  const octets: number[] = []
  const seen = new Map<string, number>()

  const u8 = (value: number) => void octets.push(value & 255)
  const u16 = (value: number) => void octets.push((value >> 8) & 255, value & 255)
  const u32 = (value: number) => {
    u16(value >>> 16)
    u16(value & 0xffff)
  }
  const bytes = (value: Uint8Array) => {
    for (const octet of value) octets.push(octet)
  }
  const name = (text: WireName) => {
    const labels = labelsOf(text)
    for (const [nth, label] of labels.entries()) {
      const rest = labels
        .slice(nth)
        .map((one) => one.toString('hex'))
        .join('.')
      const at = seen.get(rest)
      if (at !== undefined) return u16(0xc000 | at)
      if (octets.length <= REACH) seen.set(rest, octets.length)
      u8(label.length)
      bytes(label)
    }
    u8(0)
  }
  const sized = (write: () => void) => {
    const at = octets.length
    u16(0)
    write()
    const length = octets.length - at - 2
    if (length > 0xffff) throw new RangeError('RDATA is longer than 65535 octets')
    octets[at] = length >> 8
    octets[at + 1] = length & 255
  }
  const finish = () => {
    if (octets.length > 0xffff) throw new RangeError('the message is longer than 65535 octets')
    return new Uint8Array(octets)
  }
  return { u8, u16, u32, bytes, name, sized, finish }
}
