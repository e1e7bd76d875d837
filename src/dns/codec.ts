import {
  AA,
  AD,
  CD,
  classOf,
  DO,
  numberOfClass,
  numberOfRcode,
  numberOfType,
  OPT,
  opcodeOf,
  QR,
  QUERY,
  RA,
  RD,
  rcodeOf,
  TC,
  TSIG,
  typeOf,
  UPDATE,
} from './code-points.ts'
import { extendedErrorsOf, writeOpt } from './edns.ts'
import type { Message, Question, ResourceRecord } from './message.ts'
import { numberOfRdata, readRdata, seconds, writeRdata } from './rdata.ts'
import {
  readWireMessage,
  unlessMalformed,
  type WireMessage,
  type WireQuestion,
  type WireRecord,
} from './wire-message.ts'
import { createWriter, type Writer } from './writer.ts'

const IN = numberOfClass('IN')
const TYPE_TXT = numberOfType('TXT')

export interface Query {
  readonly id: number
  readonly question: Question
  /** RD. */
  readonly recursion: boolean
  /** With an OPT record (RFC 6891). */
  readonly edns: boolean
  /** DO, and AD: that the bit in the answer is understood (RFC 6840 5.7), for where there is no OPT; `unchecked`: DO and CD. */
  readonly dnssec?: 'checked' | 'unchecked' | undefined
}

/** A RangeError for a name that cannot stand in a message. */
export function encodeQuery({ id, question, recursion, edns, dnssec }: Query): Uint8Array {
  const writer = createWriter()
  const flags = (recursion ? RD : 0) | (dnssec ? { checked: AD, unchecked: CD }[dnssec] : 0)
  for (const word of [id, flags, 1, 0, 0, edns ? 1 : 0]) writer.u16(word)
  writeQuestion(writer, question)
  if (edns) writeOpt(writer, dnssec ? DO : 0)
  return writer.finish()
}

/** The message as it is, never cut: what does not fit into a datagram is the caller's to see. With OPT only for extended errors. */
export function encodeMessage(message: Message): Uint8Array {
  const { questions, answers, authorities, additionals, extendedErrors = [] } = message
  const writer = createWriter()
  const counts = [questions, answers, authorities, additionals].map(({ length }) => length)
  if (extendedErrors.length > 0) counts[3]! += 1
  for (const word of [message.id, flagsOf(message), ...counts]) writer.u16(word)
  for (const question of questions) writeQuestion(writer, question)
  for (const record of [...answers, ...authorities, ...additionals]) writeRecord(writer, record)
  if (extendedErrors.length > 0) writeOpt(writer, 0, extendedErrors)
  return writer.finish()
}

function flagsOf(message: Message): number {
  const { response, authoritative, truncated, recursionDesired, recursionAvailable, authentic, rcode } = message
  const bits: [boolean | undefined, number][] = [
    [response, QR],
    [authoritative, AA],
    [truncated, TC],
    [recursionDesired, RD],
    [recursionAvailable, RA],
    [authentic, AD],
  ]
  return bits.reduce((flags, [on, bit]) => (on ? flags | bit : flags), numberOfRcode(rcode) & 15)
}

function writeQuestion(writer: Writer, { name, type, class: cls = 'IN' }: Question): void {
  writer.name(name)
  writer.u16(numberOfType(type))
  writer.u16(numberOfClass(cls))
}

function writeRecord(writer: Writer, { owner, ttl, data }: ResourceRecord): void {
  writer.name(owner)
  writer.u16(numberOfRdata(data))
  writer.u16(IN)
  writer.u32(ttl)
  writer.sized(() => writeRdata(writer, data))
}

/** A query, or an answer to a query or an UPDATE; undefined: not a DNS message, or of another kind. */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  const wire = readWireMessage(bytes)
  if (!wire) return undefined
  const opcode = opcodeOf(wire.flags)
  const response = (wire.flags & QR) !== 0
  const known = opcode === QUERY || (opcode === UPDATE && response)
  return known ? unlessMalformed(() => interpret(wire, response)) : undefined
}

function interpret(wire: WireMessage, response: boolean): Message {
  const { id, flags, questions, sections } = wire
  const set = (bit: number): boolean => (flags & bit) !== 0
  const opt = sections[2].find(({ type }) => type === OPT)
  const extendedErrors = opt ? extendedErrorsOf(wire.bytes, opt.rdata) : []
  const upper = opt ? (opt.ttl >>> 24) << 4 : 0 // the upper 8 bits of the RCODE: RFC 6891 6.1.3
  return {
    id,
    response,
    rcode: rcodeOf(upper | (flags & 15)),
    authoritative: set(AA),
    truncated: set(TC),
    recursionDesired: set(RD),
    recursionAvailable: set(RA),
    ...(set(AD) && { authentic: true }),
    ...(extendedErrors.length > 0 && { extendedErrors }),
    questions: questions.map(questionOf),
    answers: recordsOf(wire, sections[0]),
    authorities: recordsOf(wire, sections[1]),
    additionals: recordsOf(wire, sections[2]),
  }
}

function questionOf({ name, type, class: number }: WireQuestion): Question {
  const cls = classOf(number)
  if (!cls) throw new RangeError(`unknown class ${number}`)
  return cls === 'IN' ? { name, type: typeOf(type) } : { name, type: typeOf(type), class: cls }
}

function recordsOf({ bytes }: WireMessage, records: readonly WireRecord[]): ResourceRecord[] {
  return records
    .filter(({ type }) => type !== OPT && type !== TSIG)
    .map((record) => ({ owner: record.owner, ttl: seconds(record.ttl), data: dataOf(bytes, record) }))
}

/** Outside class IN the numbers mean other things (A in CH is no IP address); TXT alone is the same: `version.bind`. */
function dataOf(bytes: WireMessage['bytes'], { type, class: cls, rdata }: WireRecord): ResourceRecord['data'] {
  if (cls === IN || type === TYPE_TXT) return readRdata(bytes, type, rdata)
  return { type: 'opaque', number: type, bytes: new Uint8Array(bytes.subarray(rdata.at, rdata.end)) }
}
