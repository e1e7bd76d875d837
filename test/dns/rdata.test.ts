import { describe, expect, it } from 'vitest'
import { bytesOfAddress } from '../../src/dns/address-bytes.ts'
import { decodeMessage, encodeMessage } from '../../src/dns/codec.ts'
import type { Message, Rdata } from '../../src/dns/message.ts'
import { ip } from '../support/targets.ts'
import { bytesOf, EMPTY, hexOf } from './wire.ts'

const hex = (text: string) => text.replace(/\s/g, '')

describe('a record', () => {
  const HEADER = '0001 8400 0000 0001 0000 0000'
  it.each<[Rdata, type: string, rdata: string]>([
    [{ type: 'A', address: ip('192.0.2.1') }, '0001', '0004 c0000201'],
    [{ type: 'AAAA', address: ip('2001:db8::1') }, '001c', '0010 20010db8000000000000000000000001'],
    [{ type: 'NS', target: 'ns1.example' }, '0002', '0006 036e7331 c00c'],
    [{ type: 'CNAME', target: 'example' }, '0005', '0002 c00c'],
    [{ type: 'PTR', target: '.' }, '000c', '0001 00'],
    [{ type: 'MX', preference: 10, exchange: 'mx.example' }, '000f', '0007 000a 026d78 c00c'],
    [
      { type: 'SOA', mname: 'ns1.example', rname: 'root.example', serial: 0xfffffffe, refresh: 3600, minimum: 300 },
      '0006',
      `0021 036e7331 c00c 04726f6f74 c00c fffffffe 00000e10 00001c20 0036ee80 0000012c`,
    ],
    [{ type: 'TXT', strings: ['v=spf1', ''] }, '0010', '0008 06763d73706631 00'],
    [{ type: 'TLSA', usage: 3, selector: 1, matching: 1, data: bytesOf('abcd') }, '0034', '0005 03 01 01 abcd'],
    [{ type: 'opaque', number: 257, bytes: bytesOf('00 05') }, '0101', '0002 0005'],
  ])('%j', (data, type, rdata) => {
    const message: Message = { ...EMPTY, answers: [{ owner: 'example', ttl: 60, data }] }
    const wire = hex(`${HEADER} 076578616d706c65 00 ${type} 0001 0000003c ${rdata}`)
    expect(hexOf(encodeMessage(message))).toBe(wire)
    expect(decodeMessage(bytesOf(wire))).toEqual(message)
  })
})

it('a usual refresh is written where none is named', () => {
  const data = { type: 'SOA', mname: '.', rname: '.', serial: 1, minimum: 2 } as const
  const seen = decodeMessage(encodeMessage({ ...EMPTY, answers: [{ owner: '.', ttl: 0, data }] }))
  expect(seen?.answers[0]?.data).toEqual({ ...data, refresh: 86400 })
})

it('an answer repeats its question, and a code that has no name is a number', () => {
  const message: Message = { ...EMPTY, rcode: 'RCODE14', questions: [{ name: 'a.example', type: 'TYPE64' }] }
  const wire = hex('0001 840e 0001 0000 0000 0000 0161 076578616d706c65 00 0040 0001')
  expect(hexOf(encodeMessage(message))).toBe(wire)
  expect(decodeMessage(bytesOf(wire))).toEqual(message)
})

it.each(['0002', '0004', '1234'])('a question in a class that nobody uses (%s) is none', (cls) => {
  expect(decodeMessage(bytesOf(`0001 0000 0001 0000 0000 0000 0161 00 0001 ${cls}`))).toBeUndefined()
})

it.each([
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['::1', '00000000000000000000000000000001'],
  ['2001:db8::', '20010db8000000000000000000000000'],
  ['198.51.100.7', 'c6336407'],
])('%s in octets', (address, octets) => {
  expect(hexOf(bytesOfAddress(ip(address)))).toBe(octets)
})
