import { type DomainName, parseName } from '../dns/name.ts'
import { addressType } from '../dns/rrset.ts'
import { Failure } from './failure.ts'
import { locateDomain, type MxSet } from './locate.ts'
import type { Lines } from './locate-findings.ts'
import type { MxRecord } from './mx.ts'
import { isKnown, type Known } from './plan.ts'

/** One host that the wanted MX names, as it was looked up. */
export interface MxHost {
  readonly host: string
  /** What it is an alias of. */
  readonly alias?: string | undefined
  /** Of both families. */
  readonly addresses: Known
}

/** Why the wanted MX is not written. `code`: how the program ends: 78 the configuration alone says it, 1 the DNS does, 75 it is not known. */
export interface MxRefusal {
  readonly code: 1 | 75 | 78
  readonly message: string
}

/** What the configuration alone says against it. `most`: what the provider takes, if that is known. */
export function refusalOfWish(
  domain: DomainName,
  wanted: MxSet,
  { name, most }: { readonly name: string; readonly most?: number | undefined },
): MxRefusal | undefined {
  if (most === undefined || wanted.length <= most) return undefined
  const message = `the wanted MX of ${domain} has ${wanted.length} hosts, and ${name} takes ${most}: leave some out`
  return { code: 78, message }
}

/** What the DNS says against the hosts: mail to such a domain would bounce, or wait. All of it. */
export function refusalsOfHosts(domain: DomainName, hosts: readonly MxHost[]): readonly MxRefusal[] {
  return hosts.flatMap(({ host, alias, addresses }): MxRefusal[] => {
    const named = `the wanted MX of ${domain} names ${host}`
    if (alias !== undefined) {
      const message = `${named}, which is an alias (CNAME) of ${alias}: 1&1 and others refuse such mail. Let it name ${alias}, or a host with an A record of its own`
      return [{ code: 1, message }]
    }
    if (addresses instanceof Failure) {
      const message = `${named}, whose address could not be looked up (${addresses.message}): try again later`
      return [{ code: 75, message }]
    }
    if (addresses.length > 0) return []
    const message = `${named}, which has no address: nobody could deliver mail there. Make its A record first ("mxhome update" does, for hosts that MXHOME_HOSTS names)`
    return [{ code: 1, message }]
  })
}

interface Circumstances {
  /** What is to be replaced. */
  readonly before: MxSet
  readonly isOurs: (name: DomainName) => boolean
  readonly named: readonly DomainName[]
  readonly excluded: readonly DomainName[]
  readonly lines: Lines
  /** The wanted ones, as they were looked up. */
  readonly hosts?: readonly MxHost[]
}

/** What the user should think of before agreeing. */
export function warningsOf(
  domain: DomainName,
  wanted: MxSet,
  { before, isOurs, named, excluded, lines, hosts: found = [] }: Circumstances,
): readonly string[] {
  const rules = { isOurs, named, excluded, lines, memory: { hosts: [] }, aliases: new Map(), now: 0 }
  const located = (set: MxSet) => locateDomain({ domain, answer: { authorities: [set], resolver: set }, ...rules })
  const { findings, hosts } = located(wanted)
  const isKept = ({ exchange }: MxRecord) => {
    const owner = parseName(exchange)
    return owner !== undefined && isOurs(owner) && !excluded.includes(owner)
  }
  const [ours] = wanted.filter(isKept).toSorted((one, other) => one.preference - other.preference)
  const preferred = wanted.filter(({ preference }) => ours !== undefined && preference < ours.preference)
  const names = wanted.map(({ exchange }) => exchange)
  const twice = names.filter((name, i) => names.indexOf(name) !== i)
  return [
    ...(wanted.length < before.length
      ? [`${before.length} MX records become ${wanted.length}: fewer hosts take mail while one is down`]
      : []),
    ...(preferred.length > 0
      ? [
          `${preferred.map(({ exchange }) => exchange).join(', ')} will be tried before ${ours?.exchange}, your own host: the lowest number comes first`,
        ]
      : []),
    ...(isWithoutIpv4(found)
      ? ['none of these hosts has an A record: senders that have IPv4 alone cannot deliver']
      : []),
    ...overtaken(wanted, hosts, [...located(before).hosts, ...named], lines),
    ...[...new Set(twice)].map((name) => `${name} stands there more than once: one record of a host is enough`),
    ...findings.map(({ message, remedy }) => `${message}. ${remedy}`),
  ]
}

/** Of all it is known what they have, and that is IPv6. */
const isWithoutIpv4 = (hosts: readonly MxHost[]): boolean =>
  hosts.length > 0 &&
  hosts.every(({ addresses }) => isKnown(addresses) && addresses.every((one) => addressType(one) === 'AAAA'))

/** Both lie in a zone of ours: whoever has the lowest number is taken for the host on this line, and gets its address. */
function overtaken(wanted: MxSet, kept: readonly DomainName[], former: readonly DomainName[], lines: Lines): string[] {
  const behind = wanted.flatMap(
    ({ exchange }) => former.find((owner) => owner === exchange && !kept.includes(owner)) ?? [],
  )
  const [own] = behind
  if (own === undefined) return []
  return kept
    .filter((owner) => !former.includes(owner))
    .map(
      (owner) =>
        `${owner} will be tried before ${own}, and mxhome then takes it for your own host: it gets this line's address. If it stands elsewhere, give it a higher number, or exclude it: ${lines.exclude(owner)}`,
    )
}
