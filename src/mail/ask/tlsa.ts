import { Failure } from '../../core/failure.ts'
import type { Asker } from '../asker.ts'
/** The TLSA RRset of `_25._tcp.` a host (RFC 6698 2). */
export interface TlsaFacts {
  readonly records: readonly Tlsa[]
  /** Signed and validated: only then senders look at it (RFC 7672 2.2). undefined: no resolver here can tell. */
  readonly secure: boolean | undefined
}

export interface Tlsa {
  readonly usage: number
  readonly selector: number
  readonly matching: number
  /** Hexadecimal, lower case. */
  readonly data: string
}

export async function askTlsa(asker: Asker, host: string): Promise<TlsaFacts> {
  throw new Failure('unsupported', 'not examined')
}
