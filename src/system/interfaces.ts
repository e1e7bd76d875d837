import { readFileSync } from 'node:fs'
import { BlockList } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import { isOnLocalNetwork } from '../dns/local-network.ts'
import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import type { Exec } from '../ports/exec.ts'
import type { DefaultRoute, Gateway, HostAddress, How, Interfaces } from '../ports/interfaces.ts'
import { parseIpAddresses, parseIpDefaultRoutes, parseIpGateway } from './iproute.ts'
import { parseIfInet6, parseIndex, parseIpv6Routes, parseRouteGateway, parseRoutes } from './proc-net.ts'

interface Kernel {
  /** `ip` unless named. */
  readonly ip?: string
  /** /proc/net unless named. */
  readonly procNet?: string
  readonly networkInterfaces?: typeof networkInterfaces
}

type Os = ReturnType<typeof networkInterfaces>
type Entry = ReturnType<typeof entriesOf>[number]

/**
 * The addresses and default routes of this host: from `ip -json` (iproute2) where it is there; else from Node, which
 * knows no flags, and /proc/net, which does. Rejects with a Failure `network` where neither can tell.
 */
export function openInterfaces(exec: Exec, kernel: Kernel = {}): Interfaces {
  const { ip = 'ip', procNet = '/proc/net' } = kernel
  const list = () => namedByNode(kernel.networkInterfaces ?? networkInterfaces)
  const never = new AbortController().signal
  const askIp = async <T>(args: readonly string[], parse: (json: unknown) => T | undefined): Promise<T | undefined> => {
    const command = { argv: [ip, '-json', ...args] as const, timeout: 5 * SECOND, maxBytes: 4_000_000 }
    // busybox has an `ip` that knows no -json; a container often has none at all.
    const answer = await exec.run(command, never).catch(() => undefined)
    return answer?.code === 0 ? parse(parseJson(answer.stdout)) : undefined
  }
  // The kernel answers from memory, at once; asked by Node's threads, each question would wake them up five times.
  const proc = (name: string): string | undefined => {
    try {
      return readFileSync(join(procNet, name), 'utf8')
    } catch {
      return undefined
    }
  }

  const byNode = async () => [...four(list()), ...six(list(), proc('if_inet6'))]
  /** undefined: there is no table to be read. */
  function byTable(family: 4 | 6): readonly DefaultRoute[] | undefined {
    const table = proc(family === 4 ? 'route' : 'ipv6_route')
    if (table !== undefined) return family === 4 ? parseRoutes(table) : parseIpv6Routes(table)
    // A kernel without IPv6 has no such file.
    return family === 6 && proc('route') !== undefined ? [] : undefined
  }
  async function defaultRoutes(family: 4 | 6, how?: How): Promise<readonly DefaultRoute[]> {
    const glance = how && byTable(family)
    if (glance) return glance
    const known = await askIp([`-${family}`, 'route', 'show', 'default'], parseIpDefaultRoutes)
    const routes = known ?? byTable(family)
    if (routes) return routes
    throw new Failure('network', `the default route is not known: neither ${ip} -json nor ${procNet} could be asked`)
  }
  const numbered = (gateway: Gateway): Gateway => {
    const index = parseIndex(proc('igmp') ?? '', gateway.interface)
    return index === undefined ? gateway : { ...gateway, index }
  }
  return {
    async addresses(how) {
      const glance = how && (await byNode().catch(() => undefined))
      return glance ?? (await askIp(['address', 'show'], parseIpAddresses)) ?? (await byNode())
    },
    defaultRoutes,
    defaultRoute: async (family, how) => (await defaultRoutes(family, how))[0]?.interface,
    async gateway(name) {
      const table = proc('route')
      const isEnd = (on: string) => endsAt(entriesOn(on, list()))
      const seen = table === undefined ? undefined : parseRouteGateway(table, name, isEnd)
      // The table tells no source address: of one alone there is no choice, and no program need be started.
      const only = seen && onlyFour(entriesOn(seen.interface, list()))
      if (seen && only) return numbered({ ...seen, own: only })
      // Where `ip rule` parts two lines, the second one's route stands in a table of its own; /proc shows the main one alone.
      const which = name === undefined ? ['default'] : ['table', 'all', 'default']
      const routes = await askIp(['-4', 'route', 'show', ...which], (json) => [parseIpGateway(json, name, isEnd)])
      if (!routes && table === undefined)
        throw new Failure('network', `the gateway is not known: neither ${ip} -json nor ${procNet} could be asked`)
      const found = routes ? routes[0] : { own: undefined, ...seen }
      if (found?.address === undefined || found.interface === undefined) return undefined
      const { address, interface: on, own = ownTowards(address, entriesOn(on, list())) } = found
      return own && numbered({ address, interface: on, own })
    },
  }
}

