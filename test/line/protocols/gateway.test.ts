import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../../src/dns/rrset.ts'
import { ADDRESS_REQUEST, hasBegunAnew, readAddressResponse } from '../../../src/line/protocols/nat-pmp.ts'
import { encodeAnnounceRequest, hasGoneOn, readAnnouncement, readPcpResponse } from '../../../src/line/protocols/pcp.ts'
import { natPmpAnswer, pcpAnnounce } from '../../support/datagrams.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('NAT-PMP', () => {
  it('asks in two bytes', () => {
    expect([...ADDRESS_REQUEST]).toEqual([0, 0])
  })

  it.each([
    ['what miniupnpd answers', '0080 0000 00000003 05090107', { result: 0, epoch: 3, address: '5.9.1.7' }],
    ['what miniupnpd announces', '0080 0000 00000000 08080404', { result: 0, epoch: 0, address: '8.8.4.4' }],
    ['a gateway without an address', '0080 0003 0000000a 05090107', { result: 3, epoch: 10, address: undefined }],
    ['an error without the field', '0080 0001 0000000a', { result: 1, epoch: 10, address: undefined }],
    ['a private address', '0080 0000 00000001 c0a80101', { result: 0, epoch: 1, address: '192.168.1.1' }],
    ['none yet', '0080 0000 00000001 00000000', { result: 0, epoch: 1, address: '0.0.0.0' }],
    ['more behind it', '0080 0000 00000003 05090107 ffff', { result: 0, epoch: 3, address: '5.9.1.7' }],
  ])('%s', (_, bytes, response) => {
    expect(readAddressResponse(hex(bytes))).toEqual(response)
  })

  it.each([
    ['the request', '0000'],
    ['a mapping', '0081 0000 00000003 05090107 00000000'],
    ['another version', '0180 0000 00000003 05090107'],
    ['PCP', '0280 0001 00000000 00000003 000000000000000000000000'],
    ['nothing', ''],
  ])('%s is no answer', (_, bytes) => {
    expect(readAddressResponse(hex(bytes))).toBeUndefined()
  })

  it('is cut off anywhere: no answer', () => {
    const answer = natPmpAnswer('5.9.1.7')
    for (let length = 0; length < answer.length; length++)
      expect(readAddressResponse(answer.subarray(0, length)), String(length)).toBeUndefined()
  })

  it('reads whatever a gateway writes', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(0xffff_ffff), fc.nat(65_535), (address, epoch, result) => {
        const expected = { result, epoch, address: result === 0 ? address : undefined }
        expect(readAddressResponse(natPmpAnswer(address, { result, epoch }))).toEqual(expected)
      }),
    )
  })

  it.each([
    ['goes on', 10, 60_000, 70, false],
    ['is slow by an eighth', 10, 80_000, 80, false],
    ['is slower', 10, 80_000, 77, true],
    ['is fast', 10, 60_000, 900, false],
    ['is the same, as in a repeat', 10, 250, 10, false],
    ['began anew', 1000, 1000, 0, true],
    ['is two seconds behind', 10, 0, 8, false],
    ['is three seconds behind', 10, 0, 7, true],
    ['is seen by a clock that was set back', 10, -3_600_000, 10, false],
  ])('a gateway that %s', (_, epoch, elapsed, later, anew) => {
    expect(hasBegunAnew({ epoch, at: 0 }, { epoch: later, at: elapsed })).toBe(anew)
  })
})

