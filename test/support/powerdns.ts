import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { Endpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { freePort } from './free-port.ts'

const PDNS = '/usr/sbin/pdns_server'
/** Of the package pdns-backend-sqlite3. */
export const POWERDNS_SCHEMA = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql'

export interface PowerdnsRRset {
  readonly name: string
  readonly type: string
  readonly ttl: number
  readonly records: readonly { readonly content: string; readonly disabled: boolean }[]
  readonly comments?: readonly { readonly content: string; readonly account: string }[]
}

export interface PowerdnsZone {
  readonly apex: string
  readonly kind?: 'Native' | 'Slave'
  readonly rrsets?: readonly PowerdnsRRset[]
}

export interface Powerdns {
  /** Of its HTTP API. */
  readonly url: string
  /** Of its name server. */
  readonly endpoint: Endpoint
  /** All RRsets as the API shows them, disabled records and comments included, sorted. */
  readonly rrsets: (apex: string) => Promise<readonly PowerdnsRRset[]>
  /** What was asked of the API so far: `PATCH /api/v1/...`, in order. Its log comes late: a mark of our own is awaited. */
  readonly requests: () => Promise<readonly string[]>
  readonly stop: () => Promise<void>
}

/** A PowerDNS server of its own in a temporary folder, with an SQLite database and its HTTP API; no root needed. */
export async function startPowerdns(apiKey: string, zones: readonly PowerdnsZone[]): Promise<Powerdns> {
  const folder = await mkdtemp(join(tmpdir(), 'mxhome-powerdns-'))
  const [port, apiPort] = [await freePort(), await freePort()]
  const database = new DatabaseSync(join(folder, 'zones.db'))
  database.exec(readFileSync(POWERDNS_SCHEMA, 'utf8'))
  database.close()
  await writeFile(join(folder, 'pdns.conf'), configuration(folder, port, apiPort, apiKey))

  const server = spawn(PDNS, [`--config-dir=${folder}`], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const kill = () => server.kill('SIGKILL')
  process.on('exit', kill)
  const gone = once(server, 'close')
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.on('close', (code) => reject(new Error(`pdns_server ended with ${code}:\n${lines.join('\n')}`)))
    for (const output of [server.stdout, server.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        lines.push(line)
        if (line.includes('ready to distribute questions')) resolve()
      })
    }
  })

  let marks = 0
  const url = `http://127.0.0.1:${apiPort}`
  const path = `${url}/api/v1/servers/localhost/zones`
  const headers = { 'x-api-key': apiKey }
  for (const { apex, kind = 'Native', rrsets = [] } of zones) {
    const copied = kind === 'Slave' ? { masters: ['127.0.0.1'] } : { nameservers: [`ns1.${apex}.`], rrsets }
    const body = JSON.stringify({ name: `${apex}.`, kind, ...copied })
    const made = await fetch(path, { method: 'POST', headers, body })
    if (!made.ok) throw new Error(`the zone ${apex} was not made: ${await made.text()}`)
  }

  return {
    url,
    endpoint: { address: parseAddress('127.0.0.1')!, port },
    async rrsets(apex) {
      const shown = await fetch(`${path}/${apex}.`, { headers })
      const zone = (await shown.json()) as { rrsets: PowerdnsRRset[] }
      return zone.rrsets.toSorted((a, b) => (`${a.name} ${a.type}` < `${b.name} ${b.type}` ? -1 : 1))
    },
    async requests() {
      const asked = () => lines.flatMap((line) => /"((?:GET|POST|PUT|PATCH|DELETE) \S+) HTTP/.exec(line)?.[1] ?? [])
      marks += 1
      const mark = `/api/v1/servers/localhost/zones/mark-${marks}.`
      await fetch(url + mark, { headers })
      while (!asked().includes(`GET ${mark}`)) {
        await setImmediate()
      }
      return asked()
    },
    async stop() {
      server.kill('SIGTERM')
      await gone
      process.off('exit', kill)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const configuration = (folder: string, port: number, apiPort: number, apiKey: string) => `
launch=gsqlite3
gsqlite3-database=${folder}/zones.db
daemon=no
guardian=no
socket-dir=${folder}
local-address=127.0.0.1
local-port=${port}
api=yes
api-key=${apiKey}
webserver-address=127.0.0.1
webserver-port=${apiPort}
webserver-loglevel=normal
loglevel=6
security-poll-suffix=
`
