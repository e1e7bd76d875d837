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
  /** Its interface is switched off, or its cable is not plugged in. */
  readonly down?: true | undefined
  /** Has a lifetime (SLAAC, DHCP); false: set by hand. */
  readonly dynamic: boolean
  /** Seconds; Infinity for ever, NaN: not known. */
  readonly preferredLifetime: number
}

/** The router that leads out, in IPv4: the one that translates addresses. */
export interface Gateway {
  readonly address: IpAddress
  readonly interface: string
  /** This box's own address towards it. */
  readonly own: IpAddress
  /** The kernel's number of that interface: one made anew under the same name has another. undefined: not known. */
  readonly index?: number | undefined
}

/** The gateway is missing where the link leads to one place only (PPP). */
export interface DefaultRoute {
  readonly interface: string
  readonly gateway: IpAddress | undefined
  readonly metric: number
}

/** Without starting a program, where that can be: of lifetimes and of dead routes nothing is known then, of IPv4 no flags. */
export type How = 'at-a-glance'

export interface Interfaces {
  /** Rejects with a Failure when the kernel cannot be asked. */
  readonly addresses: (how?: How) => Promise<readonly HostAddress[]>
  /** The interface of the default route of a family; undefined: there is none. */
  readonly defaultRoute: (family: 4 | 6, how?: How) => Promise<string | undefined>
  /** All default routes of a family, the preferred one first. Rejects with a Failure when the kernel cannot be asked. */
  readonly defaultRoutes: (family: 4 | 6, how?: How) => Promise<readonly DefaultRoute[]>
  /** The default route's gateway, or that of one interface; undefined: there is none. Rejects with a Failure when the kernel cannot be asked. */
  readonly gateway: (name?: string) => Promise<Gateway | undefined>
}
