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

/** The health endpoint, read-only, by hono, which is loaded with the first request: many homes never ask. Never rejects: a port that is in use is a problem that is logged, and rounds go on. */
export async function serveHealth(wish: Wish, log: Log): Promise<HealthServer> {
  const { listen } = wish
  if (listen === 'off') return { stop: async () => {} }
  let answering: ReturnType<typeof openAnswers> | undefined
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    answering ??= openAnswers(listen, wish, log)
    answering
      .then((answers) => answers(request, response))
      .catch((error: unknown) => {
        log.error('the health endpoint failed', { error })
        response.destroy()
      })
  }
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8192 }
  // Node looks only every 30 s for whom to show out, unless told otherwise; each look wakes a process that rests.
  const server = createServer({ ...limits, connectionsCheckingInterval: 5_000 }, answer)
  keepPlaces(server, PLACES)
  return listening(server, listen, log)
}

const PLACES = 100

async function openAnswers(listen: Endpoint, { listenToken, routes }: Wish, log: Log) {
  const [{ Hono }, { getRequestListener }] = await Promise.all([import('hono'), import('@hono/node-server')])
  const app = new Hono()
  const text = (status: number, body: string, more: Record<string, string> = {}) =>
    new Response(`${body}\n`, { status, headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8', ...more } })
  app.all('*', ({ req }) => {
    // A web page elsewhere may point its own name at this address (DNS rebinding). A target with a host of its own
    // outdoes the header (RFC 9112 3.2.2).
    const hosts = [req.header('host'), new URL(req.url).host]
    if (!hosts.every((host) => isOwnHost(host, listen)))
      return text(421, 'this name is not served here: ask by the address')
    if (req.method !== 'GET' && req.method !== 'HEAD')
      return text(405, 'read-only: GET and HEAD', { allow: 'GET, HEAD' })
    if (listenToken !== undefined && !isToken(req.header('authorization'), listenToken)) {
      return text(401, 'expected: Authorization: Bearer TOKEN', { 'www-authenticate': 'Bearer' })
    }
    const route = routes(req.path)
    if (!route) return text(404, 'there is nothing here')
    const headers = { ...HEADERS, ...(route.body !== undefined && { 'content-type': withCharset(route.type) }) }
    return new Response(route.body ?? null, { status: route.status, headers })
  })
  app.onError((error) => {
    log.error('the health endpoint failed', { error })
    return text(500, 'failed: see the log')
  })
  return getRequestListener(app.fetch, { overrideGlobalObjects: false })
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
