import http, { type ClientRequest, type ClientRequestArgs, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { HttpsProxyAgent } from 'https-proxy-agent'
import type { HttpRequest } from '../ports/http.ts'

/** How far a request came. */
export interface Progress {
  /** Its first byte may have left this machine: the connection stood, TLS included. */
  sent: boolean
  /** What a proxy answered to CONNECT. */
  tunnel?: number
}

interface Options extends ClientRequestArgs {
  readonly hostname: string
}
type OnResponse = (response: IncomingMessage) => void

/** Dead addresses of a host with several cost a second each; Node's 250 ms give up on living ones behind a slow line. */
const NEXT_ADDRESS = 1000

// Without keep-alive, so that a process ends when its work does. Given by name, so that no proxy variable applies.
const AGENTS = { http: new http.Agent(), https: new https.Agent() }

/** What axios sends a request by (its `transport`): chooses agent, authorities and proxy, and notes the progress. */
export function openTransport(
  { url, proxy, family }: HttpRequest,
  ca: readonly string[] | undefined,
  progress: Progress,
  signal: AbortSignal,
): { readonly request: (options: Options, onResponse: OnResponse) => ClientRequest } {
  const secure = url.startsWith('https:')
  const common = { autoSelectFamilyAttemptTimeout: NEXT_ADDRESS }
  const direct = (options: Options, onResponse: OnResponse): ClientRequest => {
    if (!secure) return http.request({ ...options, ...common, agent: AGENTS.http }, onResponse)
    // A proxy's agent forgets a host that is an address, and the certificate would be compared with "localhost".
    const identity: typeof checkServerIdentity = (_name, certificate) =>
      checkServerIdentity(options.hostname, certificate)
    const agent = proxy === undefined ? AGENTS.https : new HttpsProxyAgent(proxy, { signal, ...(family && { family }) })
    const trust = { checkServerIdentity: identity, ...(ca && { ca: [...ca] }) }
    return https.request({ ...options, ...common, ...trust, agent }, onResponse)
  }
  return {
    request(options, onResponse) {
      const sending =
        !secure && proxy !== undefined ? byProxy(options, new URL(proxy), onResponse) : direct(options, onResponse)
      note(sending, secure, progress)
      return sending
    },
  }
}

/** Plain HTTP: the proxy is asked for the whole URL (RFC 9112 3.2.2); many refuse CONNECT to port 80. */
function byProxy(options: Options, proxy: URL, onResponse: OnResponse): ClientRequest {
  const { hostname, port, path, headers } = options
  const host = `${hostname.includes(':') ? `[${hostname}]` : hostname}${port ? `:${port}` : ''}`
  const user = proxy.username && `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  const credentials = user && { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }
  const secure = proxy.protocol === 'https:'
  return (secure ? https : http).request(
    {
      ...options,
      protocol: proxy.protocol,
      hostname: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (secure ? 443 : 80),
      path: `http://${host}${path}`,
      headers: { ...(headers as Record<string, string>), host, ...credentials },
      agent: secure ? AGENTS.https : AGENTS.http,
    },
    onResponse,
  )
}

function note(request: ClientRequest, secure: boolean, progress: Progress): void {
  const sent = () => {
    progress.sent = true
  }
  request.once('proxyConnect', (answer: { readonly statusCode: number }) => {
    progress.tunnel = answer.statusCode
  })
  request.once('socket', (socket: Socket) => {
    // Node verifies the certificate before it hands the request to TLS: until then nothing has left.
    if (secure) socket.once('secureConnect', sent)
    else if (socket.connecting) socket.once('connect', sent)
    else sent()
  })
}
