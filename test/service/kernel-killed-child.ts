// Run inside a network namespace that holds the interface wan0: kills the daemon's `ip monitor`, and tells how the daemon hears of
// a change that comes before there is another one, and of one that comes later.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { startDaemon } from '../support/program.ts'

const line = await openDyndnsLine(['home.dyn.example'])
const never = '0 0 1 1 *'
const settings = { ...line.settings, MXHOME_IP_SOURCES: 'interface:wan0', MXHOME_WATCH: 'auto', MXHOME_SCHEDULE: never }
const daemon = startDaemon(settings, line.folder.path, await freePort())

const proc = (file: string): string => {
  try {
    return readFileSync(`/proc/${file}`, 'utf8')
  } catch {
    return '' // it has ended meanwhile
  }
}
/** The monitor that the daemon has started; undefined: none runs. */
function monitor(): number | undefined {
  const { pid } = daemon.child
  const children = proc(`${pid}/task/${pid}/children`).trim().split(' ').map(Number)
  return children.find((child) => proc(`${child}/cmdline`).startsWith('ip\0-o\0monitor\0'))
}
/** Only once it has joined a group of the kernel's (netlink(7)) does it hear anything. */
const hears = (pid: number | undefined): boolean =>
  proc('net/netlink')
    .split('\n')
    .some((socket) => {
      const [, , owner, groups] = socket.split(/\s+/)
      return Number(owner) === pid && /[1-9a-f]/.test(groups ?? '')
    })
const follow = async (address: string) => {
  execFileSync('ip', ['address', 'flush', 'dev', 'wan0'])
  execFileSync('ip', ['address', 'add', `${address}/24`, 'dev', 'wan0'])
  await daemon.confirmed('home.dyn.example', address)
  return String(line.service.holds('home.dyn.example'))
}

const found: Record<string, unknown> = {}
try {
  await daemon.confirmed('home.dyn.example', '203.0.113.50')
  await daemon.until('its monitor runs', () => hears(monitor()))
  const first = monitor()!
  process.kill(first, 'SIGKILL')
  await daemon.until('its monitor is dead', () => monitor() !== first)
  found.meanwhile = await follow('203.0.113.51')
  await daemon.until('its monitor runs again', () => hears(monitor()))
  found.later = await follow('203.0.113.52')
  found.ways = (await daemon.status()).heard?.ways?.map(({ by }) => by)
} finally {
  await daemon.stop()
  await line.leave()
}
console.log(JSON.stringify({ ...found, repeats: line.service.counters.repeats }))
process.exit(0)
