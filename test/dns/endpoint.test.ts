import { expect, it } from 'vitest'
import { describeEndpoint, parseEndpoint, scopedAddress } from '../../src/dns/endpoint.ts'
import { ip } from '../support/targets.ts'

it.each([
  ['192.0.2.1', '192.0.2.1', 53],
  [' 192.0.2.1:5353\n', '192.0.2.1', 5353],
  ['2001:DB8::1', '2001:db8::1', 53],
  ['[2001:db8::1]', '2001:db8::1', 53],
  ['[2001:db8::1]:65535', '2001:db8::1', 65535],
  ['2001:db8::1:53', '2001:db8::1:53', 53],
])('%j is %s at port %d', (text, address, port) => {
  expect(parseEndpoint(text)).toEqual({ address, port })
})

it.each(['ns1.example.net', '192.0.2.1:0', '192.0.2.1:65536', '192.0.2.1:', '[192.0.2.1', '[]:53', 'fe80::1%eth0', ''])(
  '%j is none',
  (text) => {
    expect(parseEndpoint(text)).toBeUndefined()
  },
)

it('has the port that is asked for where it names none', () => {
  expect(parseEndpoint('::1', 8245)).toEqual({ address: '::1', port: 8245 })
})

it.each([
  [{ address: ip('192.0.2.1'), port: 53 }, '192.0.2.1'],
  [{ address: ip('192.0.2.1'), port: 5353 }, '192.0.2.1:5353'],
  [{ address: ip('2001:db8::1'), port: 5353 }, '[2001:db8::1]:5353'],
  [{ address: ip('fe80::1'), port: 53, zone: 'eth0' }, 'fe80::1%eth0'],
  [{ address: ip('fe80::1'), port: 5353, zone: 'eth0' }, '[fe80::1%eth0]:5353'],
])('%j is shown as %s', (endpoint, text) => {
  expect(describeEndpoint(endpoint)).toBe(text)
})

it('a link-local server is reached through its interface', () => {
  expect(scopedAddress({ address: ip('fe80::1'), port: 53, zone: 'eth0' })).toBe('fe80::1%eth0')
})
