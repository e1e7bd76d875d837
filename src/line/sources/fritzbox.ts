import { parseName } from '../../dns/name.ts'
import { addressType, parseAddress } from '../../dns/rrset.ts'
import { askWan, callIgd, type Wan } from '../igd/call.ts'
import { homeRouter } from '../igd/gateway.ts'
import { named } from '../named.ts'
import { readPrefix } from '../protocols/wan-connection.ts'
import type { IpSource, SourceWorld } from '../source.ts'

/** The same on every FRITZ!Box, whichever way it dials in; no login is asked for. */
const PORT = 49000
const PATH = '/igdupnp/control/WANIPConn1'
const TYPE = 'urn:schemas-upnp-org:service:WANIPConnection:1'

/**
 * `fritzbox[:HOST]`: a FRITZ!Box, by default the router. Its own IPv6 address is no host's behind it, and is not told; the
 * prefix is.
 */
export function fritzbox(rest: string | undefined): IpSource | undefined {
  const host = rest === undefined ? undefined : hostOf(rest)
  if (rest !== undefined && host === undefined) return undefined
  const id = rest === undefined ? 'fritzbox' : `fritzbox:${rest}`
  const box = async ({ interfaces }: SourceWorld): Promise<Wan> => {
    if (host !== undefined) return { type: TYPE, controlUrl: `http://${host}:${PORT}${PATH}` }
    const { address, own } = await homeRouter(interfaces)
    return { type: TYPE, controlUrl: `http://${address}:${PORT}${PATH}`, own }
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
        .then((wan) => callIgd(wan, 'X_AVM_DE_GetIPv6Prefix', world.http, signal))
        .then(readPrefix)
        .catch(named(id)),
  }
}

/** As a URL has it. undefined: neither a name nor an address. */
function hostOf(text: string): string | undefined {
  const address = parseAddress(text.replace(/^\[(.*)\]$/, '$1'))
  if (address) return addressType(address) === 'AAAA' ? `[${address}]` : address
  return parseName(text)
}
