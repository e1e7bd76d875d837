import type { IpAddress } from '../../dns/rrset.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'

/** The reverse name of one of our addresses ("iprev", RFC 8601 3). */
export interface ReverseFacts {
  readonly address: IpAddress
  /** PTR names, at most ten; [] = none. */
  readonly names: Learnt<readonly ReverseName[]>
}

export interface ReverseName {
  readonly name: string
  /** Its addresses of the same family. */
  readonly addresses: Learnt<readonly IpAddress[]>
}

/** Never rejects. */
export async function askReverse(asker: Asker, addresses: readonly IpAddress[]): Promise<readonly ReverseFacts[]> {
  return []
}
