import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import type { DefaultRoute, HostAddress } from '../ports/interfaces.ts'

/** What `ip -json address show` prints: `[{ifname, addr_info: [{local, prefixlen, scope, temporary?, ...}]}]`. undefined: something else. */
export function parseIpAddresses(json: unknown): readonly HostAddress[] | undefined {
  if (!Array.isArray(json)) return undefined
  return json.filter(isRecord).flatMap(({ ifname, addr_info: list, flags }) =>
    typeof ifname === 'string' && Array.isArray(list)
      ? list.filter(isRecord).flatMap((info) => {
          const address = hostAddress(ifname, info)
          return address ? [isDown(flags) ? { ...address, down: true as const } : address] : []
        })
      : [],
  )
}

/** What `ip -json route show default` prints: the default routes that work, the preferred one first. */
export const parseIpDefaultRoutes = (json: unknown): readonly DefaultRoute[] | undefined =>
  defaultRoutes(json)?.flatMap((route) =>
    hopsOf(route).flatMap(({ dev, gateway }) =>
      typeof dev === 'string'
        ? { interface: dev, gateway: parseAddress(String(gateway)), metric: metricOf(route) }
        : [],
    ),
  )

/**
 * The same list, or that of all tables: the first route with a gateway, of one interface where one is named. Where this box is
 * itself the end of a line that is preferred (`isEnd`, PPP), there is none: behind the next one is another line's router.
 * `prefsrc` is there where it was set, `table` where it is not the main one.
 */
export function parseIpGateway(
  json: unknown,
  name: string | undefined,
  isEnd: (name: string) => boolean,
): { readonly address: IpAddress; readonly interface: string; readonly own: IpAddress | undefined } | undefined {
  for (const route of defaultRoutes(json) ?? []) {
    for (const { dev, gateway } of hopsOf(route)) {
      const address = parseAddress(String(gateway))
      if (address && typeof dev === 'string' && (name === undefined || dev === name))
        return { address, interface: dev, own: parseAddress(String(route.prefsrc)) }
      if (!address && name === undefined && typeof dev === 'string' && isEnd(dev)) return undefined
    }
  }
  return undefined
}

/** Those that work, the preferred one first. undefined: something else. */
function defaultRoutes(json: unknown): readonly Record<string, unknown>[] | undefined {
  if (!Array.isArray(json)) return undefined
  const routes = json.filter(isRecord).filter(({ dst, type, flags }) => {
    const works = type === undefined || type === 'unicast'
    return dst === 'default' && works && isUsable(flags)
  })
  return routes.sort((one, other) => tableOf(one) - tableOf(other) || metricOf(one) - metricOf(other))
}

const tableOf = ({ table }: Record<string, unknown>): number => Number(table !== undefined && table !== 'main')

/** A route over several links names them one by one. */
function hopsOf(route: Record<string, unknown>): readonly Record<string, unknown>[] {
  const hops = Array.isArray(route.nexthops)
    ? route.nexthops.filter(isRecord).filter(({ flags }) => isUsable(flags))
    : []
  return [route, ...hops]
}

const isUsable = (flags: unknown) => !(Array.isArray(flags) && flags.some((flag) => UNUSABLE.includes(flag)))

/** A cable that is not plugged in. */
const UNUSABLE: readonly unknown[] = ['dead', 'linkdown']
/** It keeps its IPv4 addresses then. */
const isDown = (flags: unknown): boolean =>
  Array.isArray(flags) && (!flags.includes('UP') || flags.includes('NO-CARRIER'))
/** 32 bits set: for ever. */
const FOREVER = 4294967295
const SCOPES = ['global', 'link', 'host'] as const

function hostAddress(name: string, info: Record<string, unknown>): HostAddress | undefined {
  const address = parseAddress(String(info.local))
  // Old versions print empty objects for the other family.
  if (!address) return undefined
  const { prefixlen, scope, preferred_life_time: preferred = FOREVER } = info
  return {
    interface: name,
    address,
    prefixLength: Number(prefixlen),
    scope: SCOPES.find((one) => one === scope) ?? 'other',
    temporary: info.temporary === true,
    deprecated: info.deprecated === true,
    tentative: info.tentative === true,
    dadFailed: info.dadfailed === true,
    dynamic: info.dynamic === true,
    preferredLifetime: preferred === FOREVER ? Infinity : Number(preferred),
  }
}

const metricOf = ({ metric }: Record<string, unknown>): number => (typeof metric === 'number' ? metric : 0)

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
