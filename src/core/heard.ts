import type { Instant } from './instant.ts'

/** How a change was heard of: the kernel, the router's announcements (NAT-PMP, PCP), its UPnP events, its own DynDNS client, or by asking it again and again. */
export type Way = 'kernel' | 'nat-pmp' | 'upnp' | 'push' | 'probe'

/** `ssdp`: by which a restart of the router is heard at once; its UPnP events come without it. */
export type Ear = Way | 'ssdp'

/** A way by which nothing is heard now, although it shall be or somebody can mend it. */
export interface Unheard {
  readonly way: Ear
  /** The interface that leads to the router; absent: the default route's. */
  readonly interface?: string
  readonly why: string
}

/** What one way has told of since the daemon began. */
export interface Heard {
  readonly way: Way
  /** The last time. */
  readonly at: Instant
  readonly times: number
}
