import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Endpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { freePort } from './free-port.ts'

export interface UnboundSetup {
  /** Whom to ask for which zone; `.` for all others. */
  readonly zones?: Readonly<Record<string, Endpoint>>
  /** DS or DNSKEY records that are trusted. Without any, nothing is validated. */
  readonly anchors?: readonly string[]
  /** Further lines of the server's block. */
  readonly options?: readonly string[]
  /** The network namespace in which it lives; unless named, that of the test. */
  readonly space?: string
}

export interface Unbound {
  readonly endpoint: Endpoint
  readonly stop: () => Promise<void>
}

/** A resolver of its own on 127.0.0.1; no root needed, and nobody else is asked. */
export async function startUnbound({ zones = {}, anchors = [], options = [], space }: UnboundSetup): Promise<Unbound> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'mxhome-unbound-'))
  const file = join(folder, 'unbound.conf')
  // Its own idea of zones for private and documentation addresses gives way to ours.
  const own = Object.keys(zones).filter((zone) => zone !== '.')
  const lines = [
    'server:',
    ...['directory', 'username', 'chroot', 'pidfile', 'logfile'].map(
      (key) => ` ${key}: "${key === 'directory' ? folder : ''}"`,
    ),
    ` interface: 127.0.0.1@${port}`,
    ' use-syslog: no\n do-ip6: no\n num-threads: 1\n do-not-query-localhost: no\n ede: yes\n val-log-level: 1',
    ` module-config: "${anchors.length > 0 ? 'validator ' : ''}iterator"`,
    ...own.map((zone) => ` local-zone: "${zone}." nodefault`),
    ...anchors.map((anchor) => ` trust-anchor: "${anchor}"`),
    ...options.map((option) => ` ${option}`),
    'remote-control:\n control-enable: no',
    ...Object.entries(zones).map(
      ([zone, { address, port: at }]) => `stub-zone:\n name: "${zone}"\n stub-addr: ${address}@${at}\n stub-prime: no`,
    ),
  ]
  await writeFile(file, `${lines.join('\n')}\n`)

  const argv = [...(space ? ['ip', 'netns', 'exec', space] : []), '/usr/sbin/unbound', '-d', '-c', file]
  const unbound = spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] })
  const log: string[] = []
  const kill = () => unbound.kill('SIGKILL')
  process.on('exit', kill)
  const gone = once(unbound, 'close')
  await new Promise<void>((resolve, reject) => {
    unbound.on('error', reject)
    unbound.on('close', (code) => reject(new Error(`unbound ended with ${code}:\n${log.join('\n')}`)))
    createInterface({ input: unbound.stderr }).on('line', (line) => {
      log.push(line)
      if (line.includes('start of service')) resolve()
    })
  })
  return {
    endpoint: { address: parseAddress('127.0.0.1')!, port },
    async stop() {
      unbound.kill('SIGTERM')
      await gone
      process.off('exit', kill)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
