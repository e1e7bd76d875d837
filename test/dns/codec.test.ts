import * as dnsPacket from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOfBytes, bytesOfAddress } from '../../src/dns/address-bytes.ts'
import { decodeMessage, encodeMessage, encodeQuery } from '../../src/dns/codec.ts'
import type { Message, Rdata, ResourceRecord } from '../../src/dns/message.ts'
import { type IpAddress, parseAddress } from '../../src/dns/rrset.ts'
import { verifyMessage } from '../../src/dns/tsig.ts'
import { rcodeOfAnswer } from '../../src/dns/update.ts'
import { encodeName, readName } from '../../src/dns/wire-name.ts'
import { bytesOf, hexOf } from './hex.ts'

const ip = (text: string): IpAddress => parseAddress(text)!
const EMPTY: Message = {
  id: 1,
  response: true,
  rcode: 'NOERROR',
  authoritative: true,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  questions: [],
  answers: [],
  authorities: [],
  additionals: [],
}
const MAIL = '046d61696c076578616d706c6503636f6d00'

describe('queries', () => {
  const question = { name: 'Mail.Example.com', type: 'A' } as const

  it('asks without recursion, with EDNS 1232', () => {
    const bytes = encodeQuery({ id: 0xbeef, question, recursion: false, edns: true })
    expect(hexOf(bytes)).toBe(`beef00000001000000000001${MAIL}00010001${'000029' + '04d0' + '00000000' + '0000'}`)
  })

  it('asks with recursion, without EDNS', () => {
    const bytes = encodeQuery({ id: 1, question: { ...question, type: 'AAAA' }, recursion: true, edns: false })
    expect(hexOf(bytes)).toBe(`000101000001000000000000${MAIL}001c0001`)
  })

  it('asks for the version in class CH, and for types that have no name here', () => {
    const version = { name: 'version.bind', type: 'TXT', class: 'CH' } as const
    const caa = { name: 'example.com', type: 'TYPE257' } as const
    for (const asked of [version, caa]) {
      const bytes = encodeQuery({ id: 1, question: asked, recursion: false, edns: true })
      expect(decodeMessage(bytes)?.questions).toEqual([asked])
    }
    expect(
      dnsPacket.decode(Buffer.from(encodeQuery({ id: 1, question: version, recursion: true, edns: true }))),
    ).toMatchObject({
      questions: [{ name: 'version.bind', type: 'TXT', class: 'CH' }],
      additionals: [{ type: 'OPT', udpPayloadSize: 1232 }],
    })
  })
})

describe('answers', () => {
  const answer = (rest: string, flags = '8400', counts = '0001000100000000') =>
    decodeMessage(bytesOf(`0001${flags}${counts}${MAIL}00010001${rest}`))

  it('reads flags and records', () => {
    expect(answer('c00c 0001 0001 0000003c 0004 05090107', '8580')).toEqual({
      ...EMPTY,
      recursionDesired: true,
      recursionAvailable: true,
      questions: [{ name: 'mail.example.com', type: 'A' }],
      answers: [{ owner: 'mail.example.com', ttl: 60, data: { type: 'A', address: '5.9.1.7' } }],
    })
  })

  it('has a TTL with its top bit set as 0', () => {
    expect(answer('c00c 0001 0001 80000000 0004 05090107')?.answers[0]?.ttl).toBe(0)
    expect(answer('c00c 0001 0001 7fffffff 0004 05090107')?.answers[0]?.ttl).toBe(0x7fffffff)
  })

  it.each([
    ['an address of 3 octets', 'c00c 0001 0001 00000000 0003 050901'],
    ['an address of 5 octets', 'c00c 0001 0001 00000000 0005 0509010700'],
    ['an IPv6 address of 4 octets', 'c00c 001c 0001 00000000 0004 05090107'],
    ['RDATA beyond the message', 'c00c 0001 0001 00000000 0004 050901'],
    ['RDATA of an unknown type beyond the message', 'c00c 0101 0001 00000000 0004 050901'],
    ['no record where one is announced', ''],
    ['a name that ends before its RDATA', 'c00c 0005 0001 00000000 0003 c00c00'],
    ['a name that ends after its RDATA', 'c00c 0005 0001 00000000 0001 c00c'],
    ['an MX record without its host', 'c00c 000f 0001 00000000 0002 000a'],
    ['an SOA record of two names', 'c00c 0006 0001 00000000 0004 c00cc00c'],
    ['a string beyond its record', 'c00c 0010 0001 00000000 0003 03 6162'],
    ['a pointer to itself', 'c022 0001 0001 00000000 0004 05090107'],
    ['a pointer forwards', 'c030 0001 0001 00000000 0004 05090107'],
    ['two pointers in a circle', '01 61 c022 0001 0001 00000000 0004 05090107'],
    ['a label of the kinds that were given up', '4161 00 0001 0001 00000000 0004 05090107'],
  ])('refuses %s', (_, rest) => {
    expect(answer(rest)).toBeUndefined()
  })

  it('refuses a name of more than 255 octets', () => {
    const label = (octets: number) => octets.toString(16) + '61'.repeat(octets)
    const name = (octets: number) => `${label(63).repeat(3)}${label(octets)}00`
    const cname = (text: string) =>
      answer(`c00c 0005 0001 00000000 ${(text.length / 2).toString(16).padStart(4, '0')} ${text}`)
    expect(cname(name(61))?.answers).toHaveLength(1)
    expect(cname(name(62))).toBeUndefined()
  })

  it('keeps the whole records of a truncated message that is cut within one', () => {
    const whole = 'c00c 0001 0001 0000003c 0004 05090107'
    expect(answer(`${whole} c00c 0001`, '8600', '0001000200000000')?.answers).toHaveLength(1)
    expect(answer(`${whole} c00c 0001`, '8400', '0001000200000000')).toBeUndefined()
  })

  it('adds the upper bits of an extended RCODE and keeps OPT and TSIG to itself', () => {
    const seen = answer('00 0029 04d0 01000000 0000', '8400', '0001000000000001')
    expect(seen).toMatchObject({ rcode: 'RCODE16', additionals: [] })
    expect(answer('00 0029 04d0 00000000 0000', '8405', '0001000000000001')?.rcode).toBe('REFUSED')
  })

  it('takes no record of another class for an address', () => {
    const { data } = answer('c00c 0001 00ff 00000000 0000')!.answers[0]!
    expect(data).toEqual({ type: 'opaque', number: 1, bytes: new Uint8Array() })
    expect(answer('c00c 0010 0003 00000000 0003 02 6162')?.answers[0]?.data).toEqual({ type: 'TXT', strings: ['ab'] })
  })

  it('leaves other operations to others: NOTIFY, UPDATE requests', () => {
    expect(decodeMessage(bytesOf('0001 2000 0000 0000 0000 0000'))).toBeUndefined()
    expect(decodeMessage(bytesOf('0001 2800 0000 0000 0000 0000'))).toBeUndefined()
    expect(decodeMessage(bytesOf('0001 a809 0000 0000 0000 0000'))).toMatchObject({ id: 1, rcode: 'NOTAUTH' })
  })
})

