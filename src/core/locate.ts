import { type DomainName, parseName } from '../dns/name.ts'
import { Failure } from './failure.ts'
import type { Finding } from './finding.ts'
import { DAY, type Instant } from './instant.ts'
import { findings, type Lines } from './locate-findings.ts'
import type { MxMemory } from './state.ts'

/** A domain's MX RRset; [] = it has none. */
export type MxSet = readonly { readonly preference: number; readonly exchange: string }[]

/** What the authoritative servers and a resolver say of one domain's MX. */
export interface MxAnswer {
  readonly authorities: readonly (MxSet | Failure)[]
  readonly resolver: MxSet | Failure
  /** The domain itself is denied (NXDOMAIN): by every authority that answers; by the resolver where none can be asked. */
  readonly nxdomain?: boolean
}

/** What locate knows of one domain, before it judges. */
export interface MxSituation {
  readonly domain: DomainName
  readonly answer: MxAnswer
  /** MX hosts that are aliases, with the end of the chain. */
  readonly aliases: ReadonlyMap<string, string>
  readonly isOurs: (name: DomainName) => boolean
  /** Hosts that the user named: they decide where several of ours have one preference. */
  readonly named: readonly DomainName[]
  /** Hosts that are never written. One of them with the lowest preference makes no backup ours. */
  readonly excluded: readonly DomainName[]
  /** For remedies. */
  readonly lines: Lines
  readonly memory: MxMemory
  readonly now: Instant
}

export interface LocatedDomain {
  readonly domain: DomainName
  /** Owners to be kept because of this domain's MX, those dropped within 24 h among them. */
  readonly hosts: readonly DomainName[]
  readonly memory: MxMemory
  readonly findings: readonly Finding[]
  /** The domain does not exist: nothing else of it can be examined. */
  readonly nxdomain?: true
  /** The MX was not heard out this time: it is what was known before. */
  readonly isCut?: true
}

const GRACE = DAY // other servers still have the old MX

/** Which of the domain's MX hosts are kept, and what is wrong with the MX. Unknown is not empty. Pure. */
export function locateDomain(situation: MxSituation): LocatedDomain {
  const { domain, answer, memory, excluded, named, now } = situation
  const believed = believedOf(answer)
  const remembered = memory.hosts.filter(({ owner }) => !excluded.includes(owner))
  if (believed instanceof Failure) {
    const hosts = remembered.map(({ owner }) => owner)
    // A resolver alone takes no host away that was seen before: an office's own may deny the domain.
    if (answer.nxdomain && hosts.length === 0) {
      const found = [findings.nonexistent(domain, named.includes(domain))]
      return { domain, hosts, memory, findings: found, nxdomain: true }
    }
    const isCut = believed.kind === 'cancelled' // by ourselves: the servers have done nothing wrong
    return { domain, hosts, memory, findings: isCut ? [] : [findings.unknown(domain, believed, hosts)] }
  }
  const verdicts = believed.map((mx) => judge(mx, situation))
  const current = [...new Set(verdicts.flatMap(({ ours }) => ours))]
  const dropped = remembered
    .filter(({ owner }) => !current.includes(owner))
    .map(({ owner, droppedAt = now }) => ({ owner, droppedAt: Math.min(droppedAt, now) }))
    .filter(({ droppedAt }) => now - droppedAt < GRACE)
  const all = [
    ...verdicts.flatMap((verdict) => verdict.findings),
    ...dropped.map(({ owner, droppedAt }) => findings.dropped(domain, owner, droppedAt + GRACE)),
  ]
  if (believed.length > 1) all.push(findings.serversDiffer(domain))
  if (isSplit(answer, believed, memory)) all.push(findings.splitHorizon(domain))
  const hosts = [...current, ...dropped.map(({ owner }) => owner)]
  return {
    domain,
    hosts,
    memory: { hosts: [...current.map((owner) => ({ owner })), ...dropped] },
    findings: unique(all),
    ...(answer.nxdomain && { nxdomain: true }),
  }
}

/** The distinct answers that count: the authoritative ones; else a resolver's, unless it says that there is none. */
function believedOf({ authorities, resolver }: MxAnswer): readonly MxSet[] | Failure {
  const known = authorities.filter((answer): answer is MxSet => !(answer instanceof Failure))
  if (known.length > 0) return [...new Map(known.map((mx) => [textOf(mx), mx])).values()]
  if (resolver instanceof Failure) return resolver
  if (resolver.length > 0) return [resolver]
  return (
    authorities.find((answer) => answer instanceof Failure) ??
    new Failure('network', 'no authoritative server could be asked')
  )
}

function judge(
  mx: MxSet,
  { domain, answer, aliases, isOurs, named, excluded, lines }: MxSituation,
): { ours: readonly DomainName[]; findings: Finding[] } {
  if (mx.length === 0) {
    const absent = answer.nxdomain ? findings.nonexistent : findings.missing
    return { ours: [], findings: [absent(domain, named.includes(domain))] }
  }
  if (mx.some(({ exchange }) => exchange === '.')) return { ours: [], findings: [findings.nullMx(domain)] }
  const found: Finding[] = []
  const hosts = mx.flatMap(({ preference, exchange }) => {
    if (isAddress(exchange)) found.push(findings.isAddress(domain, exchange))
    const alias = aliases.get(exchange)
    if (alias !== undefined) found.push(findings.isAlias(domain, exchange, alias))
    const owner = parseName(alias ?? exchange)
    return owner && isOurs(owner) ? [{ owner, preference }] : []
  })
  if (hosts.length === 0) {
    if (!found.some(({ id }) => id === 'mx-is-address')) {
      const exchanges = mx.toSorted((a, b) => a.preference - b.preference).map(({ exchange }) => exchange)
      const [first = ''] = exchanges
      found.push(findings.elsewhere(domain, exchanges, aliases.get(first) ?? first, lines))
    }
    return { ours: [], findings: found }
  }
  const lowest = Math.min(...hosts.map(({ preference }) => preference))
  const best = [...new Set(hosts.filter(({ preference }) => preference === lowest).map(({ owner }) => owner))]
  const left = best.filter((owner) => !excluded.includes(owner))
  if (left.length < 2) return { ours: left, findings: found }
  const chosen = left.filter((owner) => named.includes(owner))
  if (chosen.length > 0) return { ours: chosen, findings: found }
  return { ours: [], findings: [...found, findings.ambiguous(domain, left, lines)] }
}

/** A resolver that differs from the authorities has another view, unless it only has an MX of ours that was dropped lately. */
function isSplit({ authorities, resolver }: MxAnswer, believed: readonly MxSet[], memory: MxMemory): boolean {
  if (resolver instanceof Failure || authorities.every((answer) => answer instanceof Failure)) return false
  if (believed.some((mx) => textOf(mx) === textOf(resolver))) return false
  const old: string[] = memory.hosts.map(({ owner }) => owner)
  return resolver.length === 0 || !resolver.some(({ exchange }) => old.includes(exchange))
}

const textOf = (mx: MxSet) =>
  mx
    .map(({ preference, exchange }) => `${preference} ${exchange}`)
    .toSorted()
    .join(', ')
/** An MX that names an address in the place of a host. */
export const isAddress = (exchange: string) =>
  /^\[.*\]$|^\d+(\.\d+){3}$|\.\d+$/.test(exchange) || exchange.includes(':')
const unique = (all: readonly Finding[]) => [...new Map(all.map((one) => [one.id + one.message, one])).values()]
