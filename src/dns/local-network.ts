import type { IpAddress } from './rrset.ts'
import { whyNotPublic } from './special-purpose.ts'

/** Loopback, link-local, private, unique-local. Not 100.64.0.0/10: other customers of the provider are there. */
const BLOCKS: readonly (string | undefined)[] = [
  '10.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

/** An address that only a machine of the local network can have, or this one itself. A global IPv6 address of a neighbour is none. */
export const isOnLocalNetwork = (address: IpAddress): boolean => BLOCKS.includes(whyNotPublic(address)?.block)