describe('names', () => {
  it.each([
    ['.', '00'],
    ['Example.COM.', '076578616d706c6503636f6d00'],
    ['a\\.b.c', '03612e62 0163 00'],
    ['a\\\\.c', '02615c 0163 00'],
    ['\\000\\255.c', '0200ff 0163 00'],
    ['a\\.', '02612e 00'],
  ])('%s', (text, wire) => {
    expect(hexOf(encodeName(text))).toBe(wire.replaceAll(' ', ''))
    const { name, end } = readName(Buffer.from(bytesOf(wire)), 0)
    expect(end).toBe(bytesOf(wire).length)
    expect(name).toBe(text.toLowerCase().replace(/(?<=\w)\.$/, ''))
  })

  it.each(['a..b', '.a', 'a'.repeat(64), Array(5).fill('a'.repeat(60)).join('.'), 'h\u00fc\u20ac', '\\256'])(
    'refuses %s',
    (text) => {
      expect(() => encodeName(text)).toThrow(RangeError)
    },
  )

  it('are the same after a message', () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 })
    fc.assert(
      fc.property(fc.array(label, { maxLength: 3 }), (labels) => {
        const wire = Buffer.concat([...labels.flatMap((one) => [Buffer.from([one.length]), one]), Buffer.from([0])])
        const { name } = readName(wire, 0)
        expect(readName(encodeName(name), 0).name).toBe(name)
        expect(encodeName(name).length).toBe(wire.length)
      }),
    )
  })
})

const octet = fc.integer({ min: 0, max: 255 })
const hostname = fc
  .array(fc.stringMatching(/^[a-z0-9_]{1,8}$/), { minLength: 1, maxLength: 4 })
  .map((it) => it.join('.'))
