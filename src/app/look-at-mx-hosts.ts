import { Failure } from '../core/failure.ts'
import type { MxSet } from '../core/locate.ts'
import type { MxHost } from '../core/mx-wish.ts'
import { isKnown, type Known } from '../core/plan.ts'
import { type DomainName, parseName } from '../dns/name.ts'
import type { AddressType } from '../dns/rrset.ts'
import { resolverAnswer, serverAnswers } from '../lookup/addresses.ts'
import { aliasOf } from '../lookup/mx.ts'
import type { World } from '../ports/world.ts'
import type { Setup } from './setup.ts'

const TYPES: readonly AddressType[] = ['A', 'AAAA'] // a backup may have what this line has not

/** The hosts of a wanted MX: whether they are aliases, and their addresses, with authority where that can be had. */
export function lookAtMxHosts(
  wanted: MxSet,
  { asking }: Pick<Setup, 'asking'>,
  { random }: Pick<World, 'random'>,
  signal: AbortSignal,
): Promise<readonly MxHost[]> {
  const addressesOf = async (owner: DomainName, type: AddressType): Promise<Known> => {
    const answers = (await serverAnswers(asking, { owner, type }, random, signal)).map(({ answer }) => answer)
    const known = answers.filter(isKnown)
    return known.length > 0 ? known.flat() : resolverAnswer(asking, { owner, type }, random, signal)
  }
  const look = async (host: string): Promise<MxHost> => {
    const owner = parseName(host)
    if (!owner) return { host, addresses: new Failure('rejected', `${host} is no name of a host`) }
    const [alias, ...found] = await Promise.all([
      aliasOf(asking, owner, signal),
      ...TYPES.map((type) => addressesOf(owner, type)),
    ])
    const addresses = found.filter(isKnown).flat()
    const unknown = found.find((one) => one instanceof Failure)
    return { host, alias, addresses: addresses.length > 0 || !unknown ? addresses : unknown }
  }
  return Promise.all([...new Set(wanted.map(({ exchange }) => exchange))].map(look))
}
