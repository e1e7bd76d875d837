import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createSecureContext } from 'node:tls'
import { describeEndpoint, type Endpoint } from '../dns/endpoint.ts'
import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import { keepPlaces } from './places.ts'
import { isToken } from './token.ts'

/** What the service answers. */
export interface Said {
  readonly status: number
  readonly body: string
  readonly type?: 'application/json'
  readonly headers?: Readonly<Record<string, string>>
}

export interface ProberWish {
  readonly listen: Endpoint
  readonly token: string
  /** PEM texts; undefined: plain HTTP, for loopback. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  /** A proxy on this machine names its caller in X-Forwarded-For: the last one there is believed. */
  readonly behindProxy: boolean
  /** One request of a caller that has the token. Never rejects. */
  readonly answer: (caller: IpAddress, body: string, signal: AbortSignal) => Promise<Said>
}

export interface Prober {
  readonly endpoint: Endpoint
  readonly stop: () => Promise<void>
}

const LONGEST = 4096
const PLACES = 200
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** An HTTP service with one request: POST /v1/smtp. Rejects with an Error that says why it cannot listen. */
export async function serveProber(wish: ProberWish): Promise<Prober> {
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8192 }
  const options = { ...limits, connectionsCheckingInterval: 5_000 }
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    void handle(request, response, wish).then((said) => {
      if (response.destroyed) return
      const type = said.type ?? 'text/plain; charset=utf-8'
      response.writeHead(said.status, { ...HEADERS, 'content-type': type, ...said.headers })
      response.end(said.type ? said.body : `${said.body}\n`)
    })
  }
  const server = wish.tls
    ? createTlsServer({ ...options, ...usable(wish.tls) }, onRequest)
    : createServer(options, onRequest)
  keepPlaces(server, PLACES)
  return listening(server, wish.listen)
}

/** OpenSSL's own words would not say what is expected. */
function usable(tls: NonNullable<ProberWish['tls']>) {
  try {
    createSecureContext(tls)
    return tls
  } catch (cause) {
    throw new Error(
      'cannot use --certificate and --key: expected two PEM files, the key without a passphrase, that belong together',
      { cause },
    )
  }
}

async function handle(request: IncomingMessage, response: ServerResponse, wish: ProberWish): Promise<Said> {
  if (request.url !== '/v1/smtp') return { status: 404, body: 'there is nothing here' }
  if (request.method !== 'POST') return { status: 405, body: 'expected POST', headers: { allow: 'POST' } }
  if (!isToken(request.headers.authorization, wish.token)) {
    const headers = { 'www-authenticate': 'Bearer' }
    return { status: 401, body: 'expected Authorization: Bearer TOKEN, with the token of this prober', headers }
  }
  const caller = callerOf(request, wish.behindProxy)
  if (!caller)
    return { status: 400, body: 'the proxy in front of this prober does not say who calls (X-Forwarded-For)' }
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const body = await bodyOf(request).catch(() => undefined)
  if (body === undefined) return { status: 413, body: `expected a body of at most ${LONGEST} bytes` }
  return wish.answer(caller, body, gone.signal)
}

/** Who calls, as this machine sees it: what a caller says of itself counts nothing. */
function callerOf({ socket, headers }: IncomingMessage, behindProxy: boolean): IpAddress | undefined {
  const [forwarded] = [headers['x-forwarded-for']].flat()
  const text = behindProxy ? forwarded?.split(',').at(-1)?.trim() : socket.remoteAddress
  return parseAddress(text ?? '')
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > LONGEST) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function listening(server: Server, { address, port }: Endpoint): Promise<Prober> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) =>
      reject(new Error(`cannot listen on ${describeEndpoint({ address, port })} (${code})`)),
    )
    server.listen(port, address, () => {
      server.removeAllListeners('error').on('error', () => {})
      const bound = server.address()
      const stop = () =>
        new Promise<void>((closed) => {
          server.close(() => closed())
          server.closeAllConnections()
        })
      resolve({ endpoint: { address, port: typeof bound === 'object' && bound ? bound.port : port }, stop })
    })
  })
}
