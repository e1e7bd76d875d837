// Run inside the network namespace of a mail server's box: a router tells its address by curl, from the namespace that is named.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { mxhome, startDaemon } from '../support/program.ts'
import { makeAuthority } from '../system/certificates.ts'

const [, , router = ''] = process.argv
const HOST = 'home.dyn.example'
const [BOX, PORT] = ['192.168.178.20', 8246]
const LOGIN = 'router:l0ng:en0ugh'
const run = promisify(execFile)

const line = await openDyndnsLine([HOST])
const { path } = line.folder
const settings = {
  ...line.settings,
  MXHOME_IP_SOURCES: 'push',
  MXHOME_SCHEDULE: '0 0 1 1 *',
  MXHOME_PUSH_LISTEN: `${BOX}:${PORT}`,
  MXHOME_PUSH_USERNAME: 'router',
  MXHOME_PUSH_PASSWORD: 'l0ng:en0ugh',
}

/** What curl prints and how it ends: `good 203.0.113.50 (200)`; `nothing (56)` where it was cut off. */
async function curl(query: string, ...more: readonly string[]): Promise<string> {
  const form = ['--silent', '--max-time', '20', '--write-out', ' (%{http_code})']
  const base = more.includes('--cacert') ? `https://${BOX}:${PORT}` : `http://${BOX}:${PORT}`
  const login = more.includes('--user') || more.includes('--no-login') ? [] : ['--user', LOGIN]
  const args = [...form, ...login, ...more.filter((one) => one !== '--no-login'), `${base}/nic/update?${query}`]
  return run('ip', ['netns', 'exec', router, 'curl', ...args]).then(
    ({ stdout }) => stdout.replace('\n (', ' ('),
    ({ code }: { code: number }) => `nothing (${code})`,
  )
}

/** As many requests as a machine can make, from the router; how many were answered with what. */
async function flood(count: number): Promise<Record<string, number>> {
  const script = `
    const { request } = require('node:http')
    const found = {}
    let left = ${count}, open = 0
    const note = (what) => { found[what] = (found[what] ?? 0) + 1; open--; next() }
    function next() {
      while (left > 0 && open < 100) {
        left--; open++
        const one = request({ host: '${BOX}', port: ${PORT}, path: '/nic/update?myip=203.0.113.99', auth: 'router:wrong-word', agent: false })
        one.on('response', (answer) => { answer.resume(); note(answer.statusCode) }).on('error', () => note('cut off')).end()
      }
      if (left === 0 && open === 0) console.log(JSON.stringify(found))
    }
    next()`
  const { stdout } = await run('ip', ['netns', 'exec', router, process.execPath, '-e', script])
  return JSON.parse(stdout) as Record<string, number>
}

const found: Record<string, unknown> = {}
const daemon = startDaemon(settings, path, await freePort())
try {
  await daemon.until('it has begun', ({ addresses }) => addresses !== undefined)
  found.unasked = (await mxhome(['ip'], settings, path)).stdout.includes('has not told its IPv4 address yet')
  const query = (address: string, host = HOST) => `hostname=${host}&myip=${address}&myipv6=&ipv6prefix=&dualstack=0`
  found.good = [await curl(query('203.0.113.50')), String(line.service.holds(HOST))]
  found.repeat = await curl(query('203.0.113.50'))
  found.badauth = [await curl(query('203.0.113.66'), '--user', 'router:wrong-word'), await curl('', '--no-login')]
  found.dnserr = [
    await curl(query('127.0.0.1')),
    await curl(query(Array.from({ length: 10 }, (_, i) => `203.0.113.${i}`).join())),
  ]
  found.nohost = await curl(query('203.0.113.66', 'dyn.example'))
  found.stranger = await curl(query('203.0.113.66'), '--interface', '5.9.1.7')

  daemon.child.kill('SIGUSR1')
  await daemon.until('it says which host to enter', ({ findings }) =>
    (findings ?? []).some(({ id, remedy }) => id === 'fritzbox-verify' && remedy.includes(`Enter ${HOST} `)),
  )
  const flooding = flood(10_000)
  const before = (await daemon.status()).finished
  daemon.child.kill('SIGUSR1')
  await daemon.until('a round in the flood', ({ finished }) => finished !== before)
  found.inFlood = [await curl(query('203.0.113.51'), '--interface', '192.168.178.2'), String(line.service.holds(HOST))]
  const counts = await flooding
  found.flood = { answers: Object.keys(counts).toSorted(), sum: Object.values(counts).reduce((a, b) => a + b, 0) }
  await daemon.confirmed(HOST, '203.0.113.51')
  found.secret = daemon.log().includes('l0ng:en0ugh')

  await daemon.stop('SIGKILL')
  const { lines } = JSON.parse((await mxhome(['ip', '--json'], settings, path)).stdout)
  found.afterKill = [lines[0].addresses, typeof lines[0].sources[0].toldAt]

  const authority = makeAuthority()
  const { cert, key } = authority.issue(`IP:${BOX}`)
  for (const [name, text] of Object.entries({ cert, key })) writeFileSync(join(path, `${name}.pem`), text)
  const tls = { MXHOME_PUSH_CERTIFICATE: join(path, 'cert.pem'), MXHOME_PUSH_KEY: join(path, 'key.pem') }
  const again = startDaemon({ ...settings, ...tls }, path, await freePort())
  await again.until('the old address is known', ({ addresses }) => addresses?.A === '203.0.113.51')
  const https = ['--cacert', authority.caFile]
  found.https = [await curl(query('203.0.113.51'), ...https), await curl(query('203.0.113.52'), ...https)]
  found.plain = await curl(query('203.0.113.53'))
  await again.stop()

  const other = createServer().listen(PORT, BOX)
  await once(other, 'listening')
  const port = await freePort()
  const late = startDaemon(settings, path, port)
  await late.until('rounds go on', ({ addresses }) => addresses?.A === '203.0.113.52')
  const health = (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as Record<string, string>
  found.inUse = [health.status, health.output]
  await late.stop()
  other.close()
  found.repeats = line.service.counters.repeats
} finally {
  await daemon.stop('SIGKILL')
  await line.leave()
}
console.log(JSON.stringify(found))
process.exit(0)
