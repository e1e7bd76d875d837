import { parseName } from '../../dns/name.ts'
import { addressType, parseAddress } from '../../dns/rrset.ts'
import type { Http } from '../../ports/http.ts'
import { askWan, callIgd, mustBeConnected, type Wan } from '../igd/call.ts'
import { homeRouter } from '../igd/gateway.ts'
import { named } from '../named.ts'
import { readExternalIpv6, readPrefix } from '../protocols/wan-connection.ts'
import type { IpSource, SourceWorld } from '../source.ts'

/** The same on every FRITZ!Box, whichever way it dials in; no login is asked for. */
const PORT = 49000
const PATH = '/igdupnp/control/WANIPConn1'
const TYPE = 'urn:schemas-upnp-org:service:WANIPConnection:1'

/**
 * `fritzbox[:HOST]`: a FRITZ!Box, by default the router. Its own IPv6 address is no host's behind it, and is not told; the
 * prefix is, and that there is neither.
 */
export function fritzbox(rest: string | undefined): IpSource | undefined {
  const host = rest === undefined ? undefined : hostOf(rest)
  if (rest !== undefined && host === undefined) return undefined
  const id = rest === undefined ? 'fritzbox' : `fritzbox:${rest}`
  const box = async ({ interfaces }: SourceWorld): Promise<Wan> => {
    const router = await homeRouter(interfaces).catch((thrown: unknown) => {
      if (host === undefined) throw thrown
    })
    const controlUrl = `http://${host ?? router?.address}:${PORT}${PATH}`
    return { type: TYPE, controlUrl, own: host === undefined ? router?.own : undefined, router: router?.address }
  }
  return {
    id,
    view: 'gateway',
    types: ['A'],
    addresses: async (_, world, signal) =>
      box(world)
        .then((wan) => askWan(wan, world.http, signal))
        .then((address) => (address === undefined ? [] : [address])) // a line of DS-Lite: a box shows whatever it has
        .catch(named(id)),
    prefix: async (world, signal) =>
      box(world)
        .then((wan) => askPrefix(wan, world.http, signal))
        .catch(named(id)),
    lacksIpv6: async (world, signal) =>
      box(world)
        .then((wan) => lacks(wan, world.http, signal))
        .catch(named(id)),
  }
}

const askPrefix = async (wan: Wan, http: Http, signal: AbortSignal) =>
  readPrefix(await callIgd(wan, 'X_AVM_DE_GetIPv6Prefix', http, signal))

/** Neither an address for the box nor a prefix for the hosts behind it. */
async function lacks(wan: Wan, http: Http, signal: AbortSignal): Promise<boolean> {
  const own = readExternalIpv6(await callIgd(wan, 'X_AVM_DE_GetExternalIPv6Address', http, signal))
  if (own || (await askPrefix(wan, http, signal))) return false
  await mustBeConnected(wan, http, signal)
  return true
}

/** As a URL has it. undefined: neither a name nor an address. */
function hostOf(text: string): string | undefined {
  const address = parseAddress(text.replace(/^\[(.*)\]$/, '$1'))
  if (address) return addressType(address) === 'AAAA' ? `[${address}]` : address
  return parseName(text)
}
