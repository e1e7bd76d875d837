import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type Socket as Connection, connect, createServer } from 'node:net'
import type { Endpoint } from '../../src/dns/endpoint.ts'

export interface Relay {
  readonly endpoint: Endpoint
  readonly stop: () => Promise<void>
}

/**
 * UDP and TCP at one address and port, handed on to another. named listens only at addresses that an interface holds:
 * through this it is reachable at any of 127.0.0.0/8. It sees the relay as its client. Rejects where the port is taken.
 */
export async function startRelay(from: Endpoint, to: Endpoint): Promise<Relay> {
  const connections = new Set<Connection>()
  const tcp = createServer((client) => {
    const server = connect({ host: to.address, port: to.port })
    for (const [one, other] of [[client, server] as const, [server, client] as const]) {
      connections.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => connections.delete(one))
      one.pipe(other)
    }
  })
  const clients = new Map<string, Socket>()
  const udp = createSocket('udp4')
  udp.on('message', (datagram, { address, port }) => {
    const known = clients.get(`${address} ${port}`)
    const socket = known ?? createSocket('udp4')
    if (!known) {
      clients.set(`${address} ${port}`, socket)
      socket.on('error', () => undefined) // nobody listens there at the moment: silence
      socket.on('message', (answer) => udp.send(answer, port, address))
    }
    socket.send(datagram, to.port, to.address)
  })
  udp.bind(from.port, from.address)
  await once(udp, 'listening')
  const { port } = udp.address()
  tcp.listen(port, from.address)
  await once(tcp, 'listening').catch((error) => {
    udp.close()
    throw error
  })
  return {
    endpoint: { address: from.address, port },
    async stop() {
      for (const connection of connections) connection.destroy()
      for (const socket of clients.values()) socket.close()
      const closed = [new Promise((done) => tcp.close(done)), new Promise<void>((done) => udp.close(done))]
      await Promise.all(closed)
    },
  }
}
