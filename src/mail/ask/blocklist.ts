import type { IpAddress } from '../../dns/rrset.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'

/** One address at one blocklist (RFC 5782). */
export interface BlocklistFacts {
  readonly address: IpAddress
  /** `zen.spamhaus.org`, without a key. */
  readonly list: string
  /** Answers within 127/8; [] = not listed. A Failure: refused, silent, or the control queries failed. */
  readonly codes: Learnt<readonly IpAddress[]>
}

/** Never rejects. */
export async function askBlocklists(asker: Asker, addresses: readonly IpAddress[]): Promise<readonly BlocklistFacts[]> {
  return []
}