const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => ip(octets.join('.')))
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(addressOfBytes)
const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 })
const latin1 = fc.array(octet, { maxLength: 255 }).map((codes) => String.fromCharCode(...codes))
const rdata: fc.Arbitrary<Rdata> = fc.oneof(
  fc.record({ type: fc.constant('A' as const), address: ipv4 }),
  fc.record({ type: fc.constant('AAAA' as const), address: ipv6 }),
  fc.record({ type: fc.constantFrom('NS', 'CNAME', 'PTR'), target: hostname }),
  fc.record({ type: fc.constant('MX' as const), preference: uint(16), exchange: hostname }),
  fc.record({
    type: fc.constant('SOA' as const),
    mname: hostname,
    rname: hostname,
    serial: uint(32),
    minimum: uint(31),
  }),
  fc.record({ type: fc.constant('TXT' as const), strings: fc.array(latin1, { minLength: 1, maxLength: 3 }) }),
  fc.record({ type: fc.constant('opaque' as const), number: uint(15).map((n) => n + 300), bytes: fc.uint8Array() }),
)
const records = fc.array(fc.record({ owner: hostname, ttl: uint(31), data: rdata }), { maxLength: 5 })
const message: fc.Arbitrary<Message> = fc.record({
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

describe('properties', () => {
  it('a message is the same after its way through the wire', () => {
    fc.assert(
      fc.property(message, (some) => {
        expect(decodeMessage(encodeMessage(some))).toEqual(some)
      }),
    )
  })

  it('points at no name that a pointer cannot reach', () => {
    const long = { type: 'opaque', number: 300, bytes: new Uint8Array(0x3ff0) } as const
    const owners = ['a.example', 'late.example.net', 'late.example.net']
    const answers = owners.map((owner) => ({ owner, ttl: 1, data: long }))
    expect(decodeMessage(encodeMessage({ ...EMPTY, answers }))?.answers).toEqual(answers)
  })

  it('dns-packet reads the same records from what is encoded here', () => {
    fc.assert(
      fc.property(records, (answers) => {
        const { answers: seen } = dnsPacket.decode(Buffer.from(encodeMessage({ ...EMPTY, answers })))
        expect(seen?.map(plain)).toEqual(answers.map(ours))
      }),
    )
  })

  it('what dns-packet encodes is read here', () => {
    const given = [
      { type: 'A', name: 'a.example', ttl: 5, data: '192.0.2.1' },
      { type: 'AAAA', name: 'a.example', ttl: 5, data: '2001:db8::1' },
      { type: 'MX', name: 'a.example', ttl: 5, data: { preference: 0, exchange: '.' } },
      { type: 'TXT', name: 'a.example', ttl: 5, data: ['v=spf1', ' -all'] },
      { type: 'CAA', name: 'a.example', ttl: 5, data: { flags: 0, tag: 'issue', value: 'ca' } },
    ] as dnsPacket.Answer[]
    const bytes = dnsPacket.encode({ type: 'response', id: 9, flags: dnsPacket.AUTHORITATIVE_ANSWER, answers: given })
    const read = decodeMessage(bytes)!
    expect(read).toMatchObject({ id: 9, response: true, authoritative: true })
    expect(read.answers.map(({ data }) => data)).toEqual([
      { type: 'A', address: '192.0.2.1' },
      { type: 'AAAA', address: '2001:db8::1' },
      { type: 'MX', preference: 0, exchange: '.' },
      { type: 'TXT', strings: ['v=spf1', ' -all'] },
      { type: 'opaque', number: 257, bytes: bytesOf('00 05 6973737565 6361') },
    ])
  })

  it('no bytes whatsoever make a reader throw', () => {
    const key = { name: 'k', algorithm: 'hmac-sha256', secret: new Uint8Array(4) } as const
    const readers = [
      decodeMessage,
      (bytes: Uint8Array) => rcodeOfAnswer(bytes, 1),
      (bytes: Uint8Array) => verifyMessage(bytes, key, 0),
    ]
    const damaged = fc.tuple(message, fc.array(fc.tuple(uint(16), octet), { maxLength: 4 }), uint(16)).map(spoil)
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), damaged), (bytes) => {
        for (const reader of readers) expect(() => reader(bytes)).not.toThrow()
      }),
      { numRuns: 2000 },
    )
  })

  it('an address is the same after its way through octets', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (one) => {
        expect(addressOfBytes(bytesOfAddress(one))).toBe(one)
      }),
    )
    expect(hexOf(bytesOfAddress(ip('2001:db8::1')))).toBe('20010db8000000000000000000000001')
    expect(hexOf(bytesOfAddress(ip('::')))).toBe('0'.repeat(32))
    expect(hexOf(bytesOfAddress('::ffff:192.0.2.1' as IpAddress))).toBe('00000000000000000000ffffc0000201')
  })
})

function spoil([some, changes, cut]: [Message, [number, number][], number]): Uint8Array {
  const bytes = encodeMessage(some)
  for (const [at, value] of changes) bytes[at % bytes.length] = value
  return bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : undefined)
}

/** A record as dns-packet tells it, and ours in the same words. */
function plain(answer: dnsPacket.Answer) {
  const { name, type, ttl } = answer as dnsPacket.StringAnswer
  return { name, type, ttl, data: JSON.stringify(plainData((answer as { data: unknown }).data)) }
}

function plainData(data: unknown): unknown {
  if (Array.isArray(data)) return data.map((one) => hexOf(one))
  if (data instanceof Uint8Array) return hexOf(data)
  if (typeof data === 'string' && data.includes(':')) return ip(data)
  if (typeof data !== 'object' || data === null || !('serial' in data)) return data
  const { mname, rname, serial, minimum } = data as dnsPacket.SoaData
  return { mname, rname, serial, minimum }
}

function ours({ owner, ttl, data }: ResourceRecord) {
  const type = data.type === 'opaque' ? `UNKNOWN_${data.number}` : data.type
  return { name: owner, type, ttl, data: JSON.stringify(ourData(data)) }
}

function ourData(data: Rdata): unknown {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return data.target
    case 'MX':
      return { preference: data.preference, exchange: data.exchange }
    case 'SOA':
      return { mname: data.mname, rname: data.rname, serial: data.serial, minimum: data.minimum }
    case 'TXT':
      return data.strings.map((text) => hexOf(Buffer.from(text, 'latin1')))
    case 'opaque':
      return hexOf(data.bytes)
  }
}
