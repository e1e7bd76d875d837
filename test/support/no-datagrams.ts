import { Failure } from '../../src/core/failure.ts'
import type { Udp } from '../../src/ports/udp.ts'

/** A network without a router that speaks. */
export const NO_DATAGRAMS: Udp = {
  ask: () => Promise.reject(new Failure('network', 'no answer', { reason: 'silent' })),
  search: async () => {},
  listen: (_, __, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
}
