import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { bytesOfAddress } from '../../../src/dns/address-bytes.ts'
import { parseAddress } from '../../../src/dns/rrset.ts'
import {
  readExternalAddress,
  readExternalIpv6,
  readPrefix,
  readStatus,
  readWanAddress,
} from '../../../src/line/protocols/wan-connection.ts'

it.each([
  ['5.9.1.7', '5.9.1.7'],
  ['100.64.1.2', '100.64.1.2'],
  ['192.168.1.2', '192.168.1.2'],
  ['', 'none'],
  ['0.0.0.0', 'connecting'],
])('%j is %s', (text, expected) => {
  expect(readExternalAddress({ NewExternalIPAddress: text })).toBe(expected)
})

it.each(['(null)', '5.9.1', '5.9.1.7 5.9.1.8', '2a02:908::7', 'none', '010.1.2.3', '<b>5.9.1.7</b>'])(
  '%j is no address',
  (text) => {
    expect(readWanAddress(text)).toBeUndefined()
    expect(() => readExternalAddress({ NewExternalIPAddress: text })).toThrow(
      expect.objectContaining({ kind: 'protocol' }),
    )
  },
)

it('an answer without the value is a Failure', () => {
  expect(() => readExternalAddress({})).toThrow(Failure)
  expect(() => readPrefix({})).toThrow(Failure)
})

it('knows the states of a connection', () => {
  expect(readStatus({ NewConnectionStatus: 'Connected', NewUptime: '7' })).toBe('Connected')
  expect(readStatus({ NewConnectionStatus: 'Authenticating' })).toBe('Authenticating')
  for (const text of ['connected', 'Up', '', 'toString'])
    expect(readStatus({ NewConnectionStatus: text })).toBeUndefined()
  expect(readStatus({})).toBeUndefined()
})

const told = (text: string, length?: string, lifetime?: string) =>
  readPrefix({
    NewIPv6Prefix: text,
    ...(length !== undefined && { NewPrefixLength: length }),
    ...(lifetime !== undefined && { NewValidLifetime: lifetime }),
  })

it.each([
  ['bare', ['2a02:908:1:7600::', '56', '7140']],
  ['with its length', ['2a02:908:1:7600::/56', '56', '7140']],
  ['with its length alone', ['2a02:908:1:7600::/56']],
  ['with bits beyond its length', ['2a02:908:1:76ff::1', '56', '7140']],
] as const)('reads a prefix written %s', (_, [text, length, lifetime]) => {
  expect(told(text, length, lifetime)).toEqual({ address: '2a02:908:1:7600::', length: 56 })
})

it.each([
  ['an empty string', ['', '0', '0']],
  ['an empty string alone', ['']],
  ['no lifetime', ['2a02:908:1:7600::', '56', '0']],
  ['the unspecified address without a lifetime', ['::', '0', '0']],
] as const)('%s is no prefix', (_, [text, length, lifetime]) => expect(told(text, length, lifetime)).toBeUndefined())

it.each([
  ['2a02:908:1:7600::', undefined],
  ['2a02:908:1:7600::', ''],
  ['2a02:908:1:7600::', '0'],
  ['2a02:908:1:7600::', '129'],
  ['2a02:908:1:7600::', '5.6'],
  ['2a02:908:1:7600::/56', '64'],
  ['2a02:908:1:7600::/', '56'],
  ['5.9.1.7', '24'],
  ['::ffff:5.9.1.7', '96'],
  ['none', '56'],
])('%j with length %j is a Failure', (text, length) => {
  expect(() => told(text, length, '7140')).toThrow(expect.objectContaining({ kind: 'protocol' }))
})

it('keeps the bits of the length and no other', () => {
  const v6 = fc.ipV6().filter((text) => parseAddress(text)?.includes(':') === true)
  fc.assert(
    fc.property(v6, fc.integer({ min: 1, max: 128 }), (text, length) => {
      const bits = (address: string) =>
        [...bytesOfAddress(parseAddress(address)!)].map((octet) => octet.toString(2).padStart(8, '0')).join('')
      const prefix = told(text, String(length), '1')!
      expect(bits(prefix.address)).toBe(bits(text).slice(0, length).padEnd(128, '0'))
      expect(prefix.length).toBe(length)
    }),
  )
})

it('reads anything as a prefix, none or a Failure', () => {
  const text = fc.oneof(fc.string(), fc.ipV6(), fc.constantFrom('', '/', '::/0', '56', '-1', '1e2'))
  fc.assert(
    fc.property(text, text, text, (prefix, length, lifetime) => {
      try {
        const found = told(prefix, length, lifetime)
        if (found) expect(parseAddress(found.address)).toBe(found.address)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Failure)
      }
    }),
  )
})

it.each([
  ['2a02:908:1::7', '7140', '2a02:908:1::7'],
  ['2A02:908:1:0::7', undefined, '2a02:908:1::7'],
  ['', '0', undefined],
  ['::', '7140', undefined],
  ['2a02:908:1::7', '0', undefined],
])('the router’s own IPv6 address %j with lifetime %j is %s', (text, lifetime, expected) => {
  const values = { NewExternalIPv6Address: text, ...(lifetime !== undefined && { NewValidLifetime: lifetime }) }
  expect(readExternalIpv6(values)).toBe(expected)
})

it.each(['5.9.1.7', '::ffff:5.9.1.7', '2a02:908:1::7/64', 'none', undefined])('%j is no IPv6 address', (text) => {
  const values = text === undefined ? {} : { NewExternalIPv6Address: text }
  expect(() => readExternalIpv6(values)).toThrow(expect.objectContaining({ kind: 'protocol' }))
})

it('reads anything as an IPv6 address, none or a Failure', () => {
  const text = fc.oneof(fc.string(), fc.ipV6(), fc.ipV4(), fc.constantFrom('', '::', '0', '00', '-1'))
  fc.assert(
    fc.property(text, text, (address, lifetime) => {
      try {
        const found = readExternalIpv6({ NewExternalIPv6Address: address, NewValidLifetime: lifetime })
        if (found) expect(found).toContain(':')
        if (found) expect(parseAddress(found)).toBe(found)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Failure)
      }
    }),
  )
})
