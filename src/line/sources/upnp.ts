import { Failure } from '../../core/failure.ts'
import { askWan } from '../igd/call.ts'
import { findIgd, type Igd } from '../igd/find.ts'
import { homeRouter, isSameRouter } from '../igd/gateway.ts'
import { named } from '../igd/named.ts'
import type { IpSource } from '../source.ts'

const id = 'upnp'

/** `upnp`: the address that the router has towards its provider, as an Internet Gateway Device tells it. */
export function upnp(rest: string | undefined): IpSource | undefined {
  if (rest !== undefined) return undefined
  /** A search takes its time: who was found is asked again, until he fails. */
  let known: Igd | undefined
  return {
    id,
    view: 'gateway',
    types: ['A'],
    addresses: async (_, world, signal) => {
      const gateway = await homeRouter(world.interfaces).catch(named(id))
      try {
        if (!known || !isSameRouter(known.gateway, gateway)) known = await findIgd(gateway, world, signal)
        return await askWan(known, world.http, signal)
      } catch (thrown) {
        const failure = Failure.from(thrown)
        if (failure.kind !== 'cancelled') known = undefined
        return named(id)(failure)
      }
    },
  }
}
