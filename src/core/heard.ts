import type { Instant } from './instant.ts'

/** How a change was heard of: the kernel, the router's announcements (NAT-PMP, PCP), its UPnP events, its own DynDNS client, or by asking it again and again. */
export type Way = 'kernel' | 'nat-pmp' | 'upnp' | 'push' | 'probe'

/** What one way has told of since the daemon began. */
export interface Heard {
  readonly way: Way
  /** The last time. */
  readonly at: Instant
  readonly times: number
}
