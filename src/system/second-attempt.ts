import type { ClientRequestArgs } from 'node:http'
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'

/** TCP repeats a lost SYN after a whole second (RFC 6298 2.1), and right after a change of address the first is often lost. */
const PATIENCE = 250

/** Ends the attempts. Node keeps `signal` from agents. */
export interface Until {
  readonly until?: AbortSignal
}
type OnConnected = (error: Error | null, socket: Socket) => void

/**
 * Connects; beside an attempt that does not stand after 250 ms a second one runs to the same address. The first that
 * stands is handed over, the other destroyed: of both not a byte is sent before. Where none stands, the first one's error
 * is told. For an agent's `createConnection`.
 */
export function connectTwice(options: ClientRequestArgs & Until, onConnected: OnConnected): void {
  const attempts = new Set<Socket>()
  let timer: NodeJS.Timeout | undefined
  let refused: Error | undefined
  let settled = false

  const settle = (error: Error | null, winner?: Socket) => {
    if (settled) return
    settled = true
    clearTimeout(timer)
    for (const one of attempts) if (one !== winner) one.destroy()
    onConnected(error, winner as Socket) // an agent looks at one of the two
  }
  const attempt = (to: object, isFirst: boolean): Socket => {
    const socket = connect({ ...options, signal: options.until, ...to } as TcpNetConnectOpts)
    attempts.add(socket)
    socket.once('connect', () => settle(null, socket))
    socket.on('error', (error) => {
      if (isFirst) {
        clearTimeout(timer)
        refused = error
      }
      attempts.delete(socket)
      if (attempts.size === 0) settle(refused ?? error)
    })
    return socket
  }

  const first = attempt({}, true)
  // A host with several addresses is tried at one after the other.
  first.on('connectionAttempt', (host: string, port: number, family: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => attempt({ host, port, family }, false), PATIENCE)
  })
}
