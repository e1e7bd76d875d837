import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cable, inside, ip } from './behind-router.ts'

export interface Uplinks {
  /** Where mxhome lives: eth0 leads to the first router, eth1 to the second. */
  readonly home: string
  readonly dsl: string
  readonly lte: string
  /** Name servers at 192.0.2.53 and .54, a service that tells its caller's address at .80. */
  readonly internet: string
}

const NAT = 'table ip nat { chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }; }'

/** What `ip netns exec` puts over /etc. */
const resolvConfOf = (space: string) => `/etc/netns/${space}`

/** What each provider gives the home, /64. */
export const PREFIXES = { dsl: '2a01:4f8:100:7', lte: '2a02:3030:200:8' } as const

/** What tells the kernel by which line a packet goes: the address that it is sent from. */
const ROUTES = [
  ['eth0', '192.168.1', '101', '100'],
  ['eth1', '192.168.2', '102', '200'],
] as const

/** What the lines have unless others are given. */
const ADDRESSES = { dsl: '198.51.100.7', lte: '203.0.113.8' }
/** For lines whose routers tell their address: miniupnpd takes none that is special-purpose. */
export const PUBLIC = { dsl: '5.9.1.7', lte: '5.9.2.8' }

/**
 * A home with two routers, each with its own NAT and line, which has one of the `addresses`. Runs a script of Node's in the
 * internet, which gets the names of the four namespaces; resolves to what it printed, as JSON. `ipv6`: both lines have IPv6.
 */
export async function withTwoUplinks(script: string, { ipv6 = false, addresses = ADDRESSES } = {}): Promise<unknown> {
  const names = ['home', 'dsl', 'lte', 'internet'].map((name) => `mxhome-lines-${process.pid}-${name}`)
  const [home, dsl, lte, internet] = names as [string, string, string, string]
  try {
    for (const space of names) {
      ip('netns', 'add', space)
      inside(space, 'ip', 'link', 'set', 'lo', 'up')
    }
    for (const host of ['53', '54', '80']) inside(internet, 'ip', 'address', 'add', `192.0.2.${host}/32`, 'dev', 'lo')
    uplink(internet, 'isp1', dsl, addresses.dsl)
    uplink(internet, 'isp2', lte, addresses.lte)
    cable(dsl, 'lan', home, 'eth0')
    cable(lte, 'lan', home, 'eth1')
    for (const [router, [device, network, table, metric]] of [
      [dsl, ROUTES[0]],
      [lte, ROUTES[1]],
    ] as const) {
      inside(router, 'ip', 'address', 'add', `${network}.1/24`, 'dev', 'lan')
      // A route over a cable that is pulled is none.
      inside(home, 'sh', '-c', `echo 1 > /proc/sys/net/ipv4/conf/${device}/ignore_routes_with_linkdown`)
      inside(home, 'ip', 'address', 'add', `${network}.2/24`, 'dev', device)
      inside(home, 'ip', 'route', 'add', 'default', 'via', `${network}.1`, 'metric', metric)
      inside(home, 'ip', 'route', 'add', 'default', 'via', `${network}.1`, 'table', table)
      inside(home, 'ip', 'rule', 'add', 'from', `${network}.2`, 'lookup', table)
    }
    if (ipv6) for (const [nth, router] of [dsl, lte].entries()) ipv6On({ home, router, internet, nth })
    const node = ['netns', 'exec', internet, process.execPath, script, ...names]
    const { stdout } = await promisify(execFile)('ip', node, { maxBuffer: 16 * 1024 * 1024 })
    return JSON.parse(stdout)
  } finally {
    const end = (space: string) => `ip netns pids ${space} | xargs -r kill -KILL; ip netns del ${space}`
    for (const space of names) execFileSync('sh', ['-c', `${end(space)} || true`], { stdio: 'pipe' })
    rmSync(resolvConfOf(home), { recursive: true, force: true })
  }
}

