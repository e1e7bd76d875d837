import { Failure } from '../../core/failure.ts'
import type { DomainName } from '../../dns/name.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'

/** MTA-STS (RFC 8461): what the TXT record announces and the policy says. */
export interface MtaStsFacts {
  /** Strings at `_mta-sts.` the domain that begin with `v=STSv1`; [] = not used. */
  readonly records: readonly string[]
  /** undefined: not fetched, since nothing announces it. */
  readonly policy: Learnt<MtaStsPolicy> | undefined
}

export interface MtaStsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  readonly mx: readonly string[]
  /** Seconds. */
  readonly maxAge: number
}

export async function askMtaSts(asker: Asker, domain: DomainName): Promise<MtaStsFacts> {
  throw new Failure('unsupported', 'not examined')
}
