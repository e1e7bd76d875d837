import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port that was free on that address a moment ago, for UDP and TCP alike. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, address)
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const socket = createSocket('udp4')
    const free = await new Promise<boolean>((resolve) => {
      socket.on('error', () => resolve(false))
      socket.bind(port, address, () => resolve(true))
    })
    await Promise.all([new Promise((done) => server.close(done)), new Promise<void>((done) => socket.close(done))])
    if (free) return port
  }
}