/** A line's own address is public, or its carrier's (100.64.0.0/10); that of a VPN's inside is one of a home or office. */
const endsAt = (here: readonly Entry[]): boolean =>
  here.some(({ family, address }) => family === 'IPv4' && !isOnLocalNetwork(address as IpAddress))

/** undefined: the interface has none, or several. */
function onlyFour(here: readonly Entry[]): IpAddress | undefined {
  const [first, ...others] = here.filter(({ family }) => family === 'IPv4')
  return others.length === 0 ? parseAddress(first?.address ?? '') : undefined
}

/** This box's address in the network of the gateway, else its first on that interface. */
function ownTowards(gateway: IpAddress, here: readonly Entry[]): IpAddress | undefined {
  const four = here.filter(({ family, cidr }) => family === 'IPv4' && cidr !== null)
  const near = four.find(({ cidr }) => {
    const [network = '', length = '32'] = cidr!.split('/')
    const block = new BlockList()
    block.addSubnet(network, Number(length), 'ipv4')
    return block.check(gateway, 'ipv4')
  })
  return parseAddress((near ?? four[0])?.address ?? '')
}

const WITHOUT_FLAGS = { temporary: false, deprecated: false, tentative: false, dadFailed: false, dynamic: false }

function four(interfaces: Os): readonly HostAddress[] {
  return entriesOf(interfaces).flatMap(({ name, family, address: text, internal, cidr }) => {
    const address = parseAddress(text)
    if (family !== 'IPv4' || !address) return []
    const scope = internal ? 'host' : address.startsWith('169.254.') ? 'link' : 'global'
    const prefixLength = Number(cidr?.split('/')[1] ?? 32)
    return { interface: name, address, prefixLength, scope, ...WITHOUT_FLAGS, preferredLifetime: Infinity }
  })
}

/** Without flags a temporary address could be taken for a lasting one: unknown is better. */
function six(interfaces: Os, flags: string | undefined): readonly HostAddress[] {
  // Node names none that is switched off or has no cable; the kernel keeps the IPv6 addresses of those without a cable.
  if (flags !== undefined)
    return parseIfInet6(flags).map((one) => (one.interface in interfaces ? one : { ...one, down: true as const }))
  if (
    !entriesOf(interfaces).some(
      ({ family, internal, address }) => family === 'IPv6' && !internal && !address.startsWith('fe80:'),
    )
  )
    return []
  throw new Failure(
    'network',
    'which IPv6 addresses last is not known: neither ip -json nor /proc/net/if_inet6 could be asked',
  )
}

function namedByNode(ask: typeof networkInterfaces): Os {
  try {
    return ask()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Failure('network', `the addresses of this machine are not known: ${why}`, { cause })
  }
}

/** Node lists an IPv4 address that has a label under that: `eth0:1`. */
const entriesOf = (interfaces: Os) =>
  Object.entries(interfaces).flatMap(([label, list = []]) =>
    list.map((one) => ({ name: label.replace(/:.*$/, ''), ...one })),
  )

const entriesOn = (name: string, interfaces: Os) => entriesOf(interfaces).filter((one) => one.name === name)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
