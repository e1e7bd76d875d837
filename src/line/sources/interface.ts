import { Failure } from '../../core/failure.ts'
import { type AddressType, addressType, FAMILY, type IpAddress } from '../../dns/rrset.ts'
import type { HostAddress, Interfaces } from '../../ports/interfaces.ts'
import { byPreference, isDoubtful, isGlobal, isStable, rankOf } from '../lasting.ts'
import type { IpSource } from '../source.ts'

/** `interface[:NAME]`: what the kernel has on that interface, by default the one of the default route. */
export function networkInterface(rest: string | undefined): IpSource | undefined {
  if (rest !== undefined && !/^[^\s/:]{1,15}$/.test(rest)) return undefined // what Linux takes for a name
  const id = rest === undefined ? 'interface' : `interface:${rest}`
  return {
    id,
    view: 'host',
    types: ['A', 'AAAA'],
    addresses: async (type, { interfaces, answered }) => {
      const name = rest ?? (await interfaces.defaultRoute(type === 'A' ? 4 : 6))
      const all = await lookAt(interfaces, name, type)
      if (name === undefined) return orDown(withoutRoute(all, type, id), type, interfaces, id)
      const there = all.filter((one) => one.interface === name)
      const here = there.filter(({ down }) => down !== true)
      if (here.length > 0) {
        const found = addressesOf(here, type, `${id}: ${name}`, answered)
        const sure = await orDown(found, type, interfaces, id)
        if (rest === undefined && sure.length === 0) refuseBeside(all, type, `${id}: ${name}`)
        return sure
      }
      const what = `${name} is down${there.length > 0 ? '' : ' or does not exist'} (${namesOf(all)} are there)`
      throw new Failure('network', `${id}: ${what}`, { reason: 'no-route' })
    },
  }
}

/**
 * Which IPv6 address lasts is seen by its lifetimes too; with IPv4 that is no question, and a glance suffices where it shows
 * one. Where it shows none the interface may be down: a glance leaves its IPv4 out, and keeps its IPv6.
 */
async function lookAt(
  { addresses }: Interfaces,
  name: string | undefined,
  type: AddressType,
): Promise<readonly HostAddress[]> {
  if (type === 'AAAA') return addresses()
  const seen = await addresses('at-a-glance')
  return seen.some((one) => one.interface === name && isGlobal(one, 'A')) ? seen : addresses()
}

/** A family that no interface has is absent; one without a default route is a line that is down. */
function withoutRoute(all: readonly HostAddress[], type: AddressType, id: string): readonly IpAddress[] {
  if (all.every((one) => !isGlobal(one, type))) return []
  throw new Failure('network', `${id}: this box has no default route for ${FAMILY[type]}`, { reason: 'no-route' })
}

/** A box that dials in by PPP may have its IPv6 addresses on its own network's side: then the line lacks nothing. */
function refuseBeside(all: readonly HostAddress[], type: AddressType, who: string): void {
  const beside = all.find((one) => one.down !== true && isGlobal(one, type) && isStable(one) && rankOf(one) === 0)
  if (!beside) return
  const what = `has no ${FAMILY[type]} address, and ${beside.interface} has ${beside.address}`
  throw new Failure(
    'unavailable',
    `${who} ${what}: name the interface whose address counts (interface:${beside.interface})`,
  )
}

/** That a family is absent is only said where the other one leads out: a line that is down has neither for a while. */
async function orDown(
  found: readonly IpAddress[],
  type: AddressType,
  { defaultRoute }: Interfaces,
  id: string,
): Promise<readonly IpAddress[]> {
  if (found.length > 0) return found
  const other = type === 'A' ? 'AAAA' : 'A'
  // Not at a glance, which shows the IPv6 routes of other tables (VPNs) too.
  if ((await defaultRoute(other === 'A' ? 4 : 6)) !== undefined) return found
  const what = `there is no ${FAMILY[type]} address, and no default route for ${FAMILY[other]} either`
  throw new Failure('network', `${id}: ${what}`, { reason: 'no-route' })
}

function addressesOf(
  here: readonly HostAddress[],
  type: AddressType,
  who: string,
  answered: IpAddress | undefined,
): readonly IpAddress[] {
  const global = here.filter((one) => isGlobal(one, type))
  const usable = global.filter(isStable)
  if (usable.length === 0 && global.length > 0) {
    throw new Failure('unavailable', `${who} has only temporary, deprecated or unfinished ${FAMILY[type]} addresses`)
  }
  const live = type === 'AAAA' ? usable.find(({ address }) => address === answered) : undefined
  if (live) return [live.address]
  const [best, ...others] = usable.toSorted(byPreference)
  if (!best) return here.filter((one) => isLocalOnly(one, type)).map(({ address }) => address)
  const rival = type === 'AAAA' ? others.find((one) => isDoubtful(best, one)) : undefined
  if (rival) {
    const what = `has ${best.address} and ${rival.address} of another network, and how long they last does not tell which is in use`
    const remedy = 'Name a source outside too (http:URL), which is asked from each, or the address (static:ADDRESS)'
    throw new Failure('unavailable', `${who} ${what}. ${remedy}; install iproute2 if it is missing`)
  }
  const chosen = type === 'AAAA' ? [best] : [best, ...others.filter((one) => rankOf(one) === rankOf(best))]
  return [...new Set(chosen.map(({ address }) => address))]
}

/**
 * Loopback, and IPv4 that the box gave itself (RFC 3927): told, so that it can be refused by its name. A link-local IPv6
 * address is on every interface and says only that there is no other.
 */
const isLocalOnly = ({ scope, address }: HostAddress, type: AddressType) =>
  addressType(address) === type && (scope === 'host' || (scope === 'link' && type === 'A'))

const namesOf = (all: readonly HostAddress[]) => [...new Set(all.map((one) => one.interface))].join(', ') || 'none'
