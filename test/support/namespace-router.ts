import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
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
  /** The cable between box and router, with its addresses; once it is there, whoever calls has taken it away. */
  readonly plugIn: () => void
  /** UPnP (port 5000), NAT-PMP and PCP; resolves when it serves. `settings`: further lines of its configuration. */
  readonly startMiniupnpd: (settings?: readonly string[]) => Promise<Running>
  /** Runs a script of Node's in a namespace; resolves to what it printed, as JSON. */
  readonly runNode: (space: string, script: string, ...args: readonly string[]) => Promise<unknown>
  /** Starts one that prints JSON, a line each. */
  readonly startNode: (space: string, script: string, ...args: readonly string[]) => Talking
  /** Starts another program; resolves when it prints what is expected, on either output. */
  readonly startProgram: (space: string, argv: readonly string[], ready: RegExp) => Promise<Running>
  /** Ends whatever still runs in there. */
  readonly stop: () => void
}

export interface Running {
  /** The lines that it has printed so far. */
  readonly said: () => readonly string[]
  /** Gives it a line of input. */
  readonly tell: (line: string) => void
  readonly stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>
}

export interface Talking extends Pick<Running, 'stop'> {
  /** The next line that has not been asked for; rejects when the program has ended. */
  readonly next: () => Promise<unknown>
}

let count = 0

/**
 * A box behind a router that translates addresses, and an internet with servers at the addresses that are named.
 * `machine`: the box is that of this process, a container's say, which then stays when the rest is stopped.
 */
export function openNamespaceRouter(wan: string, servers: readonly string[] = [], machine?: string): NamespaceRouter {
  const place = `mxhome-nat-${process.pid}-${count++}`
  const [box, router, internet] = ['box', 'router', 'internet'].map((name) => `${place}-${name}`) as [
    string,
    string,
    string,
  ]
  const own = [...(machine === undefined ? [box] : []), router, internet]
  const folder = mkdtempSync(join(tmpdir(), 'mxhome-router-'))
  const stop = () => {
    const end = (space: string) => `ip netns pids ${space} | xargs -r kill -KILL; ip netns del ${space}`
    for (const space of own) execFileSync('sh', ['-c', `${end(space)} || true`], { stdio: 'pipe' })
    if (machine !== undefined) execFileSync('sh', ['-c', `ip netns del ${box} || true`], { stdio: 'pipe' })
    rmSync(folder, { recursive: true, force: true })
  }
  const changeWan = (address: string | undefined) => {
    inside(router, 'ip', 'address', 'flush', 'dev', 'wan')
    if (address === undefined) return
    // A line of PPP or DHCP has one address, and the next router need not be in its network.
    inside(router, 'ip', 'address', 'add', `${address}/32`, 'dev', 'wan')
    inside(router, 'ip', 'route', 'replace', 'default', 'via', ISP, 'dev', 'wan', 'onlink')
  }
  const plugIn = () => {
    cable(router, 'lan', box, 'eth0')
    inside(router, 'ip', 'address', 'add', `${LAN.router}/24`, 'dev', 'lan')
    inside(box, 'ip', 'address', 'add', `${LAN.box}/24`, 'dev', 'eth0')
    inside(box, 'ip', 'route', 'add', 'default', 'via', LAN.router)
  }
  try {
    if (machine !== undefined) ip('netns', 'attach', box, machine)
    for (const space of own) {
      ip('netns', 'add', space)
      inside(space, 'ip', 'link', 'set', 'lo', 'up')
    }
    cable(internet, 'isp', router, 'wan')
    inside(internet, 'ip', 'address', 'add', `${ISP}/32`, 'dev', 'isp')
    // Whatever address the line has: the provider finds it by asking for it there.
    inside(internet, 'ip', 'route', 'add', 'default', 'dev', 'isp')
    for (const server of servers) inside(internet, 'ip', 'address', 'add', `${server}/32`, 'dev', 'lo')
    inside(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
    inside(router, 'nft', NAT)
    plugIn()
    changeWan(wan)
  } catch (thrown) {
    stop()
    throw thrown
  }
  return {
    ...{ box, router, internet, changeWan, plugIn, stop },
    startMiniupnpd: (settings = []) => startMiniupnpd(router, folder, settings),
    async runNode(space, script, ...args) {
      const { stdout } = await promisify(execFile)('ip', ['netns', 'exec', space, process.execPath, script, ...args])
      return JSON.parse(stdout)
    },
    startNode: talk,
    startProgram,
  }
}

const NAT = 'table ip nat { chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }; }'

const MINIUPNPD = [
  ...['ext_ifname=wan', 'listening_ip=lan', 'http_port=5000', 'enable_natpmp=yes', 'enable_upnp=yes'],
  ...['uuid=6d78686f-6d65-4000-8000-726f75746572', 'allow 1024-65535 192.168.178.0/24 1024-65535'],
]

/**
 * In the namespace of a router with the interfaces lan and wan. Port mappings fail: the tables that they would stand in are
 * not made.
 */
export async function startMiniupnpd(router: string, folder: string, settings: readonly string[] = []) {
  const [config, pid] = [join(folder, 'miniupnpd.conf'), join(folder, 'miniupnpd.pid')]
  writeFileSync(config, [...MINIUPNPD, ...settings, ''].join('\n'))
  return startProgram(router, ['miniupnpd', '-d', '-f', config, '-P', pid], /listening for nat-pmp/i)
}

/** See NamespaceRouter. */
export async function startProgram(space: string, argv: readonly string[], ready: RegExp): Promise<Running> {
  const program = spawn('ip', ['netns', 'exec', space, ...argv], { stdio: 'pipe' })
  const ended = once(program, 'exit')
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    for (const output of [program.stdout, program.stderr]) {
      createInterface(output).on('line', (line) => {
        said.push(line)
        if (ready.test(line)) resolve()
      })
    }
    void ended.then(() => reject(new Error(`${argv[0]} ended: ${said.slice(-5).join('\n')}`)))
  })
  return {
    said: () => said,
    tell: (line) => void program.stdin.write(`${line}\n`),
    stop: (signal) => end(program, ended, signal),
  }
}

function talk(space: string, script: string, ...args: readonly string[]): Talking {
  const argv = ['netns', 'exec', space, process.execPath, script, ...args]
  const program = spawn('ip', argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(program, 'exit')
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
  return {
    stop: (signal) => end(program, ended, signal),
    async next() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`${script} has ended`)
      return JSON.parse(value)
    },
  }
}

async function end(program: ChildProcess, ended: Promise<unknown>, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  program.kill(signal)
  await ended
}
