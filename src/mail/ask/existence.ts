import { Failure } from '../../core/failure.ts'
import type { DomainName } from '../../dns/name.ts'
import type { Asker } from '../asker.ts'
import { learn } from './learn.ts'

/** Of a domain that does not exist no record is missing: it is misspelt, or not registered. undefined: it exists, or who knows. */
export async function whyGone({ stub }: Pick<Asker, 'stub'>, domain: DomainName): Promise<Failure | undefined> {
  const reply = await learn(() => stub(domain, 'TXT'))
  if (reply instanceof Failure || reply.rcode !== 'NXDOMAIN') return undefined
  return new Failure('rejected', `${domain} does not exist, says the resolver (NXDOMAIN)`)
}
