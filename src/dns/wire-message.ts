import { Buffer } from 'node:buffer'
import { TC } from './code-points.ts'
import type { WireName } from './message.ts'
import type { Extent } from './rdata.ts'
import { readName } from './wire-name.ts'

/** A message cut into its parts, numbers as they came: what queries, updates and signatures have in common (RFC 1035 4.1). */
export interface WireMessage {
  readonly bytes: Buffer
  readonly id: number
  readonly flags: number
  readonly questions: readonly WireQuestion[]
  /** Answers, authorities, additionals; of an UPDATE: prerequisites, updates, additionals. */
  readonly sections: readonly [readonly WireRecord[], readonly WireRecord[], readonly WireRecord[]]
  readonly end: number
}

export interface WireQuestion {
  readonly name: WireName
  readonly type: number
  readonly class: number
}

export interface WireRecord {
  readonly owner: WireName
  readonly type: number
  readonly class: number
  /** 32 bits as they came: in an OPT record not a time. */
  readonly ttl: number
  readonly start: number
  readonly rdata: Extent
}

/** undefined: not a DNS message. Octets after the last record are not looked at. */
export function readWireMessage(message: Uint8Array): WireMessage | undefined {
  return unlessMalformed(() => read(Buffer.from(message.buffer, message.byteOffset, message.byteLength)))
}

/** Runs a reader: the RangeError with which it meets malformed bytes (and Buffer their end) becomes undefined. */
export function unlessMalformed<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}

function read(bytes: Buffer): WireMessage {
  const [id, flags, questionCount, ...counts] = [0, 2, 4, 6, 8, 10].map((at) => bytes.readUInt16BE(at))
  let at = 12
  const questions: WireQuestion[] = []
  while (questions.length < questionCount!) {
    const { name, end } = readName(bytes, at)
    questions.push({ name, type: bytes.readUInt16BE(end), class: bytes.readUInt16BE(end + 2) })
    at = end + 4
  }
  // Some servers cut a truncated message in the middle of a record: what is whole is kept.
  const cut = (flags! & TC) !== 0
  const section = (count: number): WireRecord[] => {
    const records: WireRecord[] = []
    while (records.length < count) {
      const record = cut ? unlessMalformed(() => readRecord(bytes, at)) : readRecord(bytes, at)
      if (!record) break
      records.push(record)
      at = record.rdata.end
    }
    return records
  }
  const sections = [section(counts[0]!), section(counts[1]!), section(counts[2]!)] as const
  return { bytes, id: id!, flags: flags!, questions, sections, end: at }
}

function readRecord(bytes: Buffer, start: number): WireRecord {
  const { name, end } = readName(bytes, start)
  const [type, cls, length] = [0, 2, 8].map((offset) => bytes.readUInt16BE(end + offset))
  const rdata = { at: end + 10, end: end + 10 + length! }
  if (rdata.end > bytes.length) throw new RangeError('a record goes beyond its message')
  return { owner: name, type: type!, class: cls!, ttl: bytes.readUInt32BE(end + 4), start, rdata }
}