describe('PCP', () => {
  it('asks whether anybody is there, with the own address in it', () => {
    const request = (own: string) => Buffer.from(encodeAnnounceRequest(parseAddress(own)!)).toString('hex')
    expect(request('192.168.178.2')).toBe('020000000000000000000000000000000000ffffc0a8b202')
    expect(request('2001:db8::2')).toBe('020000000000000020010db8000000000000000000000002')
  })

  it.each([
    ['what miniupnpd announces', `0280${'00'.repeat(22)}`, { opcode: 0, result: 0, epoch: 0 }],
    ['what it answers', '0280 0000 00000000 00000003 000000000000000000000000', { opcode: 0, result: 0, epoch: 3 }],
    [
      'another NAT between',
      '0280 000c 0000001e 00000003 000000000000000000000000',
      { opcode: 0, result: 12, epoch: 3 },
    ],
  ])('%s', (_, bytes, response) => {
    expect(readPcpResponse(hex(bytes))).toEqual(response)
  })

  it.each([
    ['a request', `0200${'00'.repeat(22)}`],
    ['another version', `0180${'00'.repeat(22)}`],
    ['NAT-PMP', '0080 0000 00000003 05090107'],
    ['no multiple of four', `0280${'00'.repeat(23)}`],
    ['more than 1100 octets', `0280${'00'.repeat(1102)}`],
  ])('%s is none', (_, bytes) => {
    expect(readPcpResponse(hex(bytes))).toBeUndefined()
  })

  it('is cut off anywhere: none', () => {
    const announcement = pcpAnnounce({ epoch: 7 })
    for (let length = 0; length < announcement.length; length++)
      expect(readPcpResponse(announcement.subarray(0, length)), String(length)).toBeUndefined()
  })

  it('reads whatever a gateway writes, also behind a mapping', () => {
    const words = fc.array(fc.nat(0xffff_ffff), { maxLength: 10 })
    fc.assert(
      fc.property(fc.nat(255), fc.nat(0xffff_ffff), fc.nat(0x7f), words, (result, epoch, opcode, more) => {
        const behind = Buffer.alloc(4 * more.length)
        for (const [nth, word] of more.entries()) behind.writeUInt32BE(word, 4 * nth)
        const bytes = Buffer.concat([pcpAnnounce({ result, epoch }), behind])
        bytes[1] = 0x80 | opcode
        expect(readPcpResponse(bytes)).toEqual({ opcode, result, epoch })
      }),
    )
  })

  it('the own address stands whole in the request', () => {
    const own = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => parseAddress(text)!)
    fc.assert(
      fc.property(own, (address) => {
        const request = Buffer.from(encodeAnnounceRequest(address))
        expect(request).toHaveLength(24)
        const groups = Array.from({ length: 8 }, (_, nth) => request.readUInt16BE(8 + 2 * nth).toString(16))
        const mapped = [groups.slice(0, 6).join(':'), [...request.subarray(20)].join('.')]
        if (address.includes(':')) expect(parseAddress(groups.join(':'))).toBe(address)
        else expect(mapped).toEqual(['0:0:0:0:0:ffff', address])
      }),
    )
  })

  it('an announcement is a success of ANNOUNCE', () => {
    expect(readAnnouncement(pcpAnnounce({ epoch: 7 }))).toMatchObject({ epoch: 7 })
    expect(readAnnouncement(pcpAnnounce({ result: 1 }))).toBeUndefined()
    expect(readAnnouncement(hex(`0281${'00'.repeat(22)}`))).toBeUndefined()
  })

  it.each([
    ['goes on', 10, 60_000, 70, true],
    ['is slow by a sixteenth and two seconds', 10, 160_000, 158, true],
    ['is slower', 10, 160_000, 157, false],
    ['is fast by a sixteenth and two seconds', 10, 148_000, 170, true],
    ['is faster', 10, 147_000, 170, false],
    ['is one second behind', 10, 0, 9, true],
    ['went back', 10, 0, 8, false],
    ['is seen by a clock that was set back', 10, -3_600_000, 10, true],
  ])('a gateway that %s', (_, epoch, elapsed, later, goneOn) => {
    expect(hasGoneOn({ epoch, at: 0 }, { epoch: later, at: elapsed })).toBe(goneOn)
  })
})

it('makes a response or nothing of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom([], [0, 0x80], [2, 0x80]), (bytes, head) => {
      const given = Buffer.from([...head, ...bytes])
      const one = readAddressResponse(given)
      if (one?.address) expect(parseAddress(one.address)).toBe(one.address)
      readPcpResponse(given)
      readAnnouncement(given)
    }),
    { numRuns: 2000 },
  )
})
