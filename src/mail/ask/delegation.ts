import { Failure } from '../../core/failure.ts'
import type { DomainName } from '../../dns/name.ts'
import type { Asker } from '../asker.ts'
import type { Learnt } from '../learnt.ts'

/** The zone cut of the domain: what the parent says, what the zone says, what each server knows. */
export interface DelegationFacts {
  readonly apex: string
  /** NS names that the parent zone delegates to; a Failure where the parent could not be asked. */
  readonly parent: Learnt<readonly string[]>
  /** NS names that the zone's own servers give. */
  readonly child: Learnt<readonly string[]>
  /** Each address of each server. */
  readonly servers: readonly ServerSerial[]
  /** Seconds, of the SOA: how long a secondary may lag. */
  readonly refresh: number | undefined
}

export interface ServerSerial {
  readonly name: string
  readonly address: string
  /** Of the SOA; a Failure `rejected`: lame. */
  readonly serial: Learnt<number>
}

/** Rejects with a Failure where the zone cannot be found. */
export async function askDelegation(asker: Asker, domain: DomainName): Promise<DelegationFacts> {
  throw new Failure('unsupported', 'not examined')
}
