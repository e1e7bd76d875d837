// Run inside a network namespace that holds the interface wan0: changes its address, and tells what the daemon made of it.
// Its argument is a copy of the program `ip`: then the daemon shall find none by itself.
import { execFileSync, spawnSync } from 'node:child_process'
import type { StatusDocument } from '../../src/report/status-text.ts'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { startDaemon } from '../support/program.ts'

const [, , copy] = process.argv
const line = await openDyndnsLine(['home.dyn.example'])
const never = '0 0 1 1 *'
const settings = { ...line.settings, MXHOME_IP_SOURCES: 'interface:wan0', MXHOME_WATCH: 'auto', MXHOME_SCHEDULE: never }
const { path } = line.folder // which holds no programs
const daemon = startDaemon({ ...settings, ...(copy && { PATH: path }) }, path, await freePort())
const ip = (...args: string[]) => execFileSync(copy ?? 'ip', args)
const heard: string[] = []
const found: Record<string, unknown> = {}
try {
  for (const address of ['203.0.113.50', '203.0.113.51', '203.0.113.52']) {
    ip('address', 'flush', 'dev', 'wan0')
    ip('address', 'add', `${address}/24`, 'dev', 'wan0')
    await daemon.confirmed('home.dyn.example', address)
    heard.push(String(line.service.holds('home.dyn.example')))
  }
  found.ways = (await daemon.status()).heard?.ways?.map(({ by }) => by)
  if (!copy) {
    const timesOf = ({ heard: known }: StatusDocument) => known?.ways?.find(({ by }) => by === 'kernel')?.times ?? 0
    const before = timesOf(await daemon.status())
    ip('route', 'add', 'default', 'via', '203.0.113.1', 'dev', 'wan0', 'table', '102')
    found.elsewhere =
      timesOf(await daemon.until('it hears of a way in another table', (now) => timesOf(now) > before)) - before
  }
  // Where mxhome looks for it.
  if (copy) found.ip = spawnSync('ip', { env: { PATH: `${path}:/usr/sbin:/sbin` } }).error?.message
} finally {
  await daemon.stop()
  await line.leave()
}
console.log(JSON.stringify({ heard, ...found, repeats: line.service.counters.repeats }))
process.exit(0)
