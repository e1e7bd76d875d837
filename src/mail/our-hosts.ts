import { isKnown, type Known } from '../core/plan.ts'
import { type AddressType, addressType, type IpAddress } from '../dns/rrset.ts'
import type { Facts, HostFacts, LineFacts } from './facts.ts'

/** The name that holds the address records: beside an alias none can stand. */
export const ownerOf = ({ exchange, alias }: HostFacts): string => alias ?? exchange

/** The hosts that follow the line. A further server of the user's, in a zone of ours but elsewhere, is none of them. */
export const hostsOnLine = ({ hosts, located }: Facts): readonly HostFacts[] => {
  const kept: readonly string[] = located.hosts
  return hosts.filter((host) => host.role === 'ours' && kept.includes(ownerOf(host)))
}

/** Senders try another host of ours before this one: what is wrong with it alone keeps no mail out. */
export const isSecond = ({ hosts }: Facts, { preference }: HostFacts): boolean =>
  hosts.some((one) => one.role === 'ours' && one.preference < preference)

/**
 * The addresses by which mail leaves, as far as they are known: those of our hosts on the line by which it does, which may be
 * other machines than this one; where there are none, the line's own.
 */
export function sendingAddresses(
  hosts: readonly Pick<HostFacts, 'role' | 'line'>[],
  line: LineFacts,
  type: AddressType,
): Known | undefined {
  const here = hosts.filter(({ role, line: used }) => role === 'ours' && used.name === line.name)
  const known = here.flatMap(({ line: { addresses } }) => (isKnown(addresses[type]) ? addresses[type] : []))
  return known.length > 0 ? [...new Set(known)] : line.addresses[type]
}

/** Whether mail may leave from that address; as long as its own are not known, from one that is published. */
export function sendsFrom({ hosts, line }: Facts, address: IpAddress): boolean {
  const known = sendingAddresses(hosts, line, addressType(address))
  return isKnown(known) ? known.includes(address) : true
}
