import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { Failure, type Reason } from '../core/failure.ts'
import { describeEndpoint, type Endpoint, scopedAddress } from '../dns/endpoint.ts'
import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import type { Datagram, Group, Udp, UdpQuestion } from '../ports/udp.ts'

/** A multicast goes no further than the next router but one (UDA 1.1 1.3.2). */
const HOPS = 2

/** Real datagrams. */
export function openUdp(): Udp {
  return { ask, search, listen }
}

function ask<T>({ server, message, waits, read, localAddress }: UdpQuestion<T>, signal: AbortSignal): Promise<T> {
  const who = describeEndpoint(server)
  return onSocket<T>(server, signal, (socket, { guarded, resolve, reject, later }) => {
    const send = (nth: number) => {
      const wait = waits[nth]
      if (wait === undefined) return reject(new Failure('network', `${who} does not answer`, { reason: 'silent' }))
      socket.send(message(addressOf(socket)), (error) => error && reject(error))
      later(wait, () => send(nth + 1))
    }
    const connect = guarded(() => socket.connect(server.port, scopedAddress(server)))
    socket.on(
      'message',
      // What came before the socket was connected may be anybody's.
      guarded((answer: Uint8Array, from: RemoteInfo) => {
        if (!isOfPeer(socket, from)) return
        const meant = read(new Uint8Array(answer))
        if (meant !== undefined) resolve(meant)
      }),
    )
    socket.on(
      'connect',
      guarded(() => send(0)),
    )
    if (localAddress === undefined) connect()
    else socket.bind(0, localAddress, connect)
  })
}

function search(
  { group, via, message, waits }: Group & { readonly message: Uint8Array; readonly waits: readonly number[] },
  onAnswer: (answer: Datagram) => void,
  signal: AbortSignal,
): Promise<void> {
  return onSocket<void>(group, signal, (socket, { guarded, resolve, reject, later }) => {
    const send = (nth: number) => {
      const wait = waits[nth]
      if (wait === undefined) return resolve()
      socket.send(message, group.port, group.address, (error) => error && reject(error))
      later(wait, () => send(nth + 1))
    }
    socket.on('message', guarded(heard(onAnswer)))
    const start = guarded(() => {
      socket.setMulticastTTL(HOPS)
      socket.setMulticastInterface(via)
      send(0)
    })
    socket.bind(0, via, start)
  })
}

async function listen(
  { group, via }: Group,
  onDatagram: (datagram: Datagram) => void,
  signal: AbortSignal,
  onListening?: () => void,
): Promise<void> {
  const work: Work<void> = (socket, { guarded }) => {
    socket.on('message', guarded(heard(onDatagram)))
    const join = guarded(() => {
      socket.addMembership(group.address, via)
      onListening?.()
    })
    // Bound to the group itself, no unicast datagram to that port is taken from a program beside (Linux: ip(7)).
    socket.bind({ port: group.port, address: group.address, exclusive: true }, join)
  }
  await onSocket(group, signal, work, { reuseAddr: true }).catch((thrown: unknown) => {
    if (!(thrown instanceof Failure && thrown.kind === 'cancelled')) throw thrown
  })
}

const heard =
  (tell: (datagram: Datagram) => void) =>
  (bytes: Uint8Array, { address, port }: RemoteInfo): void => {
    const [bare = '', zone] = address.split('%')
    const from = parseAddress(bare)
    if (from) tell({ from: { address: from, port, zone }, bytes: new Uint8Array(bytes) })
  }

/** The datagram has come from whom the socket is connected to, which is loopback for a server 0.0.0.0. */
export function isOfPeer(socket: Socket, { address, port }: RemoteInfo): boolean {
  try {
    const peer = socket.remoteAddress()
    return peer.port === port && peer.address === address
  } catch {
    return false // it is not connected yet
  }
}

/** Without the zone of a link-local one: it is no part of the packet. */
const addressOf = (socket: Socket): IpAddress => parseAddress(socket.address().address.split('%')[0]!)!

interface Hand<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
  /** For calls from outside: what they throw rejects, and once it is settled they do nothing. */
  readonly guarded: <Args extends readonly unknown[]>(work: (...args: Args) => void) => (...args: Args) => void
  /** One at a time. */
  readonly later: (wait: number, work: () => void) => void
}
type Work<T> = (socket: Socket, hand: Hand<T>) => void

/**
 * A socket of its own, closed whatever happens. Shared (`reuseAddr`) only where several programs listen to one group: of two
 * shared sockets the kernel may give both the same port, and one would hear the other's answers.
 */
function onSocket<T>(endpoint: Endpoint, signal: AbortSignal, work: Work<T>, shared = {}): Promise<T> {
  const who = describeEndpoint(endpoint)
  return new Promise((resolve, reject) => {
    const cancelled = () => new Failure('cancelled', `stopped before ${who} answered`)
    if (signal.aborted) return reject(cancelled())
    const socket = createSocket({ type: endpoint.address.includes(':') ? 'udp6' : 'udp4', ...shared })
    let open = true
    let timer: NodeJS.Timeout | undefined
    const settle = (how: () => void) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.close()
      how()
    }
    const fail = (error: unknown) => settle(() => reject(error instanceof Failure ? error : failureOf(error, who)))
    const onAbort = () => fail(cancelled())
    const guarded =
      <Args extends readonly unknown[]>(call: (...args: Args) => void) =>
      (...args: Args) => {
        if (!open) return
        try {
          call(...args)
        } catch (thrown) {
          fail(thrown)
        }
      }
    const later = (wait: number, call: () => void) => {
      timer = setTimeout(guarded(call), wait)
    }
    signal.addEventListener('abort', onAbort)
    socket.on('error', fail)
    guarded(() => work(socket, { resolve: (value) => settle(() => resolve(value)), reject: fail, guarded, later }))()
  })
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

/** What a rule that rejects makes of sending (nft(8)). */
const FORBIDDEN = ['EPERM', 'EACCES']

function failureOf(error: unknown, who: string): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = REASONS[code]
  if (!code) return new Failure('bug', `${who}: ${String(error)}`, { cause: error })
  const forbidden = FORBIDDEN.includes(code) ? 'a firewall of this machine forbids it' : undefined
  const words = (reason && WORDS[reason]) ?? forbidden ?? code
  return new Failure('network', `${who}: ${words}`, { cause: error, reason })
}
