import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './free-port.ts'

const KNOTD = '/usr/sbin/knotd'
export const knotIsInstalled = existsSync(KNOTD)
/** Of the key `home`, hmac-sha256, in base64. */
export const KNOT_SECRET = Buffer.from('k'.repeat(32)).toString('base64')

const configuration = (folder: string, port: number, types: string) => `
server:
  rundir: ${folder}
  listen: 127.0.0.1@${port}
database:
  storage: ${folder}
key:
  - id: home
    algorithm: hmac-sha256
    secret: ${KNOT_SECRET}
acl:
  - id: home
    action: update
    key: home
    update-type: [${types}]
  - id: all
    action: transfer
    address: 127.0.0.1
zone:
  - domain: example.com
    storage: ${folder}
    acl: [home, all]
`

export interface Knot {
  /** `127.0.0.1:PORT` */
  readonly server: string
  readonly stop: () => Promise<void>
}

/** A Knot DNS server of its own in a temporary folder, primary for example.com; no root needed. The key `home` may write these types. */
export async function startKnot(zone: string, types = 'A, AAAA'): Promise<Knot> {
  const folder = await mkdtemp(join(tmpdir(), 'mxhome-knot-'))
  const port = await freePort('127.0.0.1')
  await writeFile(join(folder, 'knot.conf'), configuration(folder, port, types))
  await writeFile(join(folder, 'example.com.zone'), zone)
  const knotd = spawn(KNOTD, ['-c', join(folder, 'knot.conf')], { stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => knotd.kill('SIGKILL')
  process.on('exit', kill)
  const gone = once(knotd, 'close')
  const seen: string[] = []
  await new Promise<void>((resolve, reject) => {
    const onLine = (line: string) => {
      seen.push(line)
      if (/\[example\.com\.\] .*loaded|server started/.test(line)) resolve()
    }
    createInterface({ input: knotd.stdout }).on('line', onLine)
    createInterface({ input: knotd.stderr }).on('line', onLine)
    knotd.on('close', () => reject(new Error(`knotd has ended:\n${seen.join('\n')}`)))
  })
  return {
    server: `127.0.0.1:${port}`,
    async stop() {
      knotd.kill('SIGTERM')
      await gone
      process.off('exit', kill)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
