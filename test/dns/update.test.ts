import { expect, it } from 'vitest'
import { absent, encodeUpdate, holdsExactly, rcodeOfAnswer, replaceWith } from '../../src/dns/update.ts'
import { updateAnswer } from '../support/update-answer.ts'
import { bytesOf, hexOf, rrset } from './wire.ts'

const zone = '076578616d706c6503636f6d00 0006 0001'
const mail = rrset('mail.example.com', '5.9.1.7')
const hex = (text: string) => text.replace(/\s/g, '')

it('deletes an RRset and adds its new values, as dnspython writes it', () => {
  const bytes = encodeUpdate({ id: 0x2a, zone: 'example.com', prerequisites: [], updates: replaceWith(mail, 60) })
  expect(hexOf(bytes)).toBe(
    hex(`002a 2800 0001 0000 0002 0000 ${zone} 046d61696c c00c 0001 00ff 00000000 0000
      c01d 0001 0001 0000003c 0004 05090107`),
  )
})

it('asks that the RRset holds exactly what was read, as dnspython writes it', () => {
  const prerequisites = holdsExactly(rrset('mail.example.com', '5.9.1.6'))
  const bytes = encodeUpdate({ id: 1, zone: 'example.com', prerequisites, updates: replaceWith(mail, 60) })
  expect(hexOf(bytes)).toBe(
    hex(`0001 2800 0001 0001 0002 0000 ${zone} 046d61696cc00c 0001 0001 00000000 0004 05090106
      c01d 0001 00ff 00000000 0000 c01d 0001 0001 0000003c 0004 05090107`),
  )
})

it('asks for the absence of an RRset with class NONE and no RDATA', () => {
  const none = { ...mail, addresses: [] }
  expect(holdsExactly(none)).toEqual([absent(none)])
  const bytes = encodeUpdate({ id: 1, zone: 'example.com', prerequisites: [absent(mail)], updates: [] })
  expect(hexOf(bytes)).toBe(hex(`0001 2800 0001 0001 0000 0000 ${zone} 046d61696cc00c 0001 00fe 00000000 0000`))
})

it('asks and writes MX records, preference before the host', () => {
  const data = { type: 'MX', preference: 10, exchange: 'mail.example.com' } as const
  const set = { owner: 'example.com', type: 'MX', data: [data] } as const
  const bytes = encodeUpdate({
    id: 1,
    zone: 'example.com',
    prerequisites: holdsExactly(set),
    updates: replaceWith(set, 60),
  })
  expect(hexOf(bytes)).toMatch(
    /c00c000f000100000000[0-9a-f]{4}000a046d61696cc00cc00c000f00ff000000000000c00c000f00010000003c[0-9a-f]{4}000a/,
  )
  expect(holdsExactly({ ...set, data: [] })).toEqual([absent(set)])
})

it('asks and writes several at once, each value of an IPv6 set in a record of its own', () => {
  const bytes = encodeUpdate({
    id: 7,
    zone: 'example.com',
    prerequisites: [absent({ owner: 'mail.example.com', type: 'CNAME' }), ...holdsExactly(mail)],
    updates: replaceWith(rrset('mail.example.com', '2001:db8::1', '2001:db8::2'), 300),
  })
  expect(hexOf(bytes)).toBe(
    hex(`0007 2800 0001 0002 0003 0000 ${zone} 046d61696cc00c 0005 00fe 00000000 0000
      c01d 0001 0001 00000000 0004 05090107 c01d 001c 00ff 00000000 0000
      c01d 001c 0001 0000012c 0010 20010db8000000000000000000000001
      c01d 001c 0001 0000012c 0010 20010db8000000000000000000000002`),
  )
})

const request = encodeUpdate({ id: 0x1234, zone: 'example.com', prerequisites: [], updates: [] })
it.each([
  ['a success', updateAnswer({ id: 0x1234, rcode: 0 }), 'NOERROR'],
  ['a refusal', updateAnswer({ id: 0x1234, rcode: 5 }), 'REFUSED'],
  ['a code that has no name', updateAnswer({ id: 0x1234, rcode: 15 }), 'RCODE15'],
  ['the answer to another request', updateAnswer({ id: 0x1235, rcode: 0 }), undefined],
  ['the answer to a query', bytesOf('1234 8400 0000 0000 0000 0000'), undefined],
  ['the request itself, sent back', request, undefined],
  ['an answer that is cut', updateAnswer({ id: 0x1234, rcode: 0 }).subarray(0, 11), undefined],
])('%s means %3$s', (_, answer, rcode) => {
  expect(rcodeOfAnswer(answer, 0x1234)).toBe(rcode)
})
