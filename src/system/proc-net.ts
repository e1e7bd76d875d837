import { endianness } from 'node:os'
import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import type { DefaultRoute, HostAddress } from '../ports/interfaces.ts'

const FLAG = { temporary: 0x01, dadFailed: 0x08, deprecated: 0x20, tentative: 0x40, permanent: 0x80 }
const SCOPES: Readonly<Record<string, HostAddress['scope']>> = { '00': 'global', '20': 'link', '10': 'host' }

/** /proc/net/if_inet6: `address ifindex prefixlen scope flags name`, in hex. How long an address lasts it does not say. */
export function parseIfInet6(text: string): readonly HostAddress[] {
  return rowsOf(text).flatMap(([hex = '', , prefix = '', scope = '', flags = '', name]) => {
    const address = parseAddress(hex.match(/.{4}/g)?.join(':') ?? '')
    if (!address || name === undefined) return []
    const has = (flag: number) => (Number.parseInt(flags, 16) & flag) !== 0
    return {
      interface: name,
      address,
      prefixLength: Number.parseInt(prefix, 16),
      scope: SCOPES[scope] ?? 'other',
      temporary: has(FLAG.temporary),
      deprecated: has(FLAG.deprecated),
      tentative: has(FLAG.tentative),
      dadFailed: has(FLAG.dadFailed),
      dynamic: !has(FLAG.permanent),
      preferredLifetime: has(FLAG.deprecated) ? 0 : has(FLAG.permanent) ? Infinity : Number.NaN,
    }
  })
}

const RTF_UP = 0x0001
const RTF_REJECT = 0x0200

interface Route {
  readonly name: string
  readonly metric: number
  readonly flags: number
}

/** /proc/net/route: `Iface Destination Gateway Flags RefCnt Use Metric Mask ...`; all default routes that work, the preferred one first. */
export const parseRoutes = (text: string): readonly DefaultRoute[] =>
  usable(defaultRoutes(text)).map(({ name, metric, gateway }) => ({
    interface: name,
    gateway: gatewayOf(addressOf(gateway)),
    metric,
  }))

/**
 * The same file: the gateway of the preferred default route that has one, of one interface where one is named. Where this box
 * is itself the end of a line that is preferred (PPP), there is none: behind the next route is another line's router. `isEnd`:
 * whether that interface is one; a VPN's is none.
 */
export function parseRouteGateway(
  text: string,
  name: string | undefined,
  isEnd: (name: string) => boolean,
): { readonly address: IpAddress; readonly interface: string } | undefined {
  for (const route of usable(defaultRoutes(text))) {
    if (name !== undefined && route.name !== name) continue
    const address = gatewayOf(addressOf(route.gateway))
    if (address !== undefined) return { address, interface: route.name }
    if (name === undefined && isEnd(route.name)) return undefined
  }
  return undefined
}

const defaultRoutes = (text: string) =>
  rowsOf(text).flatMap(([name = '', destination, gateway = '', flags = '', , , metric, mask]) =>
    destination === '00000000' && mask === '00000000'
      ? { name, gateway, metric: Number(metric), flags: Number.parseInt(flags, 16) }
      : [],
  )

/** The kernel prints the address as one number of the machine's byte order. */
function addressOf(hex: string): string {
  const octets = (/^[0-9A-F]{8}$/i.test(hex) ? hex.match(/../g)! : []).map((byte) => Number.parseInt(byte, 16))
  return (endianness() === 'LE' ? octets.toReversed() : octets).join('.')
}

/** /proc/net/ipv6_route: `destination length source length next-hop metric refcount use flags name`, in hex; as above. */
export function parseIpv6Routes(text: string): readonly DefaultRoute[] {
  const routes = rowsOf(text).flatMap(
    ([destination = '', length, , , hop = '', metric = '', , , flags = '', name = '']) =>
      /^0{32}$/.test(destination) && length === '00'
        ? { name, hop, metric: Number.parseInt(metric, 16), flags: Number.parseInt(flags, 16) }
        : [],
  )
  return usable(routes).map(({ name, metric, hop }) => ({
    interface: name,
    gateway: gatewayOf(hop.match(/.{4}/g)?.join(':') ?? ''),
    metric,
  }))
}

/** /proc/net/igmp: `Idx Device : Count Querier`, and below each device its groups. The kernel's number of an interface. */
export function parseIndex(text: string, name: string): number | undefined {
  const rows = text.matchAll(/^(\d+)\s+(\S+?)\s*:/gm)
  return [...rows].flatMap(([, index, device]) => (device === name ? Number(index) : []))[0]
}

function gatewayOf(text: string): IpAddress | undefined {
  const address = parseAddress(text)
  return address === '0.0.0.0' || address === '::' ? undefined : address
}

const usable = <One extends Route>(routes: readonly One[]): readonly One[] =>
  routes
    .filter(({ flags }) => (flags & RTF_UP) !== 0 && (flags & RTF_REJECT) === 0)
    .toSorted((one, other) => one.metric - other.metric)

const rowsOf = (text: string): readonly string[][] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length > 1)
