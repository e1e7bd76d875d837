// Run inside a network namespace of its own, where rules drop the SYNs of the first attempt, each time it repeats them.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import https from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { Failure } from '../../src/core/failure.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import { createDns } from '../../src/system/dns.ts'
import { openHttp } from '../../src/system/http.ts'
import { makeAuthority } from './certificates.ts'

const http = openHttp({ version: '1.2.3' })
const authority = makeAuthority()
const never = new AbortController().signal

/** Of all SYNs those from the first port that is seen are dropped; what other ports send meets the verdict. */
const rules = (port: number, verdict: string) => `
flush ruleset
table inet first {
  set ports { type inet_service; size 1; flags dynamic; }
  chain in {
    type filter hook input priority filter
    tcp dport ${port} tcp flags & (syn | ack) == syn add @ports { tcp sport } drop
    tcp dport ${port} ${verdict}
  }
}`

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

interface Case {
  readonly request?: Partial<HttpRequest>
  readonly secure?: boolean
  readonly verdict?: string
  readonly host?: string
}

/** What came of one write, and what the server saw of it. */
async function asked({ request, secure = false, verdict = 'accept', host = '127.0.0.1' }: Case) {
  const seen = { connections: 0, requests: 0, from: '' }
  const answer: Parameters<typeof createServer>[1] = ({ socket }, response) => {
    seen.requests += 1
    seen.from = String(socket.remoteAddress)
    response.end('good')
  }
  const server = secure
    ? https.createServer(authority.issue('IP:127.0.0.1,DNS:localhost'), answer)
    : createServer(answer)
  server.on('connection', () => (seen.connections += 1))
  const port = await listening(server)
  execFileSync('nft', ['-f', '-'], { input: rules(port, verdict), stdio: ['pipe', 'ignore', 'inherit'] })
  const url = `${secure ? 'https' : 'http'}://${host}:${port}/`
  const more = { timeout: 5000, ...(secure && { caBundle: authority.caFile }), ...request }
  const answered = await http({ purpose: 'write', method: 'GET', url, ...more }, never).then(
    ({ body }) => body,
    (thrown: unknown) => {
      const { kind, message, lost } = Failure.from(thrown)
      return { kind, message: message.replace(`:${port}`, ''), lost }
    },
  )
  server.close()
  server.closeAllConnections()
  return { answered, ...seen }
}

/** An update over TCP, to a server that says the same with the bit of an answer. */
async function updated() {
  const seen = { connections: 0, messages: 0 }
  const server = createTcpServer((socket) => {
    seen.connections += 1
    socket.on('error', () => {})
    socket.once('data', (message) => {
      seen.messages += 1
      message[4]! |= 0x80
      socket.end(message)
    })
  })
  const port = await listening(server)
  execFileSync('nft', ['-f', '-'], { input: rules(port, 'accept'), stdio: ['pipe', 'ignore', 'inherit'] })
  const message = Uint8Array.from([0, 77, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  const to = { address: parseAddress('127.0.0.1')!, port }
  const answer = await createDns().send(message, to, 'tcp', never)
  server.close()
  return { id: answer[1], ...seen }
}

const CASES: Readonly<Record<string, Case>> = {
  plain: {},
  tls: { secure: true },
  'name and family': { host: 'localhost', request: { family: 4 } },
  localAddress: { request: { localAddress: parseAddress('127.0.0.2')! } },
  'second refused': { verdict: 'reject with tcp reset', request: { timeout: 1000 } },
}
const told: Record<string, unknown> = {}
for (const [name, one] of Object.entries(CASES)) told[name] = await asked(one)
told['DNS update'] = await updated()
rmSync(authority.dir, { recursive: true })
console.log(JSON.stringify(told))
