import { Failure } from '../core/failure.ts'
import type { Tcp } from '../ports/tcp.ts'

/** The real connections. */
export const openTcp = (): Tcp => ({
  connect: () => Promise.reject(new Failure('unsupported', 'no connections yet')),
})
