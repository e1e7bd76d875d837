// Run inside the namespace of a box whose router crashes: it comes back with another prefix, and never takes back the old one.
import { execFileSync, spawn } from 'node:child_process'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { interfaceIdentifier } from '../support/prefix-home.ts'
import { mxhome, startDaemon } from '../support/program.ts'
import { radvdIn } from '../support/radvd.ts'

const [router = ''] = process.argv.slice(2)
const [OLD, NEW, SERVICE] = ['2a01:4f8:100:7', '2a01:4f8:200:8', '2a01:4f8:ffff::80']
const HOST = 'box.dyn.example'
const out = (...argv: readonly string[]) => execFileSync('ip', ['netns', 'exec', router, ...argv], { encoding: 'utf8' })

const line = await openDyndnsLine([HOST])
const radvd = radvdIn(router, line.folder.path)
out('ip', 'address', 'add', `${SERVICE}/128`, 'dev', 'lo')
out('ip', '-6', 'route', 'add', `${OLD}::/64`, 'dev', 'lan')
const ECHO = `require('node:http').createServer(({ socket }, response) => response.end(socket.remoteAddress)).listen(80, '::')`
const echo = spawn('ip', ['netns', 'exec', router, process.execPath, '-e', ECHO], { stdio: 'ignore' })
const own = interfaceIdentifier(execFileSync('cat', ['/sys/class/net/eth0/address'], { encoding: 'utf8' }))
const nameOf = (address: unknown) =>
  String(address).replace(`${OLD}:${own}`, 'the old prefix').replace(`${NEW}:${own}`, 'the new prefix')

const { MXHOME_IP_SOURCES: _, ...common } = line.settings
const settings = {
  ...common,
  MXHOME_IPV4: 'off',
  MXHOME_IPV6: 'on',
  MXHOME_WATCH: 'kernel',
  MXHOME_SCHEDULE: '0 0 1 1 *',
}
const service = `http:http://[${SERVICE}]/`
await radvd.announce(OLD, undefined, 7000)
const daemon = startDaemon(
  { ...settings, MXHOME_IP_SOURCES: `interface:eth0,${service}` },
  line.folder.path,
  await freePort(),
)
try {
  await daemon.confirmed(HOST, `${OLD}:${own}`)
  const before = nameOf(line.service.holds(HOST))
  await radvd.stop()
  out('ip', '-6', 'route', 'replace', 'blackhole', `${OLD}::/64`)
  out('ip', '-6', 'route', 'add', `${NEW}::/64`, 'dev', 'lan')
  await radvd.announce(NEW, undefined, 1800)
  await daemon.confirmed(HOST, `${NEW}:${own}`)
  const all: { preferred_life_time: number; local?: string; temporary?: true }[] = JSON.parse(
    execFileSync('ip', ['-json', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'global'], { encoding: 'utf8' }),
  )[0].addr_info
  const lasting = all.filter(({ local, temporary }) => local && !temporary)
  const preferred = lasting.toSorted((one, other) => other.preferred_life_time - one.preferred_life_time)
  const told = await mxhome(['ip', '--json'], { ...settings, MXHOME_IP_SOURCES: service }, line.folder.path)
  console.log(
    JSON.stringify({
      before,
      after: nameOf(line.service.holds(HOST)),
      preferred: preferred.map(({ local }) => nameOf(local)),
      alone: nameOf(JSON.parse(told.stdout).lines[0].addresses),
      repeats: line.service.counters.repeats,
    }),
  )
} finally {
  await daemon.stop()
  await radvd.stop()
  echo.kill('SIGKILL')
  await line.leave()
}
process.exit(0)
