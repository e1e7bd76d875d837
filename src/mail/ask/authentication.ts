import { Failure } from '../../core/failure.ts'
import type { DomainName } from '../../dns/name.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'

/** What receivers can check mail of this domain against, beside SPF. */
export interface AuthenticationFacts {
  /** DMARC records at `_dmarc.` the domain, else at its organisational domain. */
  readonly dmarc: Learnt<{ readonly at: string; readonly records: readonly string[] }>
  /** Whether a key exists below `_domainkey`: of the named selectors, else by the empty non-terminal (RFC 8020). */
  readonly dkim: Learnt<{ readonly found: boolean; readonly how: 'selectors' | 'empty-non-terminal' }>
}

/** Never rejects. */
export async function askAuthentication(asker: Asker, domain: DomainName): Promise<AuthenticationFacts> {
  const unasked = new Failure('unsupported', 'not examined')
  return { dmarc: unasked, dkim: unasked }
}
