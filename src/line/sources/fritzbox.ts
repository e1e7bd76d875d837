import { Failure } from '../../core/failure.ts'
import { parseName } from '../../dns/name.ts'
import { addressType, type IpAddress, parseAddress } from '../../dns/rrset.ts'
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
    if (host !== undefined) return { type: TYPE, controlUrl: `http://${host}:${PORT}${PATH}` }
    const { address, own } = await homeRouter(interfaces)
    return { type: TYPE, controlUrl: `http://${address}:${PORT}${PATH}`, own }
  }
  return {
    id,
    view: 'gateway',
    types: ['A'],
    denies: 'AAAA',
    addresses: async (type, world, signal) =>
      box(world)
        .then((wan) => (type === 'A' ? shown(wan, world.http, signal) : denied(wan, world.http, signal)))
        .catch(named(id)),
    prefix: async (world, signal) =>
      box(world)
        .then((wan) => prefixOf(wan, world.http, signal))
        .catch(named(id)),
  }
}

/** A box shows whatever it has: without an address the line is one of DS-Lite. */
async function shown(wan: Wan, http: Http, signal: AbortSignal): Promise<readonly IpAddress[]> {
  const address = await askWan(wan, http, signal)
  return address === undefined ? [] : [address]
}

const prefixOf = async (wan: Wan, http: Http, signal: AbortSignal) =>
  readPrefix(await callIgd(wan, 'X_AVM_DE_GetIPv6Prefix', http, signal))

/** That a connected line has no IPv6: neither an address for the box nor a prefix for the hosts behind it. */
async function denied(wan: Wan, http: Http, signal: AbortSignal): Promise<readonly never[]> {
  const own = readExternalIpv6(await callIgd(wan, 'X_AVM_DE_GetExternalIPv6Address', http, signal))
  if (own || (await prefixOf(wan, http, signal)))
    throw new Failure('unsupported', "the line has IPv6, and which address is this host's the router does not know")
  await mustBeConnected(wan, http, signal)
  return []
}

/** As a URL has it. undefined: neither a name nor an address. */
function hostOf(text: string): string | undefined {
  const address = parseAddress(text.replace(/^\[(.*)\]$/, '$1'))
  if (address) return addressType(address) === 'AAAA' ? `[${address}]` : address
  return parseName(text)
}