function uplink(internet: string, end: string, router: string, address: string): void {
  cable(internet, end, router, 'wan')
  inside(internet, 'ip', 'address', 'add', `${ispOf(address)}/24`, 'dev', end)
  giveAddress(router, address)
  inside(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
  inside(router, 'nft', NAT)
}

const ispOf = (address: string): string => address.replace(/\d+$/, '1')

function giveAddress(router: string, address: string): void {
  inside(router, 'ip', 'address', 'add', `${address}/24`, 'dev', 'wan')
  inside(router, 'ip', 'route', 'add', 'default', 'via', ispOf(address))
}

/** The same line's IPv6: a prefix that the internet routes to the router, and an address of the box in it. */
function ipv6On({
  home,
  router,
  internet,
  nth,
}: {
  home: string
  router: string
  internet: string
  nth: number
}): void {
  const [device, , table, metric] = ROUTES[nth]!
  const [prefix, transfer] = [Object.values(PREFIXES)[nth]!, `2001:db8:${nth}`]
  const set = (space: string, name: string, value: string) =>
    inside(space, 'sh', '-c', `echo ${value} > /proc/sys/net/ipv6/conf/${name}`)
  const address = (space: string, on: string, what: string) =>
    inside(space, 'ip', 'address', 'add', what, 'dev', on, 'nodad')
  if (nth === 0) address(internet, 'lo', '2001:db8:80::80/128')
  address(internet, `isp${nth + 1}`, `${transfer}::1/64`)
  inside(internet, 'ip', '-6', 'route', 'add', `${prefix}::/64`, 'via', `${transfer}::2`)
  set(router, 'all/forwarding', '1')
  set(router, 'lan/keep_addr_on_down', '1') // a router has its address again once its cable is back
  address(router, 'wan', `${transfer}::2/64`)
  address(router, 'lan', `${prefix}::1/64`)
  inside(router, 'ip', '-6', 'route', 'add', 'default', 'via', `${transfer}::1`)
  set(home, `${device}/ignore_routes_with_linkdown`, '1')
  address(home, device, `${prefix}::2/64`)
  inside(home, 'ip', '-6', 'route', 'add', 'default', 'via', `${prefix}::1`, 'metric', metric)
  inside(home, 'ip', '-6', 'route', 'add', 'default', 'via', `${prefix}::1`, 'table', table)
  inside(home, 'ip', '-6', 'rule', 'add', 'from', `${prefix}::/64`, 'lookup', table)
}

const SILENCE = 'silence { chain through { type filter hook forward priority filter; policy drop; }; }'

export const uplinksOf = ({ home, dsl, lte }: Uplinks) => {
  const routerOf = { dsl, lte }
  return {
    /** Both routers are the home's resolvers, as routers are, but only the first line's is in its resolv.conf. */
    forwardNames(server: string): void {
      const rule = `udp dport 53 dnat to ${server}; tcp dport 53 dnat to ${server}`
      const chain = `chain in { type nat hook prerouting priority dstnat; ${rule.replaceAll(/(^|; )/g, '$1iifname "lan" ip daddr 192.168.0.0/16 ')}; }`
      for (const router of [dsl, lte]) inside(router, 'nft', `table ip names { ${chain}; }`)
      mkdirSync(resolvConfOf(home), { recursive: true })
      writeFileSync(join(resolvConfOf(home), 'resolv.conf'), 'nameserver 192.168.1.1\n')
    },
    /** The cable between box and router. */
    pull: (line: 'dsl' | 'lte') => inside(routerOf[line], 'ip', 'link', 'set', 'lan', 'down'),
    plugIn: (line: 'dsl' | 'lte') => inside(routerOf[line], 'ip', 'link', 'set', 'lan', 'up'),
    /** The line loses its address and gets this one, of the same network. */
    change(line: 'dsl' | 'lte', address: string): void {
      inside(routerOf[line], 'ip', 'address', 'flush', 'dev', 'wan')
      giveAddress(routerOf[line], address)
    },
    /** The provider's side is dead; router and cable know nothing of it. */
    silence: () => inside(dsl, 'nft', `table ip ${SILENCE}`),
    revive: () => inside(dsl, 'nft', 'delete table ip silence'),
    /** The same of IPv6 alone. */
    silenceIpv6: () => inside(dsl, 'nft', `table ip6 ${SILENCE}`),
    reviveIpv6: () => inside(dsl, 'nft', 'delete table ip6 silence'),
    /** What a program that watches the lines does for the box itself. */
    leaveBy: (line: 'dsl' | 'lte') => {
      inside(home, 'sh', '-c', 'ip route del default metric 50 2>/dev/null || true')
      if (line === 'lte') inside(home, 'ip', 'route', 'add', 'default', 'via', '192.168.2.1', 'metric', '50')
    },
  }
}
