import { Failure } from '../../core/failure.ts'
import type { DomainName } from '../../dns/name.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { Asker } from '../asker.ts'

export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror'

export interface SpfFacts {
  /** Strings that begin with `v=spf1`; more than one is an error (RFC 7208 4.5). */
  readonly records: readonly string[]
  /** check_host() for each of our addresses, as postmaster of the domain. */
  readonly verdicts: readonly SpfVerdict[]
  /** `ip4:` and `ip6:` terms of the domain's own record that name one address, as addresses. */
  readonly literals: readonly IpAddress[]
}

export interface SpfVerdict {
  readonly address: IpAddress
  readonly result: SpfResult
  /** What matched, or what is wrong with the record. */
  readonly explanation: string
  /** Terms that need DNS; ten are allowed. */
  readonly lookups: number
}

export async function askSpf(
  asker: Asker,
  domain: DomainName,
  addresses: readonly IpAddress[],
  helo: string,
): Promise<SpfFacts> {
  throw new Failure('unsupported', 'not examined')
}
