import { expect, it } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/dns/codec.ts'
import type { Message, Rdata } from '../../src/dns/message.ts'
import { unlessMalformed } from '../../src/dns/wire-message.ts'
import { EMPTY } from './wire.ts'

const answers = (...all: Rdata[]): Message => ({
  ...EMPTY,
  answers: all.map((data) => ({ owner: '.', ttl: 1, data })),
})
const opaque = (octets: number): Rdata => ({ type: 'opaque', number: 300, bytes: new Uint8Array(octets) })
const text = (...strings: string[]): Rdata => ({ type: 'TXT', strings })
const HEADER = 12
const RECORD = 11 // of the root, without its RDATA

// A length that does not fit its field would wrap, and the reader take data for records.
it.each([
  ['a string', text('a'.repeat(255)), text('a'.repeat(256)), 'a character-string holds at most 255 octets'],
  ['a message', opaque(0xffff - HEADER - RECORD), opaque(0x10000 - HEADER - RECORD), 'the message is longer'],
  ['RDATA', text(...Array<string>(100).fill('a'.repeat(255))), opaque(0x10000), 'RDATA is longer than 65535 octets'],
])('%s that is too long is refused, one that just fits is not', (_, fits, tooLong, why) => {
  expect(decodeMessage(encodeMessage(answers(fits)))?.answers).toEqual(answers(fits).answers)
  expect(() => encodeMessage(answers(tooLong))).toThrow(why)
})

it('a bug of ours is not taken for a malformed message', () => {
  const bug = () => (undefined as unknown as string).length
  expect(() => unlessMalformed(bug)).toThrow(TypeError)
})
