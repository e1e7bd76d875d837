import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext } from 'node:tls'
import { Failure, type Reason } from '../core/failure.ts'
import { describeEndpoint, scopedAddress } from '../dns/endpoint.ts'
import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import type { Answer, Incoming, Place, Serve } from '../ports/serve.ts'
import { keepPlaces } from './places.ts'

/** The router, and now and then somebody who looks. */
const PLACES = 20
const LIMITS = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  maxHeaderSize: 8192,
  // Node looks only every 30 s for whom to show out, unless told otherwise.
  connectionsCheckingInterval: 5_000,
}

/** A small HTTP server on the local network. */
export const serve: Serve = async (place, answer, signal) => {
  const callerIn = (socket: Socket): IpAddress | undefined => {
    const from = callerOf(socket)
    return from !== undefined && place.allows(from) ? from : undefined
  }
  const asking = new WeakSet<Socket>()
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    // Who sends one request behind the other (no router does) has thousands of them read before the first is counted.
    if (asking.has(socket) || !callerIn(socket)) return void socket.destroy()
    asking.add(socket)
    response.once('close', () => asking.delete(socket))
    const say = ({ status, headers, body = '' }: Answer) => {
      if (response.destroyed) return
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
      response.end(body)
    }
    const broken = () => say({ status: 500 })
    void answered(request, place, answer).then(say).catch(broken) // a header may hold what none can
  }
  const { tls } = place
  const secure =
    tls && createTlsServer({ ...LIMITS, handshakeTimeout: LIMITS.headersTimeout, ...(await pairIn(tls)) }, handle)
  const server = secure ?? createServer(LIMITS, handle)
  server.on('connection', (socket: Socket) => {
    const from = callerIn(socket)
    if (from) place.onConnection?.(from)
    else socket.destroy()
  })
  // Else Node itself answers these, as many as come, and nobody hears of it.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  keepPlaces(server, PLACES)
  const port = await listening(server, place, signal)
  const renew = tls && secure && (async () => secure.setSecureContext(await pairIn(tls)))
  return { port, ...(renew && { renew }) }
}

/** Of those that ask nothing that can be answered only connections are counted. */
const CLOSE = { connection: 'close' }

async function answered(
  request: IncomingMessage,
  { maxBytes }: Place,
  answer: (request: Incoming) => Promise<Answer>,
): Promise<Answer> {
  const from = callerOf(request.socket)
  const url = request.url ?? ''
  if (!from || !url.startsWith('/')) return { status: 400, headers: CLOSE }
  const body = await bodyOf(request, maxBytes)
  if (body === undefined) return { status: 413, headers: CLOSE }
  const { pathname, searchParams } = new URL(`http://here${url}`)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  return answer({ method: request.method ?? '', path: pathname, query: searchParams, headers, body, from })
}

/** Of what is too long so much is read that the caller hears why it was refused: who still sends does not listen. */
const PATIENCE = 1024 * 1024

/** undefined: longer than that, or its sender went away. */
function bodyOf(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let length = 0
    request.on('data', (part: Buffer) => {
      length += part.length
      if (length <= maxBytes) parts.push(part)
      else if (length > maxBytes + PATIENCE) resolve(undefined)
    })
    request.once('end', () => resolve(length > maxBytes ? undefined : Buffer.concat(parts).toString('utf8')))
    request.once('close', () => resolve(undefined))
  })
}

/** Where a socket listens to both families, IPv4 callers come as `::ffff:192.0.2.1`. */
function callerOf({ remoteAddress = '' }: Socket): IpAddress | undefined {
  return parseAddress(remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, ''))
}

async function pairIn({ certificate, key }: NonNullable<Place['tls']>) {
  const [cert, secret] = [await pem(certificate), await pem(key)]
  try {
    // To Node an empty text is no key at all, and then nobody can connect.
    if (cert.trim() === '' || secret.trim() === '') throw new Error('an empty file')
    createSecureContext({ cert, key: secret }) // throws where they do not belong together, but for two kinds of key
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(secret))) throw new Error('the key of another')
    return { cert, key: secret }
  } catch (cause) {
    // OpenSSL's words are for its authors.
    const message = `${certificate} and ${key} are no certificate and its private key; expected two PEM files that belong together`
    throw new Failure('unsupported', message, { cause })
  }
}

const pem = (file: string) =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const found = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`
    throw new Failure('unsupported', `${file} ${found}; expected a PEM file`)
  })

const REASONS: Readonly<Record<string, readonly [Reason | undefined, string]>> = {
  EADDRINUSE: ['in-use', 'another program has that port'],
  EADDRNOTAVAIL: ['no-route', 'this machine does not have that address'],
  EACCES: [undefined, 'this user may not use that port; choose one above 1023'],
}

function listening(server: Server, { at }: Place, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const [reason, words] = REASONS[cause.code ?? ''] ?? [undefined, cause.code ?? String(cause)]
      reject(new Failure('network', `cannot listen on ${describeEndpoint(at)}: ${words}`, { cause, reason }))
    })
    server.listen(at.port, scopedAddress(at), () => {
      server.removeAllListeners('error').on('error', () => {}) // a single connection's trouble
      const bound = server.address()
      const stop = () => {
        server.close()
        server.closeAllConnections()
      }
      if (signal.aborted) stop()
      signal.addEventListener('abort', stop, { once: true })
      resolve(typeof bound === 'object' && bound ? bound.port : at.port)
    })
  })
}
