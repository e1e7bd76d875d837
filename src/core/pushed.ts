import type { Prefix } from '../dns/prefix.ts'
import type { IpAddress } from '../dns/rrset.ts'
import type { Instant } from './instant.ts'

/** What the router's own DynDNS client told last, of one line. A family that it never told is absent; [] was told to be gone. */
export interface Pushed {
  readonly A?: { readonly addresses: readonly IpAddress[]; readonly at: Instant } | undefined
  readonly AAAA?: { readonly addresses: readonly IpAddress[]; readonly at: Instant } | undefined
  readonly prefix?: (Prefix & { readonly at: Instant }) | undefined
}
