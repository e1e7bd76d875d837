import http from 'node:http'
import https from 'node:https'
import { checkServerIdentity } from 'node:tls'
import type { HttpRequest } from '../ports/http.ts'
import type { Options, Way } from './http-transport.ts'
import { connectTwice } from './second-attempt.ts'

/** To a proxy. */
const [PLAIN, TO_PROXY] = [new http.Agent(), new https.Agent()]

const SECURE = new https.Agent()
const overTls = SECURE.createConnection
/** TLS begins on the connection that stands. */
SECURE.createConnection = (options, onConnected) => {
  connectTwice(options, (error, socket) => {
    if (error) return onConnected!(error, socket)
    try {
      onConnected!(null, overTls.call(SECURE, { ...options, socket })!)
    } catch (thrown) {
      socket.destroy()
      onConnected!(thrown as Error, socket) // options that TLS refuses
    }
  })
  return undefined
}

/** How a request goes out by TLS, by a proxy, or by both. */
export async function wayOf(
  { url, proxy, family }: HttpRequest,
  ca: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Way> {
  if (!url.startsWith('https:')) return byProxy(new URL(proxy!))
  const agent =
    proxy === undefined
      ? SECURE
      : new (await import('https-proxy-agent')).HttpsProxyAgent(proxy, { signal, ...(family && { family }) })
  return (options, onResponse) => {
    // A proxy's agent forgets a host that is an address, and the certificate would be compared with "localhost".
    const identity: typeof checkServerIdentity = (_name, certificate) =>
      checkServerIdentity(options.hostname, certificate)
    const trust = { checkServerIdentity: identity, ...(ca && { ca: [...ca] }) }
    return https.request({ ...options, ...trust, agent }, onResponse)
  }
}

/** Plain HTTP: the proxy is asked for the whole URL (RFC 9112 3.2.2); many refuse CONNECT to port 80. */
function byProxy(proxy: URL): Way {
  const user = proxy.username && `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  const credentials = user && { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }
  const secure = proxy.protocol === 'https:'
  return ({ hostname, port, path, headers, ...options }: Options, onResponse) => {
    const host = `${hostname.includes(':') ? `[${hostname}]` : hostname}${port ? `:${port}` : ''}`
    return (secure ? https : http).request(
      {
        ...options,
        protocol: proxy.protocol,
        hostname: proxy.hostname.replace(/^\[|\]$/g, ''),
        port: proxy.port || (secure ? 443 : 80),
        path: `http://${host}${path}`,
        headers: { ...(headers as Record<string, string>), host, ...credentials },
        agent: secure ? TO_PROXY : PLAIN,
      },
      onResponse,
    )
  }
}
