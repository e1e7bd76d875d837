import { connect as connectSocket } from 'node:net'
import type { Failure } from '../core/failure.ts'
import { type Milliseconds, SECOND } from '../core/instant.ts'
import { type Endpoint, scopedAddress } from '../dns/endpoint.ts'
import type { Connection, Tcp } from '../ports/tcp.ts'
import { connectionOver } from './connection.ts'
import { cancelled, notConnected, silent, whereOf } from './tcp-failure.ts'
import { connectBySsh } from './tcp-ssh.ts'

const DEFAULT_TIMEOUT = 30 * SECOND

/** The real connections; `env` of this process, of which `ssh` gets what it needs to find keys and hosts. */
export const openTcp = (env: Readonly<Record<string, string | undefined>>): Tcp => ({
  connect: ({ server, from, timeout = DEFAULT_TIMEOUT }, signal) =>
    from === 'here' ? connectHere(server, timeout, signal) : connectBySsh(server, from.ssh, { timeout, signal, env }),
})

function connectHere(server: Endpoint, timeout: Milliseconds, signal: AbortSignal): Promise<Connection> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled(server))
    const socket = connectSocket({ host: scopedAddress(server), port: server.port, noDelay: true })
    const settle = (how: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      how()
    }
    const fail = (failure: Failure) =>
      settle(() => {
        socket.on('error', () => undefined).destroy()
        reject(failure)
      })
    const onAbort = () => fail(cancelled(server))
    const onError = (error: Error) => fail(notConnected(error, server))
    const timer = setTimeout(() => fail(silent(server, timeout)), timeout)
    signal.addEventListener('abort', onAbort)
    socket.on('error', onError)
    socket.on('connect', () => settle(() => resolve(connectionOver(socket, whereOf(server), () => undefined))))
  })
}
