import type { AddressType, IpAddress } from '../dns/rrset.ts'
import type { World } from '../ports/world.ts'

/** A place that can tell the line's public addresses of one type. */
export interface IpSource {
  /** As the configuration writes it: `public-ip`, `http:https://...`, `interface:eth0`. */
  readonly id: string
  /** `outside`: what the internet sees; `host`: an interface of this box; `given`: the user's own word. */
  readonly view: 'outside' | 'host' | 'given'
  readonly types: readonly AddressType[]
  /** [] = known to be absent. Rejects with a Failure if it cannot tell. Canonical, but not yet judged as public. */
  readonly addresses: (type: AddressType, world: SourceWorld, signal: AbortSignal) => Promise<readonly IpAddress[]>
}

export type SourceWorld = Pick<World, 'http' | 'dns' | 'exec' | 'interfaces' | 'publicIp'>
