import { deepStrictEqual, ok } from 'node:assert'
import * as dnsPacket from 'dns-packet'
import fc from 'fast-check'
import { addressOfBytes } from '../../src/dns/address-bytes.ts'
import { decodeMessage, encodeMessage } from '../../src/dns/codec.ts'
import type { Message, ResourceRecord } from '../../src/dns/message.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { signMessage, verifyMessage } from '../../src/dns/tsig.ts'
import { encodeUpdate, rcodeOfAnswer } from '../../src/dns/update.ts'
import { check } from './check.ts'
import { anyBytes, message } from './dns-messages.ts'

const KEY = { name: 'k', algorithm: 'hmac-sha256', secret: new Uint8Array(4) } as const

/** What the wire cannot carry back: the upper bits of an RCODE, data of other classes, names of types that are known. */
const carries = ({ rcode, answers, authorities, additionals, questions }: Message) =>
  !(rcode.startsWith('RCODE') && Number(rcode.slice(5)) > 15) &&
  questions.every(({ class: cls = 'IN' }) => cls === 'IN' || cls === 'CH') &&
  [...answers, ...authorities, ...additionals].every(({ data }) => data.type !== 'opaque' || data.number > 300)

const throughTheWire = check(
  { name: 'DNS: a message is the same after its way through the wire', share: 100_000, quick: 300 },
  fc.property(message, (some) => deepStrictEqual(decodeMessage(encodeMessage(some)), structuredClone(some))),
)

const anything = check(
  { name: 'DNS: any bytes are a message or none, of every reader', share: 200_000, quick: 1200 },
  fc.property(anyBytes, fc.nat(0xffff), (bytes, id) => {
    const seen = decodeMessage(bytes)
    rcodeOfAnswer(bytes, id)
    const verdict = verifyMessage(bytes, KEY, 0)
    ok(verdict === undefined || verdict.kind !== 'genuine', 'nobody has signed that')
    // Uncompressed it may be too long for a message, hence the limit.
    if (seen && carries(seen) && bytes.length < 2000) deepStrictEqual(decodeMessage(encodeMessage(seen)), seen)
  }),
)

const flipped = check(
  { name: 'DNS: of a signed message no octet may be another', share: 30_000, quick: 300 },
  fc.property(fc.nat(0xffff), fc.integer({ min: 1, max: 255 }), fc.nat(0xffff), (at, change, id) => {
    const { bytes } = signMessage(encodeUpdate({ id, zone: 'example.com', prerequisites: [], updates: [] }), KEY, 1000)
    deepStrictEqual(verifyMessage(bytes, KEY, 1000)?.kind, 'genuine')
    const place = at % bytes.length
    bytes[place] = bytes[place]! ^ change
    const verdict = verifyMessage(bytes, KEY, 1000)
    // Case in names, and the id, which the TSIG record repeats, are not signed.
    if (verdict?.kind === 'genuine') ok(place < 2 || change === 0x20, `octet ${place} may change by ${change}`)
  }),
)

/** The address records of class IN as dns-packet reads them; undefined: it refuses the message. */
function secondOpinion(bytes: Uint8Array) {
  try {
    const { answers = [], type, id } = dnsPacket.decode(Buffer.from(bytes))
    return { id, response: type === 'response', answers: answers.flatMap(addressIn) }
  } catch {
    return undefined
  }
}

function addressIn(answer: dnsPacket.Answer): readonly string[] {
  if ((answer.type !== 'A' && answer.type !== 'AAAA') || answer.class !== 'IN') return []
  return [`${answer.type} ${answer.ttl} ${parseAddress(answer.data)}`]
}

const ours = ({ ttl, data }: ResourceRecord) =>
  'address' in data ? [`${data.type} ${ttl} ${canonical(data.address)}`] : []
/** dns-packet gives an IPv4-mapped address as such. */
const canonical = (address: string) => parseAddress(address) ?? address

const opinions = check(
  { name: 'DNS: dns-packet reads the same addresses from any bytes', share: 100_000, quick: 500 },
  fc.property(anyBytes, (bytes) => {
    const seen = decodeMessage(bytes)
    const other = seen && !seen.truncated ? secondOpinion(bytes) : undefined
    if (!seen || !other) return
    const { id, response, answers } = seen
    // A TTL with its top bit set is 0 to us (RFC 2181 8).
    const plain = other.answers.map((text) =>
      text.replace(/ (\d{10}) /, (all, ttl) => (Number(ttl) > 0x7fffffff ? ' 0 ' : all)),
    )
    deepStrictEqual({ id, response, answers: answers.flatMap(ours) }, { ...other, answers: plain })
  }),
)

const addresses = check(
  { name: 'DNS: an address has one text', share: 50_000, quick: 300 },
  fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (octets) => {
    const text = addressOfBytes(octets)
    const again = parseAddress(text)
    ok(again === text || again === text.replace('::ffff:', ''), `${text} is read as ${again}`)
  }),
)

export const dns = [throughTheWire, anything, flipped, opinions, addresses]
