import { isKnown } from '../core/plan.ts'
import { addressType, type IpAddress } from '../dns/rrset.ts'
import type { Facts, HostFacts } from './facts.ts'

/** The hosts that follow the line. A further server of the user's, in a zone of ours but elsewhere, is none of them. */
export const hostsOnLine = ({ hosts, located }: Facts): readonly HostFacts[] => {
  const kept: readonly string[] = located.hosts
  return hosts.filter(({ role, exchange, alias }) => role === 'ours' && kept.includes(alias ?? exchange))
}

/** Whether mail may leave from that address: the line's own, or as long as that is not known, one that is published. */
export function sendsFrom({ line }: Facts, address: IpAddress): boolean {
  const known = line.addresses[addressType(address)]
  return isKnown(known) ? known.includes(address) : true
}
