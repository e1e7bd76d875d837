import { isKnown } from '../core/plan.ts'
import { addressType, type IpAddress } from '../dns/rrset.ts'
import type { Facts, HostFacts } from './facts.ts'

/** The name that holds the address records: beside an alias none can stand. */
export const ownerOf = ({ exchange, alias }: HostFacts): string => alias ?? exchange

/** The hosts that follow the line. A further server of the user's, in a zone of ours but elsewhere, is none of them. */
export const hostsOnLine = ({ hosts, located }: Facts): readonly HostFacts[] => {
  const kept: readonly string[] = located.hosts
  return hosts.filter((host) => host.role === 'ours' && kept.includes(ownerOf(host)))
}

/** Whether mail may leave from that address: the line's own, or as long as that is not known, one that is published. */
export function sendsFrom({ line }: Facts, address: IpAddress): boolean {
  const known = line.addresses[addressType(address)]
  return isKnown(known) ? known.includes(address) : true
}
