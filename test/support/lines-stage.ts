import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { StatusDocument } from '../../src/report/status-text.ts'
import { startBind } from './bind.ts'
import { NODE, openFolder } from './program.ts'

const KEY = { name: 'home', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 'k').toString('base64') }
const OPTIONS =
  'allow-update { key "home"; }; notify explicit; notify-delay 0; also-notify { 192.0.2.54 port 53; }; notify-source 192.0.2.53;'

const COMMON = `lineDownAfter: 2s
failbackAfter: 6s
providers:
  - {use: rfc2136, server: 192.0.2.53, keyName: home, keySecret: ${KEY.secret}, zones: [example.com]}
resolvers: 192.0.2.53
nameservers: 192.0.2.53, 192.0.2.54
allowAddresses: 198.51.100.0/24, 203.0.113.0/24
log: {level: debug}
doctorInterval: off
`

const EACH_SECOND = "schedule: '* * * * * *'\nwatch: off\n"

interface Stage {
  /** The namespace of the box with two lines. */
  readonly home: string
  /** Of example.com. */
  readonly records: string
  /** YAML, beside what all have. */
  readonly configuration: string
  /** Where the service that tells the caller's address listens. */
  readonly echoes: readonly string[]
  /** When rounds begin; unless given, each second, and by nothing that is heard. */
  readonly begins?: string
  /** Where the daemon tells its status; unless given, nowhere. */
  readonly listen?: string
}

/** Run in the internet of two-uplinks.ts: two name servers, a service that tells addresses, and the daemon at home. */
export async function openLinesStage(stage: Stage) {
  const { home, records, configuration, echoes, begins = EACH_SECOND, listen = 'off' } = stage
  const primary = await startBind({
    zones: [{ apex: 'example.com', records, options: OPTIONS }],
    keys: [KEY],
    address: '192.0.2.53',
    port: 53,
  })
  const copy = { apex: 'example.com', secondaryOf: primary.endpoint }
  const servers = [primary, await startBind({ zones: [copy], address: '192.0.2.54', port: 53 })] as const
  const listening = echoes.map(async (address) => {
    const echo = createServer((request, response) => response.end(request.socket.remoteAddress)).listen(80, address)
    await once(echo, 'listening')
    return echo
  })
  const services = await Promise.all(listening)

  const folder = openFolder()
  writeFileSync(join(folder.path, 'mxhome.yaml'), `${COMMON}listen: ${listen}\n${begins}${configuration}`, {
    mode: 0o600,
  })
  const env = { PATH: process.env.PATH, HOME: folder.path, MXHOME_STATE_DIR: join(folder.path, 'state') }
  const inHome = (...args: string[]) => ['netns', 'exec', home, NODE, resolve('dist/mxhome.js'), ...args]
  const daemon = spawn('ip', inHome('run'), { cwd: folder.path, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  daemon.stderr.on('data', (chunk) => (log += chunk))
  const gone = once(daemon, 'close')
  const entries = () => log.split('\n').flatMap((text) => (/^{.*}$/.test(text) ? [JSON.parse(text)] : []))

  async function until(what: string, meets: () => boolean | Promise<boolean>, tries = 600) {
    for (let left = tries; left > 0; left--) {
      if (await meets()) return
      if (daemon.exitCode !== null) break
      await pause(50)
    }
    throw new Error(`never: ${what}\n${log}`)
  }
  /** Both name servers have that and nothing else. */
  const both = async (host: string, address: string, type: 'A' | 'AAAA' = 'A') =>
    (await Promise.all(servers.map((server) => server.dig(`${host}.example.com`, type)))).every(
      (found) => String(found) === address,
    )
  async function asks(command: string): Promise<unknown> {
    const { stdout } = await promisify(execFile)('ip', inHome(command, '--json'), { cwd: folder.path, env })
    return JSON.parse(stdout)
  }
  return {
    ...{ servers, entries, until, both },
    shown: (host: string, address: string, type?: 'A' | 'AAAA') =>
      until(`${host} has ${address}`, () => both(host, address, type)),
    /** So many of that message have been logged. */
    told: (message: string, times: number) =>
      until(`${message}, ${times} times`, () => entries().filter((one) => one.message === message).length >= times),
    published: () =>
      entries()
        .filter(({ message }) => message === 'published')
        .map(({ host, after }): string => `${host} ${after}`),
    changes: () =>
      entries()
        .filter(({ message }) => /^fail-/.test(message))
        .map(({ message, from, to }): string => `${message} ${from} ${to}`),
    /** What `mxhome ip --json` says, beside the daemon. */
    ip: () => asks('ip'),
    /** Begins a round. */
    look: () => daemon.kill('SIGUSR1'),
    status: async () => (await asks('status')) as StatusDocument,
    async leave(): Promise<void> {
      daemon.kill('SIGTERM')
      await gone
      for (const echo of services) echo.close()
      await Promise.all(servers.map((server) => server.stop()))
      folder.leave()
    },
  }
}
