import { type DomainName, isWithin } from '../../dns/name.ts'
import { providersAt } from '../../providers/name-servers.ts'
import type { Provider } from '../../providers/provider.ts'
import { lookUpServers } from './look-up.ts'
import { type Refusal, refuse, type Session } from './session.ts'

/** Where a host's records are kept: the service that owns its zone, else what the name servers' names tell. */
export async function chooseProvider(
  owner: DomainName,
  all: readonly Provider[],
  session: Session,
): Promise<Provider | Refusal> {
  const { given, dialog, say } = session
  if (given.provider !== undefined) return all.find(({ id }) => id === given.provider)!
  const zone = await lookUpServers(owner, session)
  const proposals = proposalsFor(owner, zone?.names ?? [], all)
  const where = zone ? `${owner} lies in the zone ${zone.apex} at ${zone.names.join(', ') || 'no name server'}` : ''
  if (where) say(`  ${where}${proposals[0] ? `: ${proposals[0].name}` : ''}`)
  if (!dialog) {
    const [first] = proposals
    if (!first) return refuse(`which provider keeps ${owner} cannot be told from its name servers: add --provider ID`)
    say(`  The provider is ${first.id}. Another one: --provider ID`)
    return first
  }
  const suitable = all.filter((one) => proposals.includes(one) || !isForeign(one, owner))
  if (proposals.length === 0)
    return dialog.find('Which provider keeps this zone? (type to search)', choicesOf(suitable))
  const others = { name: 'another one', value: undefined }
  const chosen = await dialog.choice('Which provider keeps this zone?', [...choicesOf(proposals), others])
  return chosen ?? dialog.find('Which one? (type to search)', choicesOf(suitable))
}

/** Those whose own zones hold the host, then those at whose name servers its zone is. Pure. */
export function proposalsFor(
  owner: DomainName,
  nameServers: readonly string[],
  all: readonly Provider[],
): readonly Provider[] {
  const owning = all.filter(({ suffixes = [] }) => suffixes.some((suffix) => owner.endsWith(`.${suffix}`)))
  const serving = providersAt(nameServers).flatMap((id) => all.filter((one) => one.id === id))
  return [...new Set([...owning, ...serving])].filter((one) => !isForeign(one, owner))
}

/** It keeps names in zones of its own only, and this is none of them. */
const isForeign = ({ ownZonesOnly, suffixes = [] }: Provider, owner: DomainName): boolean =>
  ownZonesOnly === true && !suffixes.some((suffix) => isWithin(owner, suffix as DomainName))

const choicesOf = (providers: readonly Provider[]) =>
  providers.map((value) => ({ value, name: `${value.name} (${value.id})` }))
