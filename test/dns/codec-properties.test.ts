import * as dnsPacket from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOfBytes, bytesOfAddress } from '../../src/dns/address-bytes.ts'
import { decodeMessage, encodeMessage } from '../../src/dns/codec.ts'
import type { Rdata, ResourceRecord } from '../../src/dns/message.ts'
import { type IpAddress, parseAddress } from '../../src/dns/rrset.ts'
import { encodeName, readName } from '../../src/dns/wire-name.ts'
import { ipv4, ipv6, records } from '../fuzz/dns-messages.ts'
import { bytesOf, EMPTY, hexOf } from './wire.ts'

const ip = (text: string): IpAddress => parseAddress(text)!

describe('properties', () => {
  it('names are the same after a message', () => {
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
      {
        type: 'TLSA',
        name: 'a.example',
        ttl: 5,
        data: { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.from('abcd', 'hex') },
      },
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
      { type: 'TLSA', usage: 3, selector: 1, matching: 1, data: bytesOf('abcd') },
      { type: 'opaque', number: 257, bytes: bytesOf('00 05 6973737565 6361') },
    ])
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

/** A record as dns-packet tells it, and ours in the same words. */
function plain(answer: dnsPacket.Answer) {
  const { name, type, ttl } = answer as dnsPacket.StringAnswer
  return { name, type, ttl, data: JSON.stringify(plainData((answer as { data: unknown }).data)) }
}

function plainData(data: unknown): unknown {
  if (Array.isArray(data)) return data.map((one) => hexOf(one))
  if (data instanceof Uint8Array) return hexOf(data)
  if (typeof data === 'string' && data.includes(':')) return ip(data)
  if (typeof data !== 'object' || data === null) return data
  if ('certificate' in data) {
    const { usage, selector, matchingType, certificate } = data as dnsPacket.TlsaData
    return { usage, selector, matchingType, certificate: hexOf(certificate) }
  }
  if (!('serial' in data)) return data
  const { mname, rname, serial, refresh, minimum } = data as dnsPacket.SoaData
  return { mname, rname, serial, refresh, minimum }
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
      return {
        mname: data.mname,
        rname: data.rname,
        serial: data.serial,
        refresh: data.refresh,
        minimum: data.minimum,
      }
    case 'TXT':
      return data.strings.map((text) => hexOf(Buffer.from(text, 'latin1')))
    case 'TLSA':
      return {
        usage: data.usage,
        selector: data.selector,
        matchingType: data.matching,
        certificate: hexOf(data.data),
      }
    case 'opaque':
      return hexOf(data.bytes)
  }
}
