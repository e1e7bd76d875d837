import { createSocket } from 'node:dgram'
import type { Socket } from 'node:net'
import { Failure } from '../core/failure.ts'
import type { Milliseconds } from '../core/instant.ts'
import { describeEndpoint, type Endpoint, scopedAddress } from '../dns/endpoint.ts'
import type { IpAddress } from '../dns/rrset.ts'
import { connectTwice } from './second-attempt.ts'
import { isOfPeer } from './udp.ts'

/** One message to one server. */
export interface Exchange {
  readonly message: Uint8Array
  readonly server: Endpoint
  /** Of this box, from which it is asked; undefined: the kernel chooses. */
  readonly localAddress?: IpAddress | undefined
  /** Until the whole answer is there. */
  readonly timeout: Milliseconds
  readonly signal: AbortSignal
  /** A Failure is `lost` once the message may have arrived. */
  readonly writes: boolean
}

type Silence = () => Failure

/** Right after a change of the line the first datagram is often lost: a question is asked once more, a write never. */
const AGAIN = 250

/**
 * A new socket, which the kernel lets hear nobody but the server. Resolves to what `accept` makes of a datagram: what it
 * returns undefined for is dropped, and the wait goes on. Rejects with `silence()` when the time is over.
 */
export function exchangeUdp<T>(exchange: Exchange, accept: (datagram: Uint8Array) => T | undefined, silence: Silence) {
  const { message, server, localAddress, writes } = exchange
  return settleOnce<T>(exchange, silence, (resolve, reject, sent) => {
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4')
    socket.on('error', reject)
    socket.on('message', (datagram, from) => {
      const accepted = isOfPeer(socket, from) ? accept(datagram) : undefined
      if (accepted !== undefined) resolve(accepted)
    })
    const send = () => socket.send(message, (error) => error && reject(error))
    let again: NodeJS.Timeout | undefined
    socket.on('connect', () => {
      sent()
      send()
      // What becomes of the second says nothing of the first.
      if (!writes) again = setTimeout(() => socket.send(message, () => {}), AGAIN)
    })
    const start = () => socket.connect(server.port, scopedAddress(server))
    if (localAddress === undefined) start()
    else socket.bind(0, localAddress, start)
    return () => {
      clearTimeout(again)
      socket.close()
    }
  })
}

/** Over a connection of its own; each message has its length in 16 bits before it (RFC 1035 4.2.2). */
export function exchangeTcp(exchange: Exchange): Promise<Uint8Array> {
  const { message, server, timeout, localAddress } = exchange
  const silence = () => new Failure('network', `${nameOf(server)} did not answer over TCP within ${timeout / 1000} s`)
  return settleOnce<Uint8Array>(exchange, silence, (resolve, reject, sent) => {
    const over = new AbortController()
    const onConnected = (error: Error | null, socket: Socket) => {
      if (error) return reject(error)
      let received = Buffer.alloc(0)
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the server closed the connection without an answer')))
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk])
        const end = received.length < 2 ? Number.POSITIVE_INFINITY : 2 + received.readUInt16BE(0)
        if (received.length >= end) resolve(new Uint8Array(received.subarray(2, end)))
      })
      sent()
      socket.write(Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]))
    }
    const to = { host: scopedAddress(server), port: server.port, noDelay: true, ...(localAddress && { localAddress }) }
    connectTwice({ ...to, until: over.signal }, onConnected)
    return () => over.abort(OVER)
  })
}

/** Nobody reads it: without a reason Node.js makes an error, with its stack, each time. */
const OVER = 'over'

type Start<T> = (resolve: (value: T) => void, reject: (error: Error) => void, sent: () => void) => () => void

/** Ends what `start` began by an answer, an error, the end of the time or the signal: whichever is first. */
function settleOnce<T>({ server, timeout, signal, writes }: Exchange, silence: Silence, start: Start<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled(server))
    let lost = false
    let open = true
    const settle = (how: () => void) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      stop()
      how()
    }
    const fail = (failure: Failure) => settle(() => reject(lost ? lostBy(failure) : failure))
    const onAbort = () => fail(cancelled(server))
    const timer = setTimeout(() => fail(silence()), timeout)
    signal.addEventListener('abort', onAbort)
    const stop = start(
      (value) => settle(() => resolve(value)),
      (error) => {
        const refused = codeOf(error) === 'ECONNREFUSED' // also of a datagram: the host says that nobody took it
        settle(() => reject(lost && !refused ? lostBy(failureOf(error, server)) : failureOf(error, server)))
      },
      () => {
        lost = writes
      },
    )
  })
}

const lostBy = (failure: Failure): Failure =>
  new Failure(failure.kind, `${failure.message}; the update may have arrived`, {
    lost: true,
    cause: failure.cause,
    reason: failure.reason,
  })

const cancelled = (server: Endpoint): Failure =>
  new Failure('cancelled', `stopped before ${describeEndpoint(server)} answered`)

/** What the kernel says when it has no way to a family; the last two where IPv6 is switched off. */
const NO_ROUTE = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']

function failureOf(error: Error, server: Endpoint): Failure {
  const code = codeOf(error)
  const family = server.address.includes(':') ? 'IPv6' : 'IPv4'
  if (NO_ROUTE.includes(code)) {
    const message = `this machine has no ${family} route to the ${nameOf(server)} (${code})`
    return new Failure('network', message, { reason: 'no-route', cause: error })
  }
  if (code === 'ECONNREFUSED') {
    return new Failure('network', `${nameOf(server)} refuses: nothing listens at that port`, { cause: error })
  }
  return new Failure('network', `${nameOf(server)}: ${code || error.message}`, { cause: error })
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '')
export const nameOf = (server: Endpoint): string => `name server ${describeEndpoint(server)}`
