import { Failure } from '../core/failure.ts'
import { type Milliseconds, SECOND } from '../core/instant.ts'
import type { Endpoint } from '../dns/endpoint.ts'
import { codeOf } from './connection.ts'

/** What the kernel says when it has no way to a family. */
const NO_ROUTE = ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']
/** The last two: a router or a firewall on the way says so. */
const REFUSED = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'EACCES']

/** Why a connection of our own did not come about. */
export function notConnected(error: Error, server: Endpoint): Failure {
  const code = codeOf(error)
  if (NO_ROUTE.includes(code)) {
    const family = server.address.includes(':') ? 'IPv6' : 'IPv4'
    const message = `this machine has no ${family} route to ${whereOf(server)} (${code})`
    return new Failure('network', message, { reason: 'no-route', cause: error })
  }
  if (REFUSED.includes(code)) {
    const why = code === 'ECONNREFUSED' ? 'nothing listens there' : code
    return new Failure('network', `${whereOf(server)} refuses the connection (${why})`, {
      reason: 'refused',
      cause: error,
    })
  }
  if (code === 'ETIMEDOUT') return silent(server)
  return new Failure('network', `${whereOf(server)}: ${code || error.message}`, { cause: error })
}

export const whereOf = ({ address, port }: Endpoint): string => `port ${port} of ${address}`

export const cancelled = (server: Endpoint): Failure =>
  new Failure('cancelled', `stopped before ${whereOf(server)} answered`)

/** Without a time: the kernel's own patience was over. */
export const silent = (server: Endpoint, timeout?: Milliseconds): Failure =>
  new Failure('network', `${whereOf(server)} does not answer${timeout ? ` within ${timeout / SECOND} s` : ''}`, {
    reason: 'silent',
  })
