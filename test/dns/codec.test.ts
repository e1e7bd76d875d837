import * as dnsPacket from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage, encodeQuery } from '../../src/dns/codec.ts'
import { encodeName, readName } from '../../src/dns/wire-name.ts'
import { bytesOf, EMPTY, hexOf } from './wire.ts'

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

  it.each([
    ['checked', '0120', '8000'],
    ['unchecked', '0110', '8000'],
    [undefined, '0100', '0000'],
  ] as const)('asks for validated data: %s', (dnssec, flags, ednsFlags) => {
    const asked = { name: 'a', type: 'TLSA' } as const
    const bytes = (edns: boolean) => encodeQuery({ id: 1, question: asked, recursion: true, edns, dnssec })
    expect(hexOf(bytes(true))).toBe(`0001${flags}000100000000000101610000340001${`00002904d00000${ednsFlags}0000`}`)
    expect(hexOf(bytes(false))).toBe(`0001${flags}000100000000000001610000340001`)
    const other = dnsPacket.decode(Buffer.from(bytes(true))) as dnsPacket.DecodedPacket & { flag_cd: boolean }
    expect(other).toMatchObject({
      flag_ad: dnssec === 'checked',
      flag_cd: dnssec === 'unchecked',
      questions: [{ type: 'TLSA' }],
      additionals: [{ type: 'OPT', flag_do: dnssec !== undefined }],
    })
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
    ['a TLSA record without its matching type', 'c00c 0034 0001 00000000 0002 0301'],
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

  it('follows 127 pointers for one name, and no more', () => {
    const chain = (length: number) => {
      const targets = Array.from({ length }, (_, i) => (i === 0 ? 0 : 2 * i - 1))
      return Buffer.from([0, ...targets.flatMap((target) => [0xc0 | (target >> 8), target & 255])])
    }
    expect(readName(chain(127), 2 * 127 - 1)).toEqual({ name: '.', end: 2 * 127 + 1 })
    expect(() => readName(chain(128), 2 * 128 - 1)).toThrow('too long')
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

  it('tells whether a resolver has validated it', () => {
    expect(answer('', '81a0', '0001000000000000')?.authentic).toBe(true)
    expect(answer('', '8180', '0001000000000000')).not.toHaveProperty('authentic')
  })

  it.each<[string, string, readonly number[] | undefined]>([
    [
      'two, one of them twice, behind a cookie',
      '000a 0002 abcd 000f 0002 0007 000f 0004 0009 6162 000f 0002 0007',
      [7, 9],
    ],
    ['none', '000a 0002 abcd', undefined],
    ['one without its code', '000f 0001 00', undefined],
    ['one that goes beyond the record', '000f 0002 0006 000f 0003 0007', [6]],
    ['half an option', '000f 0002 0006 000f', [6]],
  ])('reads extended errors: %s', (_, options, codes) => {
    const length = (options.replaceAll(' ', '').length / 2).toString(16).padStart(4, '0')
    const seen = answer(`00 0029 04d0 00000000 ${length} ${options}`, '8182', '0001000000000001')
    expect(seen).toMatchObject({ rcode: 'SERVFAIL', additionals: [] })
    expect(seen?.extendedErrors).toEqual(codes)
  })

  it('writes extended errors, and AD', () => {
    const errors = { ...EMPTY, authentic: true, extendedErrors: [7, 22] }
    expect(decodeMessage(encodeMessage(errors))).toEqual(errors)
    const { additionals, flag_ad } = dnsPacket.decode(Buffer.from(encodeMessage(errors)))
    expect({ additionals, flag_ad }).toMatchObject({
      flag_ad: true,
      additionals: [
        {
          type: 'OPT',
          options: [
            { code: 15, data: Buffer.from([0, 7]) },
            { code: 15, data: Buffer.from([0, 22]) },
          ],
        },
      ],
    })
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
})
