import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Endpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { freePort } from './free-port.ts'
import { startRelay } from './relay.ts'

const NAMED = '/usr/sbin/named'
export const bindIsInstalled = existsSync(NAMED)

export interface BindKey {
  readonly name: string
  readonly algorithm: string
  /** Base64. */
  readonly secret: string
}

export interface BindZone {
  readonly apex: string
  /** Records in master file syntax; SOA (serial 1), NS `ns1` and its A 127.0.0.1 are put before them. */
  readonly records?: string
  /** All of the zone's file instead. */
  readonly text?: string
  /** In the zone's block: `allow-update { ... };`, `update-policy { ... };`. Unless given, every key may update. */
  readonly options?: string
  /** Not primary for this zone: transferred from there, told by NOTIFY (`also-notify` at the primary). */
  readonly secondaryOf?: Endpoint
}

export interface BindSetup {
  readonly zones: readonly BindZone[]
  readonly keys?: readonly BindKey[]
  /** In 127.0.0.0/8, or an IPv4 address of this machine; 127.0.0.1 unless named. */
  readonly address?: string
  /** A free one unless named. */
  readonly port?: number
  /** In the options block: `minimal-any yes;`. */
  readonly options?: string
}

export interface Bind {
  readonly endpoint: Endpoint
  /** Every record of the zone in `dig`'s words, SOA first and once, the others sorted. */
  readonly axfr: (apex: string) => Promise<readonly string[]>
  /** `dig +short` without recursion. */
  readonly dig: (...args: readonly string[]) => Promise<readonly string[]>
  /** Runs nsupdate's commands (`update add ...`), signed by the first key; server and `send` are put around them. */
  readonly nsupdate: (...commands: readonly string[]) => Promise<void>
  /** What named has logged. */
  readonly log: () => string
  readonly stop: () => Promise<void>
}

const run = promisify(execFile)

/** A name server of its own in a temporary folder, authoritative and primary for its zones; no root needed. */
export async function startBind(setup: BindSetup): Promise<Bind> {
  const { zones, keys = [], options = '' } = setup
  const wanted = parseAddress(setup.address ?? '127.0.0.1')!
  const direct = Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === wanted))
  const address = direct ? wanted : '127.0.0.1'
  const port = (direct && setup.port) || (await freePort(address))
  const folder = await mkdtemp(join(tmpdir(), 'mxhome-bind-'))
  await writeFile(join(folder, 'named.conf'), configuration(folder, zones, keys, address, port, options))
  for (const zone of zones) if (!zone.secondaryOf) await writeFile(join(folder, fileOf(zone)), textOf(zone))

  const named = spawn(NAMED, ['-g', '-c', join(folder, 'named.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const lines: string[] = []
  const log = () => lines.join('\n')
  const kill = () => named.kill('SIGKILL')
  process.on('exit', kill)
  const gone = once(named, 'close')
  await new Promise<void>((resolve, reject) => {
    named.on('error', reject)
    named.on('close', (code) => reject(new Error(`named ended with ${code}:\n${log()}`)))
    createInterface({ input: named.stderr }).on('line', (line) => {
      lines.push(line)
      if (line.includes('address in use')) reject(new Error(`port ${port} of ${address} is taken`))
      if (line.endsWith(' running')) resolve()
    })
  })

  const endpoint = { address: parseAddress(address)!, port }
  const relay = direct ? undefined : await startRelay({ address: wanted, port: setup.port ?? port }, endpoint)

  const at = [`@${address}`, '-p', String(port)]
  const answer = async (...args: string[]) => {
    const { stdout } = await run('dig', [...at, '+norec', '+tries=1', ...args])
    return stdout.split('\n').filter((line) => line !== '' && !line.startsWith(';'))
  }
  return {
    endpoint: relay?.endpoint ?? endpoint,
    dig: (...args) => answer('+short', ...args),
    async axfr(apex) {
      const [soa = '', ...records] = await answer('+noall', '+answer', '+onesoa', 'AXFR', apex)
      return [soa, ...records.toSorted()]
    },
    async nsupdate(...commands) {
      const key = keys[0] ? ['-y', `${keys[0].algorithm}:${keys[0].name}:${keys[0].secret}`] : []
      const child = run('nsupdate', ['-v', ...key])
      child.child.stdin?.end(`server ${address} ${port}\n${commands.join('\n')}\nsend\n`)
      await child
    },
    log,
    async stop() {
      await relay?.stop()
      named.kill('SIGTERM')
      await gone
      process.off('exit', kill)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configuration(
  folder: string,
  zones: readonly BindZone[],
  keys: readonly BindKey[],
  address: string,
  port: number,
  options: string,
): string {
  const everyKey = keys.map(({ name }) => `key "${name}";`).join(' ')
  const block = (zone: BindZone) =>
    zone.secondaryOf
      ? `zone "${zone.apex}" {
  type secondary; file "${fileOf(zone)}"; masterfile-format text;
  primaries { ${zone.secondaryOf.address} port ${zone.secondaryOf.port}; };
};`
      : `zone "${zone.apex}" {
  type primary; file "${fileOf(zone)}";
  ${zone.options ?? `allow-update { ${everyKey || 'none;'} };`}
};`
  return `options {
  directory "${folder}"; managed-keys-directory "${folder}"; pid-file none; session-keyfile "${folder}/session.key"; lock-file none;
  listen-on port ${port} { ${address}; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no; allow-query { any; }; allow-transfer { any; };
  ${options}
};
controls { };
${keys.map(({ name, algorithm, secret }) => `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };`).join('\n')}
${zones.map(block).join('\n')}
`
}

const fileOf = ({ apex }: BindZone): string => `${apex}.zone`

const textOf = ({ apex, records = '', text }: BindZone): string =>
  text ??
  `$ORIGIN ${apex}.
$TTL 300
@ IN SOA ns1 hostmaster 1 3600 600 86400 60
@ IN NS ns1
ns1 IN A 127.0.0.1
${records}
`
