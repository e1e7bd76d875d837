import type { DomainName } from '../../dns/name.ts'
import type { Access, Provider, Tools } from '../provider.ts'
import { makeMx } from './held-mx.ts'
import { reachZone, type ZoneApi } from './open-zone.ts'
import { anyTtl } from './ttl.ts'

/** Reading and writing the MX RRset at a zone API, of whatever grain; nothing where its adapter does not say how. */
export function zoneMx<S, Zone, R>(adapter: ZoneApi<S, Zone, R>): Pick<Provider<S>, 'readMx' | 'writeMx'> {
  const { mx: hold, ttl = anyTtl } = adapter
  if (!hold) return {}
  const open = async (domain: DomainName, access: Access<S>, tools: Tools) => {
    const { api, zone } = await reachZone(adapter, domain, access, tools)
    return { zone, held: await hold(api, zone, domain) }
  }
  return {
    async readMx(domain, access, tools) {
      return (await open(domain, access, tools)).held.mx
    },
    async writeMx({ settings, base, ...wish }, tools) {
      const { zone, held } = await open(wish.domain, { settings, base }, tools)
      return makeMx(held, wish, (wanted) => ttl(wanted, zone))
    },
  }
}
