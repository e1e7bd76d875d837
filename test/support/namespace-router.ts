import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { cable, inside, ip } from './behind-router.ts'

/** What a machine must have for it; see whyNoNamespaces. */
export const ROUTER_PROGRAMS = ['ip', 'nft', 'miniupnpd'] as const

/** The home's network: the router's address in it, and that of the box where mxhome runs. */
export const LAN = { router: '192.168.178.1', box: '192.168.178.2' } as const
/** The provider's end of the line. */
const ISP = '5.9.0.1'

export interface NamespaceRouter {
  /** The namespaces: of the box (interface eth0), of the router (lan, wan), and of the internet (isp, and `servers` on its loopback). */
  readonly box: string
  readonly router: string
  readonly internet: string
  /** The line loses its address and gets this one; undefined: it gets none. miniupnpd takes none that is special-purpose. */
  readonly changeWan: (address: string | undefined) => void
  /** UPnP (port 5000), NAT-PMP and PCP; resolves when it serves. `settings`: further lines of its configuration. */
  readonly startMiniupnpd: (
    settings?: readonly string[],
  ) => Promise<{ readonly stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void> }>
  /** Runs a script of Node's in a namespace; resolves to what it printed, as JSON. */
  readonly runNode: (space: string, script: string, ...args: readonly string[]) => Promise<unknown>
  /** Ends whatever still runs in there. */
  readonly stop: () => void
}

let count = 0

/** A box behind a router that translates addresses, and an internet with servers at the addresses that are named. */
export function openNamespaceRouter(wan: string, servers: readonly string[] = []): NamespaceRouter {
  const place = `mxhome-nat-${process.pid}-${count++}`
  const [box, router, internet] = ['box', 'router', 'internet'].map((name) => `${place}-${name}`) as [
    string,
    string,
    string,
  ]
  const spaces = [box, router, internet]
  const folder = mkdtempSync(join(tmpdir(), 'mxhome-router-'))
  const stop = () => {
    const end = (space: string) => `ip netns pids ${space} | xargs -r kill -KILL; ip netns del ${space}`
    for (const space of spaces) execFileSync('sh', ['-c', `${end(space)} || true`], { stdio: 'pipe' })
    rmSync(folder, { recursive: true, force: true })
  }
  const changeWan = (address: string | undefined) => {
    inside(router, 'ip', 'address', 'flush', 'dev', 'wan')
    if (address === undefined) return
    // A line of PPP or DHCP has one address, and the next router need not be in its network.
    inside(router, 'ip', 'address', 'add', `${address}/32`, 'dev', 'wan')
    inside(router, 'ip', 'route', 'replace', 'default', 'via', ISP, 'dev', 'wan', 'onlink')
  }
  try {
    for (const space of spaces) {
      ip('netns', 'add', space)
      inside(space, 'ip', 'link', 'set', 'lo', 'up')
    }
    cable(internet, 'isp', router, 'wan')
    cable(router, 'lan', box, 'eth0')
    inside(internet, 'ip', 'address', 'add', `${ISP}/32`, 'dev', 'isp')
    // Whatever address the line has: the provider finds it by asking for it there.
    inside(internet, 'ip', 'route', 'add', 'default', 'dev', 'isp')
    for (const server of servers) inside(internet, 'ip', 'address', 'add', `${server}/32`, 'dev', 'lo')
    inside(router, 'ip', 'address', 'add', `${LAN.router}/24`, 'dev', 'lan')
    inside(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
    inside(router, 'nft', NAT)
    inside(box, 'ip', 'address', 'add', `${LAN.box}/24`, 'dev', 'eth0')
    inside(box, 'ip', 'route', 'add', 'default', 'via', LAN.router)
    changeWan(wan)
  } catch (thrown) {
    stop()
    throw thrown
  }
  return {
    ...{ box, router, internet, changeWan, stop },
    startMiniupnpd: (settings = []) => startMiniupnpd(router, folder, settings),
    async runNode(space, script, ...args) {
      const { stdout } = await promisify(execFile)('ip', ['netns', 'exec', space, process.execPath, script, ...args])
      return JSON.parse(stdout)
    },
  }
}

const NAT = 'table ip nat { chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }; }'

const MINIUPNPD = [
  ...['ext_ifname=wan', 'listening_ip=lan', 'http_port=5000', 'enable_natpmp=yes', 'enable_upnp=yes'],
  ...['uuid=6d78686f-6d65-4000-8000-726f75746572', 'allow 1024-65535 192.168.178.0/24 1024-65535'],
]

/** Port mappings fail: the tables that they would stand in are not made. */
async function startMiniupnpd(router: string, folder: string, settings: readonly string[]) {
  const [config, pid] = [join(folder, 'miniupnpd.conf'), join(folder, 'miniupnpd.pid')]
  writeFileSync(config, [...MINIUPNPD, ...settings, ''].join('\n'))
  const process = spawn('ip', ['netns', 'exec', router, 'miniupnpd', '-d', '-f', config, '-P', pid], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(process, 'exit')
  const said: string[] = []
  const serving = new Promise<void>((resolve, reject) => {
    createInterface(process.stderr).on('line', (line) => {
      said.push(line)
      if (/listening for nat-pmp/i.test(line)) resolve()
    })
    void ended.then(() => reject(new Error(`miniupnpd ended: ${said.slice(-5).join('\n')}`)))
  })
  await serving
  return {
    async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
      process.kill(signal)
      await ended
    },
  }
}
