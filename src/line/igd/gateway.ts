import { Failure } from '../../core/failure.ts'
import { whyNotPublic } from '../../dns/special-purpose.ts'
import type { Gateway, Interfaces } from '../../ports/interfaces.ts'

/** The router at home. Rejects with a Failure `network` where there is none, or where it is none of ours. */
export async function homeRouter({ gateway }: Pick<Interfaces, 'gateway'>): Promise<Gateway> {
  const found = await gateway()
  if (!found) throw new Failure('network', 'this box has no router: no default route for IPv4', { reason: 'no-route' })
  if (whyNotPublic(found.address)) return found
  // Nobody translates addresses between it and the internet, and it would be a stranger's.
  throw new Failure('network', `the router ${found.address} has a public address: it is not asked for this line's`)
}

/** Through the same interface as well: one that was made anew (plugged in again) has forgotten which groups it had joined. */
export const isSameRouter = (one: Gateway, other: Gateway): boolean =>
  one.address === other.address &&
  one.own === other.own &&
  one.interface === other.interface &&
  one.index === other.index
