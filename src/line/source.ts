import type { Instant } from '../core/instant.ts'
import type { Pushed } from '../core/pushed.ts'
import type { SourceView } from '../core/sighting.ts'
import type { Prefix } from '../dns/prefix.ts'
import type { AddressType, IpAddress } from '../dns/rrset.ts'
import type { World } from '../ports/world.ts'

/** A place that can tell the line's public addresses of one type. */
export interface IpSource {
  /** As the configuration writes it: `public-ip`, `http:https://...`, `interface:eth0`. */
  readonly id: string
  readonly view: SourceView
  readonly types: readonly AddressType[]
  /** The user did not name it: where it does not answer, it is as if it were not there. */
  readonly optional?: true
  /** It goes out from whichever address the kernel chooses, and from no other. */
  readonly goesItsOwnWay?: true
  /** [] = known to be absent. Rejects with a Failure if it cannot tell. Canonical, but not yet judged as public. */
  readonly addresses: (type: AddressType, world: SourceWorld, signal: AbortSignal) => Promise<readonly IpAddress[]>
  /** The IPv6 prefix that the line was given; undefined: it has none. For hosts with a suffix of their own. */
  readonly prefix?: (world: SourceWorld, signal: AbortSignal) => Promise<Prefix | undefined>
  /** Whether the line has no IPv6 at all. Rejects with a Failure if it cannot tell. No address of a host's is asked for. */
  readonly lacksIpv6?: (world: SourceWorld, signal: AbortSignal) => Promise<boolean>
  /** Of a source that is told, not asked: since when it has had its answer. */
  readonly toldAt?: (world: SourceWorld, what: AddressType | 'prefix') => Instant | undefined
}

export interface SourceWorld
  extends Pick<World, 'http' | 'dns' | 'exec' | 'interfaces' | 'publicIp' | 'udp' | 'unguessable'> {
  /** What the router told of this line by itself; undefined: nothing yet. */
  readonly pushed?: Pushed | undefined
  /** Of this box's addresses in several IPv6 networks, the one that is answered from outside; undefined: nobody has tried. */
  readonly answered?: IpAddress | undefined
}
