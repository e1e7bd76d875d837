import fc from 'fast-check'
import { addressOfBytes } from '../../src/dns/address-bytes.ts'
import { encodeMessage } from '../../src/dns/codec.ts'
import type { Message, Rdata } from '../../src/dns/message.ts'
import { parseAddress } from '../../src/dns/rrset.ts'

const octet = fc.integer({ min: 0, max: 255 })
const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 })
const hostname = fc
  .array(fc.stringMatching(/^[a-z0-9_]{1,8}$/), { minLength: 1, maxLength: 4 })
  .map((labels) => labels.join('.'))
export const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => parseAddress(octets.join('.'))!)
export const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(addressOfBytes)
const latin1 = fc.array(octet, { maxLength: 255 }).map((codes) => String.fromCharCode(...codes))

export const rdata: fc.Arbitrary<Rdata> = fc.oneof(
  fc.record({ type: fc.constant('A' as const), address: ipv4 }),
  fc.record({ type: fc.constant('AAAA' as const), address: ipv6 }),
  fc.record({ type: fc.constantFrom('NS', 'CNAME', 'PTR'), target: hostname }),
  fc.record({ type: fc.constant('MX' as const), preference: uint(16), exchange: hostname }),
  fc.record({
    type: fc.constant('SOA' as const),
    mname: hostname,
    rname: hostname,
    serial: uint(32),
    refresh: uint(31),
    minimum: uint(31),
  }),
  fc.record({ type: fc.constant('TXT' as const), strings: fc.array(latin1, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    type: fc.constant('TLSA' as const),
    usage: octet,
    selector: octet,
    matching: octet,
    data: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  }),
  fc.record({ type: fc.constant('opaque' as const), number: uint(15).map((n) => n + 300), bytes: fc.uint8Array() }),
)
export const records = fc.array(fc.record({ owner: hostname, ttl: uint(31), data: rdata }), { maxLength: 5 })

export const message: fc.Arbitrary<Message> = fc.record({
  id: uint(16),
  response: fc.boolean(),
  rcode: fc.constantFrom('NOERROR', 'NXDOMAIN', 'REFUSED', 'RCODE14'),
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  recursionDesired: fc.boolean(),
  recursionAvailable: fc.boolean(),
  questions: fc.array(fc.record({ name: hostname, type: fc.constantFrom('A', 'TYPE64', 'ANY') }), { maxLength: 2 }),
  answers: records,
  authorities: records,
  additionals: records,
})

/** Octets of a sound message of which some are others, some are missing, and some are there twice. */
export const spoilt = fc
  .tuple(message, fc.array(fc.tuple(uint(16), octet), { maxLength: 6 }), fc.option(uint(16), { freq: 3 }))
  .map(([some, changes, cut]) => {
    const bytes = encodeMessage(some)
    for (const [at, value] of changes) bytes[at % bytes.length] = value
    return cut === null ? bytes : bytes.subarray(0, cut % bytes.length)
  })
/** Nothing but a header that announces much, and pointers. */
const pointers = fc
  .array(fc.constantFrom(0, 1, 12, 0xc0, 0xc0, 0x0c, 0x3f, 0x40, 0xff), { maxLength: 200 })
  .map((rest) => new Uint8Array([0, 1, 0x84, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0, ...rest]))
export const anyBytes = fc.oneof({ weight: 4, arbitrary: spoilt }, fc.uint8Array({ maxLength: 80 }), {
  weight: 2,
  arbitrary: pointers,
})
