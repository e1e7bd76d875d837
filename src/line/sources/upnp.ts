import { Failure } from '../../core/failure.ts'
import { askWan } from '../igd/call.ts'
import { findIgd, type Igd } from '../igd/find.ts'
import { homeRouter, isSameRouter } from '../igd/gateway.ts'
import { named } from '../named.ts'
import type { IpSource } from '../source.ts'

const id = 'upnp'
/** A router at home answers within 100 ms, by the standard within a second; a source has two for all (`auto`). */
const SOON = [250, 500, 500]
const HIDDEN =
  'the router is connected and shows no address: it has none, or one that is not public (another router, or carrier-grade NAT)'

/** `upnp`: the address that the router has towards its provider, as an Internet Gateway Device tells it. */
export function upnp(rest: string | undefined): IpSource | undefined {
  if (rest !== undefined) return undefined
  /** A search takes its time: who was found is asked again, until he fails. That the line has no address now is none of his. */
  let known: Igd | undefined
  return {
    id,
    view: 'gateway',
    types: ['A'],
    addresses: async (_, world, signal) => {
      const gateway = await homeRouter(world.interfaces).catch(named(id))
      try {
        const before = known && isSameRouter(known.gateway, gateway) ? known : undefined
        let igd = before ?? (await findIgd(gateway, world, signal, SOON))
        const ask = () => askWan(igd, world.http, signal)
        known = igd
        const address = await ask().catch(async (thrown: unknown) => {
          if (!before || Failure.from(thrown).reason !== 'refused') throw thrown
          // Many a router serves at another port once it has started anew.
          igd = await findIgd(gateway, world, signal, SOON)
          known = igd
          return ask()
        })
        if (address !== undefined) return [address]
        if (igd.isFritzBox) return [] // which shows what it has: with DS-Lite it has none
        // miniupnpd, which most routers are made with, hides an address that is not public as if there were none; a modem
        // that starts gives the router such a one for minutes.
        throw new Failure('unavailable', HIDDEN, { reason: 'hidden' })
      } catch (thrown) {
        const failure = Failure.from(thrown)
        const isThere = failure.reason === 'hidden' || (failure.reason === 'offline' && known?.all.length === 1)
        if (failure.kind !== 'cancelled' && !isThere) known = undefined
        return named(id)(failure)
      }
    },
  }
}
