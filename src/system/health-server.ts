import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { describeEndpoint, type Endpoint } from '../dns/endpoint.ts'
import type { Log } from '../ports/log.ts'
import { keepPlaces } from './places.ts'
import { isToken } from './token.ts'

export interface Route {
  readonly status: number
  /** A media type; only with a body. */
  readonly type?: string
  readonly body?: string
}

interface Wish {
  readonly listen: Endpoint | 'off'
  /** Asked of every caller, where there is one. */
  readonly listenToken: string | undefined
  /** undefined: 404. */
  readonly routes: (path: string) => Route | undefined
}

export interface HealthServer {
  /** Why it does not listen; undefined: it does, or shall not. */
  readonly problem?: string | undefined
  /** As the system chose it where port 0 was asked for. */
  readonly port?: number | undefined
  readonly stop: () => Promise<void>
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** The health endpoint, read-only. Never rejects: a port that is in use is a problem that is logged, and rounds go on. */
export async function serveHealth(wish: Wish, log: Log): Promise<HealthServer> {
  const { listen } = wish
  if (listen === 'off') return { stop: async () => {} }
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    try {
      say(response, answerTo(request, listen, wish))
    } catch (error) {
      log.error('the health endpoint failed', { error })
      if (response.headersSent) response.destroy()
      else say(response, text(500, 'failed: see the log'))
    }
  }
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8192 }
  // Node looks only every 30 s for whom to show out, unless told otherwise; each look wakes a process that rests.
  const server = createServer({ ...limits, connectionsCheckingInterval: 5_000 }, answer)
  keepPlaces(server, PLACES)
  return listening(server, listen, log)
}

const PLACES = 100

interface Answer extends Route {
  readonly headers?: Readonly<Record<string, string>>
}

function answerTo(request: IncomingMessage, listen: Endpoint, { listenToken, routes }: Wish): Answer {
  const { url = '', method, headers, headersDistinct } = request
  const target = url.startsWith('/') ? `http://localhost${url}` : url
  if (!URL.canParse(target)) return text(400, 'this is no path')
  if ((headersDistinct.host ?? []).length > 1) return text(400, 'more than one Host')
  const { host, pathname } = new URL(target)
  // A web page elsewhere may point its own name at this address (DNS rebinding). A target with a host of its own
  // outdoes the header (RFC 9112 3.2.2).
  if (![headers.host, host].every((name) => isOwnHost(name, listen)))
    return text(421, 'this name is not served here: ask by the address')
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'read-only: GET and HEAD', { allow: 'GET, HEAD' })
  if (listenToken !== undefined && !isToken(headers.authorization, listenToken))
    return text(401, 'expected: Authorization: Bearer TOKEN', { 'www-authenticate': 'Bearer' })
  return routes(pathname) ?? text(404, 'there is nothing here')
}

const text = (status: number, body: string, headers: Answer['headers'] = {}): Answer => ({
  ...{ status, body: `${body}\n`, type: 'text/plain' },
  headers,
})

function say(response: ServerResponse, { status, type, body, headers }: Answer): void {
  const about = body !== undefined && { 'content-type': withCharset(type), 'content-length': Buffer.byteLength(body) }
  response.writeHead(status, { ...HEADERS, ...headers, ...about }).end(body)
}

function listening(server: Server, { address, port }: Endpoint, log: Log): Promise<HealthServer> {
  return new Promise((resolve) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const problem = `the health endpoint cannot listen on ${describeEndpoint({ address, port })}: ${explain(code)}`
      log.warn('the health endpoint is off', { problem })
      resolve({ problem, stop: async () => {} })
    })
    server.listen(port, address, () => {
      server.removeAllListeners('error').on('error', (error) => log.warn('the health endpoint met an error', { error }))
      const bound = server.address()
      const stop = () =>
        new Promise<void>((closed) => {
          server.close(() => closed())
          server.closeAllConnections()
        })
      resolve({ port: typeof bound === 'object' ? bound?.port : port, stop })
    })
  })
}

function explain(code: string | undefined): string {
  if (code === 'EADDRINUSE') return 'the port is in use by another program; choose another one (MXHOME_LISTEN)'
  if (code === 'EADDRNOTAVAIL') return 'this machine does not have that address (MXHOME_LISTEN)'
  if (code === 'EACCES') return 'this user may not use that port; choose one above 1023 (MXHOME_LISTEN)'
  return code ?? 'unknown'
}

/** Loopback, the address listened on; where that is "all of them", any address: what rebinding needs is a name. */
function isOwnHost(header: string | undefined, { address }: Endpoint): boolean {
  const host = (header ?? '')
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
  if (host === 'localhost' || host === '::1' || host === address) return true
  const family = isIP(host)
  if (family === 4 && host.startsWith('127.')) return true
  return family !== 0 && (address === '0.0.0.0' || address === '::')
}

const withCharset = (type = 'text/plain'): string =>
  type.startsWith('text/') && !type.includes(';') ? `${type}; charset=utf-8` : type
