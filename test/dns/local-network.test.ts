import { expect, it } from 'vitest'
import { isOnLocalNetwork } from '../../src/dns/local-network.ts'
import { ip } from '../support/targets.ts'

it.each(['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.178.1', '169.254.1.1', '::1', 'fd00::1', 'fe80::1'])(
  '%s is of the local network',
  (address) => expect(isOnLocalNetwork(ip(address))).toBe(true),
)

it.each([
  '5.9.1.7',
  '100.64.0.1',
  '172.32.0.1',
  '192.0.2.1',
  '0.0.0.0',
  '224.0.0.1',
  '2a02:908::1',
  '2001:db8::1',
  '::',
  'ff02::1',
])('%s is not', (address) => expect(isOnLocalNetwork(ip(address))).toBe(false))
