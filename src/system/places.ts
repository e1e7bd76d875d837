import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * One client could take all places, and let nobody else in until it is shown out: whoever comes is let in, and who has
 * been silent for the longest time leaves. On loopback all have the same address, so a share for each would be none.
 */
export function keepPlaces(server: Server, places: number): void {
  const silent = new Set<Socket>()
  const asking = new Set<Socket>()
  server.on('connection', (socket) => {
    if (socket.destroyed) return // it was not let in
    if (silent.size + asking.size >= places) {
      const [longest = asking.values().next().value!] = silent // both in the order in which they came to it
      leave(longest)
      longest.destroy()
    }
    silent.add(socket)
    socket.once('close', () => leave(socket))
  })
  server.on('request', (request, response) => {
    if (request.socket.destroyed) return
    const socket = carrierOf(request.socket)
    leave(socket)
    asking.add(socket)
    response.once('close', () => {
      if (asking.delete(socket) && !socket.destroyed) silent.add(socket)
    })
  })
  /** Over TLS a request comes by a socket of its own: what took the place is the connection beneath. */
  const carrierOf = (socket: Socket): Socket => {
    if (silent.has(socket) || asking.has(socket)) return socket
    const isBeneath = (one: Socket) =>
      one.remotePort === socket.remotePort && one.remoteAddress === socket.remoteAddress
    return [...silent, ...asking].find(isBeneath) ?? socket
  }
  const leave = (socket: Socket) => {
    silent.delete(socket)
    asking.delete(socket)
  }
}
