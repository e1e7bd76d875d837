import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import { type Instant, SECOND } from '../core/instant.ts'
import { decodeMessage, encodeMessage } from '../dns/codec.ts'
import type { Endpoint } from '../dns/endpoint.ts'
import { type IpAddress, parseAddress, type Seconds } from '../dns/rrset.ts'
import type { Zone } from './zone.ts'
import { answerOf, type Role } from './zone-answer.ts'

/** A running name server: UDP and TCP at one port. */
export interface NameServer {
  readonly endpoint: Endpoint
  /** What changes from now on is shown so many seconds later, as by a secondary that transfers seldom; 0: at once. */
  readonly lagBy: (lag: Seconds) => void
  /** Off: no query is answered, as by a server that is down behind a firewall. */
  readonly switchOff: (off: boolean) => void
  readonly close: () => Promise<void>
}

interface Wishes {
  readonly zones: readonly Zone[]
  readonly role?: Role
  /** 127.0.0.1 unless named. */
  readonly address?: IpAddress
  /** A free one unless named. */
  readonly port?: number
  readonly lag?: Seconds
  readonly now?: () => Instant
}

/** Without EDNS no datagram may be longer (RFC 1035 4.2.1); the client comes back by TCP. */
const MAX_DATAGRAM = 512
const ATTEMPTS = 20

/** Starts an authoritative server, or a stub resolver, over zones in memory. Rejects with the system's error when it cannot listen. */
export async function startNameServer(wishes: Wishes): Promise<NameServer> {
  const { zones, role = 'authority', address = parseAddress('127.0.0.1')!, port = 0, now = Date.now } = wishes
  const view = { lag: wishes.lag ?? 0, since: now(), off: false }
  const connections = new Set<Socket>()
  const answer = (bytes: Uint8Array): Uint8Array | undefined => {
    const query = view.off ? undefined : decodeMessage(bytes)
    if (!query || query.response) return undefined
    const moment = Math.max(view.since, now() - view.lag * SECOND)
    const served = zones.map(({ apex, at }) => ({ apex, version: at(moment) }))
    return encodeMessage(answerOf(query, served, role))
  }
  const { udp, tcp, bound } = await listen(address, port)
  udp.on('message', (bytes, from) => {
    const reply = answer(bytes)
    if (reply) udp.send(reply.length > MAX_DATAGRAM ? cut(reply) : reply, from.port, from.address)
  })
  udp.on('error', () => {}) // a client that has gone away is no concern of ours
  tcp.on('connection', (socket) => {
    connections.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => connections.delete(socket))
    serve(socket, answer)
  })
  return {
    endpoint: { address, port: bound },
    lagBy: (lag) => {
      view.lag = lag
      view.since = now()
    },
    switchOff: (off) => {
      view.off = off
    },
    async close() {
      for (const socket of connections) socket.destroy()
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ])
    },
  }
}

/** Both transports at one port: the system picks one for TCP, and another program may have it for UDP. */
async function listen(address: IpAddress, port: number): Promise<{ udp: UdpSocket; tcp: Server; bound: number }> {
  for (let attempt = 1; ; attempt++) {
    const tcp = createServer()
    await new Promise<void>((resolve, reject) => {
      tcp.once('error', reject)
      tcp.listen(port, address, resolve)
    })
    const bound = (tcp.address() as { port: number }).port
    const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    try {
      await new Promise<void>((resolve, reject) => {
        udp.once('error', reject)
        udp.bind(bound, address, () => {
          udp.removeListener('error', reject)
          resolve()
        })
      })
      return { udp, tcp, bound }
    } catch (thrown) {
      udp.close()
      tcp.close()
      if (port !== 0 || attempt === ATTEMPTS) throw thrown
    }
  }
}

/** Messages over TCP carry their length first (RFC 1035 4.2.2); a connection may bring several (RFC 7766). */
function serve(socket: Socket, answer: (bytes: Uint8Array) => Uint8Array | undefined): void {
  let waiting = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0)
      const reply = answer(waiting.subarray(2, end))
      waiting = waiting.subarray(end)
      if (!reply) continue
      const length = Buffer.alloc(2)
      length.writeUInt16BE(reply.length)
      socket.write(Buffer.concat([length, reply]))
    }
  })
}

/** The header with TC=1 and the question: nobody may use half an RRset. */
function cut(reply: Uint8Array): Uint8Array {
  const message = decodeMessage(reply)!
  return encodeMessage({ ...message, truncated: true, answers: [], authorities: [], additionals: [] })
}
