import { createSocket, type Socket } from 'node:dgram'
import { Failure, type Reason } from '../core/failure.ts'
import { describeEndpoint, type Endpoint, scopedAddress } from '../dns/endpoint.ts'
import { parseAddress } from '../dns/rrset.ts'
import type { Datagram, Group, Udp, UdpQuestion } from '../ports/udp.ts'

/** A multicast goes no further than the next router but one (UDA 1.1 1.3.2). */
const HOPS = 2

/** Real datagrams. */
export function openUdp(): Udp {
  return { ask, search, listen }
}

function ask<T>({ server, message, waits, read, localAddress }: UdpQuestion<T>, signal: AbortSignal): Promise<T> {
  const who = describeEndpoint(server)
  return onSocket<T>(server, signal, (socket, resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const send = (nth: number) => {
      const wait = waits[nth]
      if (wait === undefined) {
        return reject(new Failure('network', `${who} does not answer`, { reason: 'silent' }))
      }
      socket.send(message(parseAddress(socket.address().address)!), (error) => error && reject(failureOf(error, who)))
      timer = setTimeout(send, wait, nth + 1)
    }
    socket.on('message', (answer) => {
      const meant = tried(() => read(new Uint8Array(answer)), reject)
      if (meant !== undefined) resolve(meant)
    })
    socket.on('connect', () => send(0))
    const connect = () => socket.connect(server.port, scopedAddress(server))
    if (localAddress === undefined) connect()
    else socket.bind(0, localAddress, connect)
    return () => clearTimeout(timer)
  })
}

function search(
  { group, via, message, waits }: Group & { readonly message: Uint8Array; readonly waits: readonly number[] },
  onAnswer: (answer: Datagram) => void,
  signal: AbortSignal,
): Promise<void> {
  return onSocket<void>(group, signal, (socket, resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const send = (nth: number) => {
      const wait = waits[nth]
      if (wait === undefined) return resolve()
      socket.send(message, group.port, group.address, (error) => error && reject(failureOf(error, via)))
      timer = setTimeout(send, wait, nth + 1)
    }
    hear(socket, onAnswer)
    socket.bind(0, via, () => {
      tried(() => {
        socket.setMulticastTTL(HOPS)
        socket.setMulticastInterface(via)
        send(0)
      }, reject)
    })
    return () => clearTimeout(timer)
  })
}

function listen({ group, via }: Group, onDatagram: (datagram: Datagram) => void, signal: AbortSignal): Promise<void> {
  const heard = onSocket<void>(group, signal, (socket, _, reject) => {
    hear(socket, onDatagram)
    // Bound to the group itself, no unicast datagram to that port is taken from a program beside (Linux: ip(7)).
    socket.bind({ port: group.port, address: group.address, exclusive: true }, () => {
      tried(() => socket.addMembership(group.address, via), reject)
    })
    return () => {}
  })
  return heard.catch((thrown: unknown) => {
    if (!(thrown instanceof Failure && thrown.kind === 'cancelled')) throw thrown
  })
}

function hear(socket: Socket, onDatagram: (datagram: Datagram) => void): void {
  socket.on('message', (bytes, { address, port }) => {
    const [bare = '', zone] = address.split('%')
    const from = parseAddress(bare)
    if (from) onDatagram({ from: { address: from, port, zone }, bytes: new Uint8Array(bytes) })
  })
}

type Start<T> = (socket: Socket, resolve: (value: T) => void, reject: (error: unknown) => void) => () => void

/** A socket of its own, closed whatever happens. */
function onSocket<T>(endpoint: Endpoint, signal: AbortSignal, start: Start<T>): Promise<T> {
  const who = describeEndpoint(endpoint)
  return new Promise((resolve, reject) => {
    const cancelled = () => new Failure('cancelled', `stopped before ${who} answered`)
    if (signal.aborted) return reject(cancelled())
    const socket = createSocket({ type: endpoint.address.includes(':') ? 'udp6' : 'udp4', reuseAddr: true })
    let open = true
    const settle = (how: () => void) => {
      if (!open) return
      open = false
      signal.removeEventListener('abort', onAbort)
      stop()
      socket.close()
      how()
    }
    const fail = (error: unknown) => settle(() => reject(error instanceof Failure ? error : failureOf(error, who)))
    const onAbort = () => fail(cancelled())
    signal.addEventListener('abort', onAbort)
    socket.on('error', fail)
    let stop = () => {}
    stop = start(socket, (value) => settle(() => resolve(value)), fail)
  })
}

function tried<T>(work: () => T, reject: (error: unknown) => void): T | undefined {
  try {
    return work()
  } catch (thrown) {
    reject(thrown)
    return undefined
  }
}

const REASONS: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: 'refused',
  EADDRINUSE: 'in-use',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
  ENODEV: 'no-route',
}

const WORDS: Partial<Record<Reason, string>> = {
  refused: 'nothing listens at that port',
  'in-use': 'another program has that port',
  'no-route': 'this machine has no way there',
}

function failureOf(error: unknown, who: string): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = REASONS[code]
  const words = (reason && WORDS[reason]) ?? (code || String(error))
  return new Failure('network', `${who}: ${words}`, { cause: error, reason })
}
