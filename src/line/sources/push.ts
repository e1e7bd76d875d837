import { Failure } from '../../core/failure.ts'
import type { IpSource } from '../source.ts'

/**
 * `push`: what the router's own DynDNS client told last, maybe before a restart. The IPv6 address that a router tells is its
 * own, often of another prefix than the local network's: it is never a mail host's, so only IPv4 and the prefix are told on.
 */
export function push(rest: string | undefined): IpSource | undefined {
  if (rest !== undefined) return undefined
  return {
    id: 'push',
    view: 'gateway',
    types: ['A'],
    addresses: async (_, { pushed }) => {
      if (pushed?.A) return pushed.A.addresses
      throw new Failure('unavailable', `push: the router has not told its IPv4 address yet${ASK}`)
    },
    prefix: async ({ pushed }) => {
      if (pushed?.prefix) return pushed.prefix
      throw new Failure('unavailable', `push: the router has not told its IPv6 prefix yet${ASK}`)
    },
    toldAt: ({ pushed }, what) => pushed?.[what]?.at,
  }
}

const ASK = '; enter mxhome in its DynDNS form (user-defined), and let it connect anew while the service runs'
