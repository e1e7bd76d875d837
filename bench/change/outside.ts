// Run in the internet of a namespace router: two name servers, a dyndns2 service, and a service that tells the caller's
// address. Says on stdout, one JSON document a line, when both name servers showed a new address; and first, how long that
// takes where nothing but the request and their answers is in the way.
import { createServer, type IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { dyndns2Rules } from '../../src/demo/strict-dyndns2.ts'
import type { Endpoint } from '../../src/dns/endpoint.ts'
import { parseName } from '../../src/dns/name.ts'
import { type IpAddress, parseAddress } from '../../src/dns/rrset.ts'
import { encodeUpdate, rcodeOfAnswer, replaceWith } from '../../src/dns/update.ts'
import { createDns } from '../../src/system/dns.ts'
import { openHttp } from '../../src/system/http.ts'
import { startBind } from '../../test/support/bind.ts'
import { APEX, USER } from '../line.ts'
import { ANSWERS_IN, BARE, clock, FLOOR_SAMPLES, type Heard, PLACES } from './places.ts'

const never = new AbortController().signal
const dns = createDns()
const zone = { apex: APEX, options: 'allow-update { any; };' }
const bind = (address: string) => startBind({ zones: [zone], address, port: 53 })
const servers = (await Promise.all(PLACES.nameServers.map(bind))).map(({ endpoint }) => endpoint)
const say = (heard: Heard) => process.stdout.write(`${JSON.stringify(heard)}\n`)

let ids = 0
async function put(server: Endpoint, owner: string, address: IpAddress): Promise<void> {
  const id = ids++ & 0xffff
  const updates = replaceWith({ owner: parseName(owner)!, type: 'A', addresses: [address] }, 60)
  const message = encodeUpdate({ id, zone: APEX, prerequisites: [], updates })
  const rcode = rcodeOfAnswer(await dns.send(message, server, 'udp', never), id)
  if (rcode !== 'NOERROR') throw new Error(`the name server answered ${rcode} to an update`)
}

async function shows(server: Endpoint, owner: string, address: IpAddress): Promise<boolean> {
  const question = { name: owner, type: 'A', class: 'IN', recursion: false } as const
  const { answers } = await dns.query({ server, ...question }, never)
  return answers.some(({ data }) => data.type === 'A' && data.address === address)
}

async function shown(owner: string, address: IpAddress): Promise<void> {
  await Promise.all(servers.map((server) => put(server, owner, address)))
  await Promise.all(
    servers.map(async (server) => {
      while (!(await shows(server, owner, address))) await pause(1)
    }),
  )
}

/** What the requests that are being answered have changed. */
let changes: Promise<void>[] = []
const rules = dyndns2Rules({
  users: { [USER.name]: USER.password },
  hosts: Object.fromEntries(PLACES.hosts.map((host) => [host, USER.name])),
  onUpdate(host, [address]) {
    const at = shown(host, address!)
    changes.push(at)
    at.then(() => say({ host, address: address!, at: clock() })).catch((error) => console.error(error))
  },
})

async function answer({ method = '', url = '', headers }: IncomingMessage): Promise<string> {
  await pause(ANSWERS_IN)
  changes = []
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  const { body } = rules.answer({ method, url: new URL(url, PLACES.service), headers: own, body: '' })
  await Promise.all(changes)
  return body
}

const listen = (origin: string, handle: (request: IncomingMessage) => Promise<string>) =>
  new Promise<void>((resolve) => {
    const server = createServer(async (request, response) => {
      const body = await handle(request).catch(() => '911') // a name server that does not answer in time
      // ddclient 3.10 takes the length of a chunk for the answer.
      response.writeHead(200, { 'content-length': body.length, 'content-type': 'text/plain' }).end(body)
    })
    const { hostname, port } = new URL(origin)
    server.listen(Number(port || 80), hostname, resolve)
  })
await listen(PLACES.service, answer)
await listen(PLACES.address, async ({ socket }) => `${socket.remoteAddress}\n`)

const http = openHttp({ version: '0' })
const authorization = `Basic ${Buffer.from(`${USER.name}:${USER.password}`).toString('base64')}`
for (let sample = 0; sample < FLOOR_SAMPLES; sample++) {
  const address = parseAddress(`5.9.250.${1 + sample}`)!
  const began = clock()
  const url = `${PLACES.service}/nic/update?hostname=${BARE}&myip=${address}`
  await http({ purpose: 'write', method: 'GET', url, headers: { authorization } }, never)
  say({ host: 'floor', address, at: clock() - began })
  await pause(50)
}
say({ host: 'ready', address: '', at: clock() })
process.stdin.resume().on('end', () => process.exit(0)) // its parent has gone
