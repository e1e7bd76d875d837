import { opcodeOf, TSIG, typeOf, UPDATE } from '../../../src/dns/code-points.ts'
import type { Rcode, Rdata, RecordType, ResourceRecord, WireName } from '../../../src/dns/message.ts'
import { readRdata } from '../../../src/dns/rdata.ts'
import { signMessage, TSIG_ERRORS, type TsigKey, verifyMessage } from '../../../src/dns/tsig.ts'
import { readWireMessage, type WireMessage, type WireRecord } from '../../../src/dns/wire-message.ts'
import { encodeName, readName } from '../../../src/dns/wire-name.ts'
import { updateAnswer } from '../../support/update-answer.ts'

const [IN, NONE, ANY] = [1, 254, 255]
const NOTAUTH = 9
const FUDGE = 300

/** A line of a prerequisite or an update: what it asks lies in its class. */
export interface Line extends Omit<ResourceRecord, 'data'> {
  readonly type: RecordType
  readonly class: number
  readonly data: Rdata | undefined
}

export interface Update {
  readonly id: number
  readonly zone: WireName
  readonly prerequisites: readonly Line[]
  readonly updates: readonly Line[]
}

/** undefined: no UPDATE. */
export function readUpdate(message: Uint8Array): Update | undefined {
  const wire = readWireMessage(message)
  const [zone] = wire?.questions ?? []
  if (!wire || !zone || opcodeOf(wire.flags) !== UPDATE) return undefined
  const [prerequisites, updates] = wire.sections.map((section) => section.map((one) => lineOf(wire, one)))
  return { id: wire.id, zone: zone.name, prerequisites: prerequisites!, updates: updates! }
}

const lineOf = ({ bytes }: WireMessage, { owner, type, class: cls, ttl, rdata }: WireRecord): Line => {
  const data = rdata.end > rdata.at && type !== TSIG ? readRdata(bytes, type, rdata) : undefined
  return { owner, type: typeOf(type), class: cls, ttl, data }
}

const same = (one: Rdata | undefined, other: Rdata | undefined) => JSON.stringify(one) === JSON.stringify(other)
const isAt = ({ owner, type }: Line) => {
  const all = type === 'ANY'
  return (record: ResourceRecord) => record.owner === owner && (all || record.data.type === type)
}

/** What the zone holds afterwards, or why nothing is done (RFC 2136 3.2, 3.4). */
export function applied(
  { prerequisites, updates }: Update,
  records: readonly ResourceRecord[],
): readonly ResourceRecord[] | Rcode {
  for (const line of prerequisites) {
    const found = records.filter(isAt(line))
    const isName = line.type === 'ANY'
    if (line.class === ANY && found.length === 0) return isName ? 'NXDOMAIN' : 'NXRRSET'
    if (line.class === NONE && found.length > 0) return isName ? 'YXDOMAIN' : 'YXRRSET'
    // The lines of one RRset together are to be all that it holds.
    const wanted = prerequisites.filter((one) => one.class === IN && one.owner === line.owner && one.type === line.type)
    const isMet =
      found.length === wanted.length && wanted.every(({ data }) => found.some((one) => same(one.data, data)))
    if (line.class === IN && !isMet) return 'NXRRSET'
  }
  return updates.reduce<readonly ResourceRecord[]>((now, line) => {
    const { owner, ttl, data } = line
    const isHere = isAt(line)
    if (line.class === ANY) return now.filter((one) => !isHere(one))
    const others = now.filter((one) => !(isHere(one) && same(one.data, data)))
    return line.class === IN && data ? [...others, { owner, ttl, data }] : others
  }, records)
}

/** The server's half of RFC 8945 5.2: what is wrong with the signature (0: nothing), and its MAC. undefined: there is none. */
export function sealIn(message: Uint8Array, key: TsigKey, now: number) {
  const wire = readWireMessage(message)
  const record = wire?.sections[2].at(-1)
  if (!wire || record?.type !== TSIG) return undefined
  if (record.owner !== key.name) return { error: TSIG_ERRORS.BADKEY }
  const time = wire.bytes.readUIntBE(readName(wire.bytes, record.rdata.at).end, 6)
  const verdict = verifyMessage(message, key, time)
  if (verdict?.kind !== 'genuine') return { error: TSIG_ERRORS.BADSIG }
  return { error: Math.abs(now - time) > FUDGE ? TSIG_ERRORS.BADTIME : 0, mac: verdict.mac }
}

/** The answer to an UPDATE of that id, signed as far as the request was. */
export function answerTo(id: number, rcode: number, key: TsigKey, now: number, seal: ReturnType<typeof sealIn>) {
  if (!seal) return updateAnswer({ id, rcode })
  const { error, mac: requestMac } = seal
  if (error === 0) return signMessage(updateAnswer({ id, rcode }), key, now, { requestMac }).bytes
  const refused = updateAnswer({ id, rcode: NOTAUTH })
  const other = Buffer.alloc(6)
  other.writeUIntBE(now, 0, 6)
  if (requestMac) return signMessage(refused, key, now, { requestMac, error, other }).bytes
  // BADKEY, BADSIG: a TSIG record without a MAC (RFC 8945 5.3.2).
  const numbers = Buffer.alloc(10)
  numbers.writeUInt16BE(TSIG, 0)
  numbers.writeUInt16BE(ANY, 2)
  const algorithm = encodeName(key.algorithm)
  const rest = Buffer.alloc(10)
  rest.writeUInt16BE(FUDGE, 0)
  rest.writeUInt16BE(id, 4)
  rest.writeUInt16BE(error, 6)
  const rdata = Buffer.concat([algorithm, other, rest])
  numbers.writeUInt16BE(rdata.length, 8)
  const head = Buffer.from(refused)
  head.writeUInt16BE(1, 10)
  return new Uint8Array(Buffer.concat([head, encodeName(key.name), numbers, rdata]))
}
