// Run inside a network namespace that holds the interface wan0: changes its address, and tells what the daemon made of it.
import { execFileSync } from 'node:child_process'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { startDaemon } from '../support/program.ts'

const line = await openDyndnsLine(['home.dyn.example'])
const never = '0 0 1 1 *'
const settings = { ...line.settings, MXHOME_IP_SOURCES: 'interface:wan0', MXHOME_WATCH: 'auto', MXHOME_SCHEDULE: never }
const daemon = startDaemon(settings, line.folder.path, await freePort())
const heard: string[] = []
try {
  for (const address of ['203.0.113.50', '203.0.113.51', '203.0.113.52']) {
    execFileSync('ip', ['address', 'flush', 'dev', 'wan0'])
    execFileSync('ip', ['address', 'add', `${address}/24`, 'dev', 'wan0'])
    await daemon.confirmed('home.dyn.example', address)
    heard.push(String(line.service.holds('home.dyn.example')))
  }
} finally {
  await daemon.stop()
  await line.leave()
}
console.log(JSON.stringify({ heard, repeats: line.service.counters.repeats }))
process.exit(0)
