import type { MxSet } from '../core/locate.ts'
import { type DomainName, isWithin, parseName } from '../dns/name.ts'
import type { Provider } from '../providers/provider.ts'
import { zonesOf } from './zones.ts'

/** Everything that `mxhome init` has to know before it can write a configuration. */
export interface InitAnswers {
  readonly domain: DomainName
  /** Hosts that must be named, since the MX record does not lead to them. */
  readonly hosts: readonly DomainName[]
  /** MX hosts that would be taken for ours, and are not. */
  readonly exclude: readonly DomainName[]
  /** What the account serves; undefined: what it serves by itself is right. */
  readonly zones: readonly DomainName[] | undefined
  /** The adapter's id. */
  readonly provider: string
  /** As the user wrote them, by their names in YAML: those of the adapter, and those that every account has. */
  readonly settings: Readonly<Record<string, string>>
  readonly ipv6: boolean
}

/** What the name servers say of the domain's mail. */
export interface MailSeen {
  readonly domain: DomainName
  readonly mx: MxSet
  /** MX hosts that are aliases, with the end of the chain. */
  readonly aliases: ReadonlyMap<string, string>
  /** It has a null MX: it says that it takes no mail (RFC 7505). */
  readonly takesNoMail?: boolean
}

/** Which lists make exactly the wanted hosts be kept, and no other: the daemon follows the MX record by itself. Pure. */
export function listsFor(
  kept: readonly DomainName[],
  { domain, mx, aliases }: MailSeen,
  provider: Pick<Provider, 'ownZonesOnly' | 'suffixes'>,
): Pick<InitAnswers, 'hosts' | 'exclude' | 'zones'> {
  const owners = kept.map((host) => parseName(aliases.get(host) ?? host) ?? host)
  const zones = zonesFor(owners, domain, provider)
  const served = zonesOf({ zones }, { domains: [{ name: domain }], hosts: owners.map((name) => ({ name })) }, provider)
  const ours = mx
    .map(({ exchange, preference }) => ({ owner: parseName(aliases.get(exchange) ?? exchange), preference }))
    .filter(({ owner }) => owner !== undefined && served.some((zone) => isWithin(owner, zone)))
  const lowest = Math.min(...ours.map(({ preference }) => preference))
  const best = [...new Set(ours.filter(({ preference }) => preference === lowest).map(({ owner }) => owner!))]
  const exclude = best.filter((owner) => !owners.includes(owner))
  const followed = best.filter((owner) => owners.includes(owner))
  // Of several with the same preference the daemon takes those that are named.
  const byItself = followed.length === 1 ? followed : []
  return { hosts: [...new Set(owners)].filter((owner) => !byItself.includes(owner)), exclude, zones }
}

/** A host elsewhere than in the mail domain is named alone: so nothing else can be written there. */
function zonesFor(
  owners: readonly DomainName[],
  domain: DomainName,
  { ownZonesOnly, suffixes = [] }: Pick<Provider, 'ownZonesOnly' | 'suffixes'>,
): InitAnswers['zones'] {
  if (owners.every((owner) => isWithin(owner, domain))) return undefined
  const own = (owner: DomainName) => suffixes.some((suffix) => owner.endsWith(`.${suffix}`))
  if (ownZonesOnly && owners.every(own)) return undefined
  return [...new Set(owners.map((owner) => (isWithin(owner, domain) ? domain : owner)))]
}
