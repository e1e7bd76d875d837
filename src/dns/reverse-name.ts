import { Buffer } from 'node:buffer'
import { bytesOfAddress } from './address-bytes.ts'
import type { WireName } from './message.ts'
import type { IpAddress } from './rrset.ts'

/** `7.113.0.203`; of IPv6 its 32 nibbles: how reverse zones and blocklists are asked (RFC 3596 2.5, RFC 5782 2.4). */
export function reversedLabels(address: IpAddress): string {
  const bytes = bytesOfAddress(address)
  const parts = bytes.length === 4 ? [...bytes].map(String) : [...Buffer.from(bytes).toString('hex')]
  return parts.toReversed().join('.')
}

/** Where the PTR records of an address are. */
export const reverseName = (address: IpAddress): WireName =>
  `${reversedLabels(address)}.${address.includes(':') ? 'ip6' : 'in-addr'}.arpa`
