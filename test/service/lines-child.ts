// Run in the internet of two-uplinks.ts: name servers, a service that tells addresses, the daemon at home; pulls one line and puts it back.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startBind } from '../support/bind.ts'
import { NODE, openFolder } from '../support/program.ts'
import { uplinksOf } from '../support/two-uplinks.ts'

const [home = '', dsl = '', lte = '', internet = ''] = process.argv.slice(2)
const line = uplinksOf({ home, dsl, lte, internet })
const KEY = { name: 'home', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 'k').toString('base64') }
const HOSTS = ['mail', 'mail2'] as const

const records = 'mail 60 A 198.51.100.1\nmail2 60 A 203.0.113.1\n@ MX 10 mail\n@ MX 20 mail2'
const options =
  'allow-update { key "home"; }; notify explicit; notify-delay 0; also-notify { 192.0.2.54 port 53; }; notify-source 192.0.2.53;'
const primary = await startBind({
  zones: [{ apex: 'example.com', records, options }],
  keys: [KEY],
  address: '192.0.2.53',
  port: 53,
})
const copy = { apex: 'example.com', secondaryOf: primary.endpoint }
const secondary = await startBind({ zones: [copy], address: '192.0.2.54', port: 53 })
const echo = createServer((request, response) => response.end(request.socket.remoteAddress))
await new Promise<void>((done) => echo.listen(80, '192.0.2.80', done))

const folder = openFolder()
writeFileSync(
  join(folder.path, 'mxhome.yaml'),
  `schedule: '* * * * * *'
ipSources: http:http://192.0.2.80/
lineDownAfter: 2s
failbackAfter: 6s
lines:
  dsl: {interface: eth0}
  lte: {interface: eth1}
hosts:
  - {name: mail.example.com, line: [dsl, lte]}
  - {name: mail2.example.com, line: lte}
providers:
  - {use: rfc2136, server: 192.0.2.53, keyName: home, keySecret: ${KEY.secret}, zones: [example.com]}
resolvers: 192.0.2.53
nameservers: 192.0.2.53, 192.0.2.54
allowAddresses: 198.51.100.0/24, 203.0.113.0/24
watch: off
listen: off
doctorInterval: off
`,
  { mode: 0o600 },
)
const env = { PATH: process.env.PATH, HOME: folder.path, MXHOME_STATE_DIR: join(folder.path, 'state') }
const inHome = (...args: string[]) => ['netns', 'exec', home, NODE, resolve('dist/mxhome.js'), ...args]
const daemon = spawn('ip', inHome('run'), { cwd: folder.path, env, stdio: ['ignore', 'ignore', 'pipe'] })
let log = ''
daemon.stderr.on('data', (chunk) => (log += chunk))
const gone = once(daemon, 'close')
const entries = () => log.split('\n').flatMap((text) => (/^{.*}$/.test(text) ? [JSON.parse(text)] : []))

const begun = Date.now()
const story: { seconds: number; what: string; at53: string; at54: string }[] = []
async function look(what: string) {
  const of = async (server: typeof primary) =>
    (await Promise.all(HOSTS.map(async (host) => `${host} ${await server.dig(`${host}.example.com`, 'A')}`))).join(', ')
  const seconds = Math.round((Date.now() - begun) / 100) / 10
  story.push({ seconds, what, at53: await of(primary), at54: await of(secondary) })
}
async function until(what: string, meets: () => boolean | Promise<boolean>) {
  for (let left = 600; left > 0; left--) {
    if (await meets()) return
    if (daemon.exitCode !== null) break
    await pause(50)
  }
  throw new Error(`never: ${what}\n${JSON.stringify(story, null, 1)}\n${log}`)
}
const both = async (host: string, address: string) =>
  (await Promise.all([primary, secondary].map((server) => server.dig(`${host}.example.com`, 'A')))).every(
    (found) => String(found) === address,
  )
const shown = (host: string, address: string) => until(`${host} has ${address}`, () => both(host, address))
/** So many of that message have been logged. */
const told = (message: string, times: number) =>
  until(`${message}, ${times} times`, () => entries().filter((one) => one.message === message).length >= times)

const DSL = '198.51.100.7'
const LTE = '203.0.113.8'
try {
  await shown('mail', DSL)
  await shown('mail2', LTE)
  await look('both lines are up')
  const addresses = await ipCommand()

  line.pull('dsl')
  await shown('mail', LTE)
  await look("dsl's cable is pulled")
  line.plugIn('dsl')
  await told('a line is up again', 1)
  await look("dsl's cable is back: not trusted yet")
  const early = await both('mail', LTE)
  await shown('mail', DSL)
  await look('dsl has been up for failbackAfter')

  line.silence()
  line.leaveBy('lte')
  await told('a line has no address', 1)
  await look('nothing comes through dsl any more: not given up yet')
  const patient = await both('mail', DSL)
  await shown('mail', LTE)
  await look('dsl is given up after lineDownAfter')
  line.revive()
  line.leaveBy('dsl')
  await shown('mail', DSL)
  await look('dsl works again, and has been up for failbackAfter')

  line.pull('lte')
  await until('mail2 is left as it is', () =>
    entries().some(({ message, host }) => /address unknown/.test(message) && host === 'mail2.example.com'),
  )
  await look("lte's cable is pulled: mail2 has no other line and stays, mail does not care")
  line.plugIn('lte')

  const published = entries()
    .filter(({ message }) => message === 'published')
    .map(({ host, after }) => `${host} ${after}`)
  const changes = entries()
    .filter(({ message }) => /^fail-/.test(message))
    .map(({ message, from, to }) => `${message} ${from} ${to}`)
  daemon.kill('SIGTERM')
  console.log(JSON.stringify({ story, early, patient, published, changes, addresses }))
} finally {
  daemon.kill('SIGTERM')
  await gone
  echo.close()
  await Promise.all([primary.stop(), secondary.stop()])
  folder.leave()
}
process.exit(0)

/** Beside the service that it asks. */
async function ipCommand() {
  const { stdout } = await promisify(execFile)('ip', inHome('ip', '--json'), { cwd: folder.path, env })
  return JSON.parse(stdout) as unknown
}
