// Run where the internet of a home is: starts its servers, sets the rules of what passes the cable, and runs the program at home.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { startNameServer } from '../../src/demo/name-server.ts'
import { startDyndns2 } from '../../src/demo/strict-dyndns2.ts'
import { createZone } from '../../src/demo/zone.ts'
import type { Rdata, ResourceRecord } from '../../src/dns/message.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import { startBind } from '../support/bind.ts'
import { NODE, openFolder, type Settings } from '../support/program.ts'

const [, , HOME = '', scenario = ''] = process.argv
const APEX = 'dyn.example'
const HOST = 'home.dyn.example'
const ADDRESS = '203.0.113.7'
const PORT_53 = 'iifname "isp" meta l4proto { udp, tcp } th dport 53'

/** What becomes of what the home sends, and of what it is sent. */
const RULES: Readonly<Record<string, string>> = {
  blocked: `
    chain block {
      type filter hook prerouting priority filter
      ip daddr { 192.0.2.53, 192.0.2.54 } ${PORT_53} counter drop
    }`,
  intercepted: `
    chain take {
      type nat hook prerouting priority dstnat
      ip daddr { 192.0.2.53, 192.0.2.54 } ${PORT_53} counter dnat to 198.51.100.1
    }`,
  lossy: `
    chain there {
      type filter hook prerouting priority filter
      iifname "isp" numgen inc mod 10 { 0, 3, 7 } counter drop
    }
    chain back {
      type filter hook postrouting priority filter
      oifname "isp" numgen inc mod 10 { 0, 3, 7 } counter dup to 198.51.100.2 device "isp"
    }`,
}
const nft = (...args: string[]) => execFileSync('nft', args, { encoding: 'utf8' })
const obstruct = () => nft(`table ip cable {${RULES[scenario] ?? ''}\n}`)

const folder = openFolder()
const v6 = scenario === 'six'
const RESOLVER = v6 ? '2001:db8:100::1' : '198.51.100.1'
const common: Settings = {
  MXHOME_HOSTS: HOST,
  MXHOME_RESOLVERS: RESOLVER,
  MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24, 192.0.2.0/24, 2001:db8::/32',
  MXHOME_IP_SOURCES: `static:${ADDRESS}, static:2001:db8::25`,
  MXHOME_STATE_DIR: join(folder.path, 'state'),
}

/** At the home's end of the cable. */
const program = (...args: string[]) => ['netns', 'exec', HOME, NODE, resolve('dist/mxhome.js'), ...args]
const place = (settings: Settings) => ({
  cwd: folder.path,
  env: { PATH: process.env.PATH, HOME: folder.path, ...common, ...settings },
})

function mxhome(command: 'update' | 'status', settings: Settings): Promise<Told> {
  return new Promise((done) => {
    execFile('ip', program(command, '--json'), place(settings), (error, stdout) => {
      done({ code: error ? Number(error.code) : 0, document: stdout === '' ? undefined : JSON.parse(stdout) })
    })
  })
}
interface Told {
  readonly code: number
  readonly document: RoundDocument | undefined
}

const ip = (address: string) => parseAddress(address)!
const record = (owner: string, data: Rdata): ResourceRecord => ({ owner, ttl: 60, data })
const SERVERS = ['53', '54'].flatMap((host) => {
  const owner = `ns${host}.${APEX}`
  return [
    record(APEX, { type: 'NS', target: owner }),
    record(owner, { type: 'A', address: ip(`192.0.2.${host}`) }),
    record(owner, { type: 'AAAA', address: ip(`2001:db8::${host}`) }),
  ]
})

