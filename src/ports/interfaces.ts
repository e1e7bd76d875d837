import type { IpAddress } from '../dns/rrset.ts'

/** One address of this host, as the kernel describes it. */
export interface HostAddress {
  readonly interface: string
  readonly address: IpAddress
  readonly prefixLength: number
  readonly scope: 'global' | 'link' | 'host' | 'other'
  readonly temporary: boolean
  readonly deprecated: boolean
  readonly tentative: boolean
  readonly dadFailed: boolean
  /** Has a lifetime (SLAAC, DHCP); false: set by hand. */
  readonly dynamic: boolean
  /** Seconds; Infinity for ever. */
  readonly preferredLifetime: number
}

export interface Interfaces {
  /** Rejects with a Failure when the kernel cannot be asked. */
  readonly addresses: () => Promise<readonly HostAddress[]>
  /** The interface of the default route of a family; undefined: there is none. */
  readonly defaultRoute: (family: 4 | 6) => Promise<string | undefined>
}
