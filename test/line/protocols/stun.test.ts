import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../../src/dns/rrset.ts'
import { encodeBindingRequest, readBindingAnswer } from '../../../src/line/protocols/stun.ts'
import { attribute, mapped, stunAnswer, xorMapped } from '../../support/datagrams.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const ID = hex('b7e7a701bc34d686fa87dfae')
const REQUEST = Buffer.from(encodeBindingRequest(ID))

it('a request is a header and nothing else', () => {
  expect(REQUEST.toString('hex')).toBe('000100002112a442b7e7a701bc34d686fa87dfae')
})

describe('test vectors', () => {
  it.each([
    [
      'RFC 5769 2.2, IPv4',
      '0101003c 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220 00200008 0001a147 e112a643' +
        '00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96',
      '192.0.2.1',
    ],
    [
      'RFC 5769 2.3, IPv6',
      '01010048 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220 00200014 0002a147' +
        '0113a9faa5d3f179bc25f4b5bed2b9d9 00080014 a382954e4be67bf11784c97c8292c275bfe3ed41 80280004 c8fb0b4c',
      '2001:db8:1234:5678:11:2233:4455:6677',
    ],
  ])('%s', (_, bytes, address) => {
    expect(readBindingAnswer(hex(bytes), ID)).toEqual({ mapped: address })
  })
  it('what coturn says on loopback', () => {
    const bytes = '01010018 2112a442 ea91d1729a9e269f73dc1c7e 00200008 0001871c 5e12a443 00010008 0001a60e 7f000001'
    expect(readBindingAnswer(hex(bytes), hex('ea91d1729a9e269f73dc1c7e'))).toEqual({ mapped: '127.0.0.1' })
  })
})

it('the plain address counts only where the other is absent', () => {
  const plain = attribute(0x0001, mapped('192.168.178.2'))
  const both = stunAnswer(REQUEST, [plain, attribute(0x0020, xorMapped(REQUEST, '5.9.1.7'))])
  expect(readBindingAnswer(both, ID)).toEqual({ mapped: '5.9.1.7' })
  expect(readBindingAnswer(stunAnswer(REQUEST, [plain]), ID)).toEqual({ mapped: '192.168.178.2' })
})

it('of two of a kind the first counts (RFC 8489 14)', () => {
  const two = ['5.9.1.7', '5.9.1.8'].map((one) => attribute(0x0020, xorMapped(REQUEST, one)))
  expect(readBindingAnswer(stunAnswer(REQUEST, two), ID)).toEqual({ mapped: '5.9.1.7' })
})

it('IPv4 in the clothes of IPv6 is IPv4', () => {
  const six = attribute(0x0001, mapped('0:0:0:0:0:ffff:509:107'))
  expect(readBindingAnswer(stunAnswer(REQUEST, [six]), ID)).toEqual({ mapped: '5.9.1.7' })
})

it('what servers of RFC 3489 add is understood, what nobody knows is not', () => {
  const address = attribute(0x0001, mapped('5.9.1.7'))
  const old = [attribute(0x0004, mapped('192.0.2.34')), attribute(0x0005, mapped('192.0.2.35'))]
  expect(readBindingAnswer(stunAnswer(REQUEST, [address, ...old]), ID)).toEqual({ mapped: '5.9.1.7' })
  expect(readBindingAnswer(stunAnswer(REQUEST, [address, attribute(0x8abc, [1])]), ID)).toEqual({ mapped: '5.9.1.7' })
  expect(readBindingAnswer(stunAnswer(REQUEST, [address, attribute(0x7abc, [])]), ID)).toEqual({
    notUnderstood: [0x7abc],
  })
})

it('an error has a number', () => {
  const error = (value: readonly number[]) => stunAnswer(REQUEST, [attribute(0x0009, value)], 0x0111)
  expect(readBindingAnswer(error([0, 0, 4, 20, 0x55]), ID)).toEqual({ error: 420 })
  expect(readBindingAnswer(error([0, 0, 4]), ID)).toBeUndefined()
  expect(readBindingAnswer(stunAnswer(REQUEST, [], 0x0111), ID)).toBeUndefined()
})

it.each([
  ['no address', []],
  ['an address of no family', [attribute(0x0020, [0, 3, 0, 0, 1, 2, 3, 4])]],
  ['an address that is too short', [attribute(0x0020, [0, 2, 0, 0, 1, 2, 3, 4])]],
  ['an empty address', [attribute(0x0020, [])]],
])('success with %s is an answer without address', (_, attributes) => {
  expect(readBindingAnswer(stunAnswer(REQUEST, attributes), ID)).toEqual({ mapped: undefined })
})

const GOOD = stunAnswer(REQUEST, [attribute(0x0020, xorMapped(REQUEST, '5.9.1.7')), attribute(0x8022, [0x61])])
const spoilt = (at: number, value: number) => Buffer.from(GOOD).fill(value, at, at + 1)

it.each([
  ['a request', spoilt(0, 0)],
  ['an indication', spoilt(1, 0x11)],
  ['another method', spoilt(1, 0x03)],
  ['another cookie', spoilt(4, 0)],
  ['another transaction', spoilt(19, 0)],
  ['another length', spoilt(3, 16)],
  ['an attribute beyond the end', spoilt(23, 0xff)],
  ['more behind it', Buffer.concat([GOOD, Buffer.alloc(4)])],
  ['a length that is no multiple of four', Buffer.concat([spoilt(3, GOOD.length - 19), Buffer.alloc(1)])],
  ['nothing', Buffer.alloc(0)],
])('%s is no answer', (_, bytes) => {
  expect(readBindingAnswer(bytes, ID)).toBeUndefined()
})

it('is cut off anywhere: no answer', () => {
  for (let length = 0; length < GOOD.length; length++)
    expect(readBindingAnswer(GOOD.subarray(0, length), ID), String(length)).toBeUndefined()
})

const address = fc.oneof(
  fc.ipV4(),
  fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((bytes) => Buffer.from(bytes).toString('hex').match(/.{4}/g)!.join(':')),
)

it('reads whatever address a server writes, wherever the bytes lie', () => {
  fc.assert(
    fc.property(address, fc.uint8Array({ minLength: 12, maxLength: 12 }), fc.nat(65_535), (text, id, port) => {
      const request = Buffer.from(encodeBindingRequest(id))
      const answer = stunAnswer(request, [attribute(0x0020, xorMapped(request, text, port))])
      const within = Buffer.concat([Buffer.alloc(3), answer]).subarray(3)
      expect(readBindingAnswer(within, id)).toEqual({ mapped: parseAddress(text) })
    }),
  )
})

it('makes an answer or nothing of any bytes behind a good header', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(0x0101, 0x0111), (body, type) => {
      const answer = readBindingAnswer(stunAnswer(REQUEST, [Buffer.from(body)], type), ID)
      if (answer && 'mapped' in answer && answer.mapped) expect(parseAddress(answer.mapped)).toBe(answer.mapped)
    }),
    { numRuns: 2000 },
  )
})