/** A dyndns2 service at port 80 of the .80, its zone at the two name servers and at the router's resolver. */
async function withService() {
  const soa = { type: 'SOA', mname: `ns53.${APEX}`, rname: `h.${APEX}`, serial: 1, minimum: 60 } as const
  const zone = createZone(APEX, [record(APEX, soa), ...SERVERS])
  const service = await startDyndns2({
    users: { anna: 'secret-of-anna' },
    hosts: [HOST],
    onUpdate(host, addresses) {
      for (const type of ['A', 'AAAA'] as const) {
        const own = addresses.filter((address) => address.includes(':') === (type === 'AAAA'))
        const data = own.map((address) => ({ type, address }))
        zone.setRRset(host, type, data)
      }
    },
  })
  const port = Number(new URL(service.url).port)
  for (const host of ['192.0.2.80', '2001:db8::80']) {
    createServer((client) => {
      const server = connect(port, '127.0.0.1')
      client.on('error', () => server.destroy()).pipe(server)
      server.on('error', () => client.destroy()).pipe(client)
    }).listen(80, host)
  }
  for (const host of ['192.0.2.53', '192.0.2.54', '2001:db8::53', '2001:db8::54'])
    await startNameServer({ zones: [zone], address: ip(host), port: 53 })
  await startNameServer({ zones: [zone], role: 'resolver', address: ip(RESOLVER), port: 53 })
  const settings: Settings = {
    MXHOME_PROVIDER: 'dyndns2',
    DYNDNS2_BASE_URL: v6 ? 'http://[2001:db8::80]' : 'http://192.0.2.80',
    DYNDNS2_USERNAME: 'anna',
    DYNDNS2_PASSWORD: 'secret-of-anna',
    MXHOME_CONFIRM_TIMEOUT: '1s',
    MXHOME_IPV6: 'on',
  }
  // Both families are on disk then: no name server is needed to send a new address.
  await mxhome('update', { ...settings, MXHOME_IP_SOURCES: 'static:203.0.113.6, static:2001:db8::25' })
  obstruct()
  const told = await mxhome('update', settings)
  return { ...told, requests: service.counters.requests }
}

/** An own BIND that takes updates, and its secondary; the router's resolver is not used. */
async function withBind() {
  const key = { name: 'home', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 's').toString('base64') }
  const records = `@ NS ns53\n@ NS ns54\nns53 A 192.0.2.53\nns54 A 192.0.2.54\n`
  const [address, port] = ['192.0.2.53', 53]
  const options =
    'allow-update { key "home"; }; notify explicit; notify-delay 0; notify-source 192.0.2.53; also-notify { 192.0.2.54; };'
  const zone = {
    apex: APEX,
    text: `$ORIGIN ${APEX}.\n$TTL 60\n@ IN SOA ns53 h 1 3600 600 86400 60\n${records}`,
    options,
  }
  const primary = await startBind({ zones: [zone], keys: [key], address, port })
  const secondary = await startBind({
    zones: [{ apex: APEX, secondaryOf: primary.endpoint }],
    address: '192.0.2.54',
    port,
  })
  const settings: Settings = {
    MXHOME_PROVIDER: 'rfc2136',
    RFC2136_SERVER: '192.0.2.53',
    RFC2136_KEY_NAME: key.name,
    RFC2136_KEY_SECRET: key.secret,
    MXHOME_NAMESERVERS: '192.0.2.53, 192.0.2.54',
    MXHOME_WATCH: 'off',
  }
  obstruct()
  const daemon = spawn('ip', program('run'), { ...place(settings), stdio: 'ignore' })
  const isConfirmed = ({ document }: Told) => document?.targets[0]?.confirmation?.state === 'confirmed'
  let told = await mxhome('status', settings)
  while (!isConfirmed(told)) told = await mxhome('status', settings)
  daemon.kill()
  const held = [await primary.dig(HOST, 'A'), await secondary.dig(HOST, 'A')]
  const list = nft('list ruleset')
  await Promise.all([primary.stop(), secondary.stop()])
  return { ...told, held, drops: [...list.matchAll(/packets (\d+)/g)].map(([, count]) => Number(count)) }
}

const result = await (scenario === 'lossy' ? withBind() : withService())
folder.leave()
process.stdout.write(JSON.stringify(result), () => process.exit(0))
