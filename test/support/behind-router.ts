import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

export const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: 'pipe', encoding: 'utf8' })
export const inside = (space: string, ...argv: readonly string[]) => ip('netns', 'exec', space, ...argv)

/** What lives in the internet of this test: name servers of the root, of the domain, the world's services, further mail servers. */
const INTERNET = ['192.0.2.1', '192.0.2.53', '192.0.2.54', '192.0.2.80', '203.0.113.25', '203.0.113.26', '203.0.113.27']

export interface Spaces {
  /** Where the mail server and mxhome live: 192.168.178.2, and nothing that the internet could reach by itself. */
  readonly home: string
  /** Translates addresses, lets nothing in, and says so to nobody. */
  readonly router: string
  readonly internet: string
}

/**
 * A home behind a router of its own, and an internet. Runs a script of Node's in the internet, which gets the names of the
 * three namespaces as arguments; resolves to what it printed, as JSON.
 */
export async function behindRouter(script: string): Promise<unknown> {
  const spaces = ['home', 'router', 'internet'].map((name) => `mxhome-path-${process.pid}-${name}`)
  const [home, router, internet] = spaces as [string, string, string]
  try {
    for (const space of spaces) {
      ip('netns', 'add', space)
      inside(space, 'ip', 'link', 'set', 'lo', 'up')
    }
    cable(internet, 'isp', router, 'wan')
    cable(router, 'lan', home, 'eth0')
    inside(internet, 'ip', 'address', 'add', '198.51.100.1/24', 'dev', 'isp')
    for (const address of INTERNET) inside(internet, 'ip', 'address', 'add', `${address}/32`, 'dev', 'lo')
    inside(router, 'ip', 'address', 'add', '192.168.178.1/24', 'dev', 'lan')
    inside(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
    inside(router, 'nft', ROUTER)
    inside(home, 'ip', 'address', 'add', '192.168.178.2/24', 'dev', 'eth0')
    inside(home, 'ip', 'route', 'add', 'default', 'via', '192.168.178.1')
    const node = ['netns', 'exec', internet, process.execPath, script, home, router, internet]
    const { stdout } = await promisify(execFile)('ip', node, { maxBuffer: 16 * 1024 * 1024 })
    return JSON.parse(stdout)
  } finally {
    const end = (space: string) => `ip netns pids ${space} | xargs -r kill -KILL; ip netns del ${space}`
    for (const space of spaces) execFileSync('sh', ['-c', `${end(space)} || true`], { stdio: 'pipe' })
  }
}

const ROUTER = `
table ip nat {
  chain in { type nat hook prerouting priority dstnat; }
  chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
}
table ip wall {
  chain self { type filter hook input priority filter; ct state established,related accept; iifname "wan" drop; }
}`

export function cable(one: string, end: string, other: string, otherEnd: string): void {
  inside(one, 'ip', 'link', 'add', end, 'type', 'veth', 'peer', 'name', otherEnd, 'netns', other)
  inside(one, 'ip', 'link', 'set', end, 'up')
  inside(other, 'ip', 'link', 'set', otherEnd, 'up')
}

/** What the owner of a router does, or his provider. */
export const routerOf = ({ router }: Spaces) => ({
  /** The line gets this address, and loses the one before. */
  address(address: string): void {
    inside(router, 'ip', 'address', 'flush', 'dev', 'wan')
    inside(router, 'ip', 'address', 'add', `${address}/24`, 'dev', 'wan')
    inside(router, 'ip', 'route', 'replace', 'default', 'via', '198.51.100.1')
  },
  /** Gives the rule. */
  forwardMail(): string {
    const rule = 'add rule ip nat in iifname "wan" tcp dport 25 dnat to 192.168.178.2'
    inside(router, 'nft', rule)
    return rule
  },
  /** Nothing comes through any more, in either direction, and nobody is told. */
  silence(): void {
    inside(
      router,
      'nft',
      'table ip silence { chain through { type filter hook forward priority filter; policy drop; }; }',
    )
  },
})
