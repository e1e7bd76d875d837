import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import type { HostAddress } from '../ports/interfaces.ts'

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
      preferredLifetime: has(FLAG.deprecated) ? 0 : Infinity,
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

/** /proc/net/route: `Iface Destination Gateway Flags RefCnt Use Metric Mask ...`; the interface of the preferred default route. */
export function parseRoute(text: string): string | undefined {
  return preferred(
    rowsOf(text).flatMap(([name = '', destination, , flags = '', , , metric, mask]) =>
      destination === '00000000' && mask === '00000000'
        ? { name, metric: Number(metric), flags: Number.parseInt(flags, 16) }
        : [],
    ),
  )
}

/** The same file: the gateway of the preferred default route, or of that of one interface. Its bytes are little-endian. */
export function parseRouteGateway(
  text: string,
  only: string | undefined,
): { readonly address: IpAddress; readonly interface: string } | undefined {
  const routes = rowsOf(text).flatMap(([name = '', destination, hex = '', flags = '', , , metric, mask]) => {
    const bytes = hex.match(/^[0-9A-F]{8}$/i)?.[0].match(/../g) ?? []
    const gateway = parseAddress(
      bytes
        .map((byte) => Number.parseInt(byte, 16))
        .toReversed()
        .join('.'),
    )
    const isDefault = destination === '00000000' && mask === '00000000' && (only === undefined || name === only)
    return isDefault && gateway && gateway !== '0.0.0.0'
      ? { name, gateway, metric: Number(metric), flags: Number.parseInt(flags, 16) }
      : []
  })
  const best = routes.find(({ name }) => name === preferred(routes))
  return best && { address: best.gateway, interface: best.name }
}

/** /proc/net/ipv6_route: `destination length source length next-hop metric refcount use flags name`, in hex. */
export function parseIpv6Route(text: string): string | undefined {
  return preferred(
    rowsOf(text).flatMap(([destination = '', length, , , , metric = '', , , flags = '', name = '']) =>
      /^0{32}$/.test(destination) && length === '00'
        ? { name, metric: Number.parseInt(metric, 16), flags: Number.parseInt(flags, 16) }
        : [],
    ),
  )
}

function preferred(routes: readonly Route[]): string | undefined {
  const usable = routes.filter(({ flags }) => (flags & RTF_UP) !== 0 && (flags & RTF_REJECT) === 0)
  return usable.toSorted((one, other) => one.metric - other.metric)[0]?.name
}

const rowsOf = (text: string): readonly string[][] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length > 1)
