import type { IpAddress } from '../dns/rrset.ts'
import type { Finding } from './finding.ts'

type Text = Pick<Finding, 'message' | 'remedy' | 'reference'>

const ASK_FOR_ONE = 'Ask the ISP for a public IPv4 address ("Dual Stack"); or use IPv6 and a relay or VPN that has one.'

/** `shownBy` has the address `wan`, which the carrier shares (RFC 6598), or which is DS-Lite's (RFC 7335). */
export const carrierNat = (shownBy: string, wan: IpAddress): Text => ({
  message: `${shownBy} has ${wan}, which the ISP shares among its customers: nobody can reach port 25 of this line by IPv4`,
  remedy: ASK_FOR_ONE,
  reference: 'RFC 6598 7, RFC 6333',
})

/** `shownBy` is connected, and has no IPv4 address at all (RFC 6333). */
export const dsLite = (shownBy: string): Text => ({
  message: `${shownBy} is connected without an IPv4 address of its own, which is DS-Lite: the ISP shares one among its customers, and nobody can reach port 25 of this line by IPv4`,
  remedy: ASK_FOR_ONE,
  reference: 'RFC 6333',
})

/** `shownBy` has the address `wan` of another home network (RFC 1918). */
export const doubleNat = (shownBy: string, wan: IpAddress): Text => ({
  message: `${shownBy} has ${wan}, an address of another router before it: port 25 must be forwarded in both`,
  remedy: 'Put the first router into bridge mode, or forward TCP 25 there to the second one.',
  reference: 'RFC 1918 3',
})

export const theRouter = (source: string): string => `the router (${source})`
