import http, { type ClientRequest, type ClientRequestArgs, type IncomingMessage } from 'node:http'
import { isIPv6, type LookupFunction, type Socket } from 'node:net'
import type { Dns } from '../ports/dns.ts'
import type { HttpRequest } from '../ports/http.ts'
import { connectTwice, type Until } from './second-attempt.ts'

/** How far a request came. */
export interface Progress {
  /** Its first byte may have left this machine: the connection stood, TLS included. */
  sent: boolean
  /** What a proxy answered to CONNECT. */
  tunnel?: number
}

export interface Options extends ClientRequestArgs, Until {
  readonly hostname: string
}
export type OnResponse = (response: IncomingMessage) => void
export type Way = (options: Options, onResponse: OnResponse) => ClientRequest

/** Dead addresses of a host with several cost a second each; Node's 250 ms give up on living ones behind a slow line. */
const COMMON = { autoSelectFamilyAttemptTimeout: 1000 }

// Without keep-alive, so that a process ends when its work does. Given by name, so that no proxy variable applies.
const PLAIN = new http.Agent()
PLAIN.createConnection = (options, onConnected) => {
  connectTwice(options, onConnected!)
  return undefined
}

/**
 * What axios sends a request by (its `transport`): chooses agent, authorities and proxy, and notes the progress. TLS and
 * proxies are loaded when they are needed: what asks the router or a service at home needs neither.
 */
export async function openTransport(
  request: HttpRequest,
  ca: readonly string[] | undefined,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ readonly request: Way }> {
  const { url, proxy, localAddress, lookup } = request
  const secure = url.startsWith('https:')
  const way: Way =
    secure || proxy !== undefined ? await (await import('./https-transport.ts')).wayOf(request, ca, signal) : direct
  return {
    request(options, onResponse) {
      const own = {
        until: signal,
        ...(localAddress !== undefined && { localAddress }),
        ...(lookup && { lookup: nodeLookup(lookup, signal) }),
      }
      const sending = way(Object.assign({}, options, COMMON, own), onResponse)
      note(sending, secure, progress)
      return sending
    },
  }
}

const direct: Way = (options, onResponse) => http.request({ ...options, agent: PLAIN }, onResponse)

/** As sockets want it: the errors are those of the system's resolver. */
const nodeLookup =
  (lookup: Dns['lookup'], signal: AbortSignal): LookupFunction =>
  (host, { family, all }, found) => {
    const wanted = family === 4 || family === 6 ? family : undefined
    const judge = (addresses: readonly string[]) => {
      const usable = addresses
        .map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
        .filter((one) => wanted === undefined || one.family === wanted)
      const [first] = usable
      if (!first) return fail('ENOTFOUND')
      if (all) found(null, usable)
      else found(null, first.address, first.family)
    }
    const fail = (code: string) => found(Object.assign(new Error(code), { code }), [])
    lookup(host, { family: wanted, signal }).then(judge, (failure: { cause?: { code?: string } }) =>
      fail(failure.cause?.code ?? 'EAI_AGAIN'),
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
