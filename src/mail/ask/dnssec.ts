import { Failure } from '../../core/failure.ts'
import type { Asker } from '../asker.ts'
/** What a resolver's AD and CD bits say of one name. */
export interface DnssecFacts {
  /** Names that were asked: the domain, and each of our MX hosts. */
  readonly names: readonly DnssecName[]
}

export interface DnssecName {
  readonly name: string
  /** `secure`: AD from a resolver that is trusted; `insecure`: an answer without; `bogus`: SERVFAIL, but an answer without checking. */
  readonly state: 'secure' | 'insecure' | 'bogus' | 'unknown'
  /** Extended DNS errors (RFC 8914) in words: `signature expired`. */
  readonly causes: readonly string[]
  /** Why it is unknown. */
  readonly why: string | undefined
}

export async function askDnssec(asker: Asker, names: readonly string[]): Promise<DnssecFacts> {
  throw new Failure('unsupported', 'not examined')
}
