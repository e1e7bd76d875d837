import { expect, it } from 'vitest'
import { reversedLabels, reverseName } from '../../src/dns/reverse-name.ts'
import { isNewer } from '../../src/dns/serial.ts'
import { ip } from '../support/targets.ts'

it.each([
  ['203.0.113.7', '7.113.0.203.in-addr.arpa'],
  ['2001:db8::567:89ab', 'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'], // RFC 3596 2.5
])('%s backwards', (address, name) => {
  expect(reverseName(ip(address))).toBe(name)
  expect(name.startsWith(`${reversedLabels(ip(address))}.`)).toBe(true)
})

it.each([
  [2, 1, true],
  [1, 2, false],
  [1, 1, false],
  [0, 4294967295, true],
  [4294967295, 0, false],
  [2147483648, 0, false], // RFC 1982 3.2: not defined
  [2147483647, 0, true],
])('serial %d is newer than %d: %s', (serial, other, newer) => {
  expect(isNewer(serial, other)).toBe(newer)
})
