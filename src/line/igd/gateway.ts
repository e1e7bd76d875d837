import { Failure } from '../../core/failure.ts'
import { isOnLocalNetwork } from '../../dns/local-network.ts'
import type { Gateway, Interfaces } from '../../ports/interfaces.ts'

/**
 * The router at home. Rejects with a Failure `network`: reason `no-route` where there is none, `not-ours` where it is none of
 * ours; with the kernel's own where that cannot be asked.
 */
export async function homeRouter({ gateway }: Pick<Interfaces, 'gateway'>): Promise<Gateway> {
  const found = await gateway()
  if (!found) throw new Failure('network', 'this box has no router: no default route for IPv4', { reason: 'no-route' })
  // A machine of the provider's, at a public address or at one that all its customers can reach (100.64.0.0/10), is a
  // stranger's. Where this box itself has no address of a home, a listener would be open to strangers.
  const { address, own } = found
  if (isOnLocalNetwork(address) && isOnLocalNetwork(own)) return found
  const why = isOnLocalNetwork(address) ? `has this box at ${own}, which is` : 'is'
  const what = `the router ${address} ${why} no address of a home network: it is not asked for this line's`
  throw new Failure('network', what, { reason: 'not-ours' })
}

/** That there is no router of ours any more; a kernel that cannot be asked has not changed its routes. */
export const isLeft = ({ reason }: Failure): boolean => reason === 'no-route' || reason === 'not-ours'

/** Through the same interface as well: one that was made anew (plugged in again) has forgotten which groups it had joined. */
export const isSameRouter = (one: Gateway, other: Gateway): boolean =>
  one.address === other.address &&
  one.own === other.own &&
  one.interface === other.interface &&
  one.index === other.index
