import type { Confirmation } from '../core/confirmation.ts'
import { Failure } from '../core/failure.ts'
import type { Finding } from '../core/finding.ts'
import type { LocatedDomain } from '../core/locate.ts'
import type { Action, Detected, LineName, Target, TargetKey } from '../core/plan.ts'
import type { Done } from '../core/round.ts'
import type { State } from '../core/state.ts'
import { lineOf } from '../core/wanted.ts'
import type { DomainName } from '../dns/name.ts'
import type { Asking, Zone } from '../lookup/asking.ts'
import { namesOf } from '../lookup/zone.ts'
import { fritzboxFindings } from './fritzbox-findings.ts'
import { hasAddress } from './patience.ts'

interface Shown {
  readonly located: readonly LocatedDomain[]
  readonly plan: readonly Action[]
  readonly done: readonly Done[]
  readonly confirmations: ReadonlyMap<TargetKey, Confirmation>
  /** Of detect. */
  readonly findings: readonly Finding[]
  /** What is known of the owners' zones. */
  readonly zones: Asking['zones']
  readonly detected: Detected
  readonly state: State
  /** All of them, also where only some are looked at. */
  readonly targets: readonly Target[]
  /** The lines of which a router is heard. */
  readonly toldOf: readonly LineName[]
  /** Why the state could not be written. */
  readonly problem: string | undefined
}

/** Everything that a round has to tell beside its targets. Pure. */
export function roundFindings(shown: Shown): readonly Finding[] {
  const { located, plan, done, confirmations, findings, zones, problem, toldOf, targets, detected, state } = shown
  const owners = plan.map(({ target }) => target.owner)
  const ignored = ignoredZones(owners, zones)
  const askable = plan.filter(({ target }) => !ignored.some(({ owner }) => owner === target.owner))
  return [
    ...located.flatMap((one) => one.findings),
    ...findings.map((one) => (isOnlyWay(one, shown) ? one : { ...one, severity: 'warn' as const })),
    ...plan.flatMap(otherFamily),
    ...done.filter(({ proxied }) => proxied).map(({ action }) => proxiedFinding(action)),
    ...new Map(ignored.map(({ zone }) => [zone.apex, ignoredFinding(zone)])).values(),
    ...askable.flatMap(({ target }) => unreachable(target.owner, target.type, confirmations.get(target.key))),
    ...fritzboxFindings(toldOf, targets, detected, state),
    ...(problem === undefined ? [] : [unwritable(problem)]),
  ]
}

/** What is wrong with a line alone keeps no mail of a domain out where no host of its MX uses it, or another one that is used has IPv4. */
function isOnlyWay({ line, severity }: Finding, { targets, detected, state }: Shown): boolean {
  if (line === undefined || severity !== 'error') return true
  const inIpv4 = targets.filter(({ type }) => type === 'A')
  const domains = new Set(inIpv4.flatMap(({ mxOf }) => mxOf))
  const groups = [...domains].map((domain) => inIpv4.filter(({ mxOf }) => mxOf.includes(domain)))
  // Of hosts that no MX names all are meant.
  return (groups.length > 0 ? groups : [inIpv4]).some((hosts) => {
    const used = hosts.map((target) => lineOf(target, state))
    const hasIpv4 = (other: LineName) => other !== line && hasAddress(detected[other]?.A)
    return used.length === 0 || (used.includes(line) && !used.some(hasIpv4))
  })
}

/** Zones of which no name server was asked, since all are at special-purpose addresses. */
function ignoredZones(owners: readonly DomainName[], zones: Asking['zones']) {
  return owners.flatMap((owner) => {
    const zone = zones.get(owner)?.zone
    return zone && zone.servers.length === 0 && zone.ignored.length > 0 ? [{ owner, zone }] : []
  })
}

function ignoredFinding({ apex, ignored }: Zone): Finding {
  const addresses = ignored.map(({ endpoint }) => endpoint.address).join(',')
  const blocks = [...new Set(ignored.map(({ block }) => block))].join(', ')
  return {
    id: 'name-servers-unreachable',
    severity: 'warn',
    message: `the name servers of ${apex} were not asked: all are at special-purpose addresses (${namesOf(ignored)})`,
    remedy: `If they are yours, name them: MXHOME_NAMESERVERS=${addresses}. Or add their block to MXHOME_ALLOW_ADDRESSES: ${blocks}`,
    reference: 'RFC 6890',
  }
}

export const unwritable = (problem: string): Finding => ({
  id: 'state-unwritable',
  severity: 'error',
  message: problem,
  remedy:
    'Make room or mend the rights of the state folder. Until then services that punish repeats get no new address from a one-shot.',
  reference: 'mxhome: stateDir',
})

function otherFamily(action: Action): Finding[] {
  if (action.kind !== 'publish' || !action.alone) return []
  const { owner, type } = action.target
  const other = type === 'A' ? 'AAAA' : 'A'
  return [
    {
      id: 'other-family-unknown',
      severity: 'warn',
      message: `the ${other} of ${owner} could not be learnt for 10 min; its ${type} was sent without it, and the service may clear it`,
      remedy: `Look whether ${owner} still has its ${other}.`,
      reference: 'mxhome: companions',
    },
  ]
}

function proxiedFinding({ target }: Done['action']): Finding {
  const [domain] = target.mxOf
  return {
    id: 'host-proxied',
    severity: domain ? 'error' : 'warn',
    domain,
    message: `${target.owner} answers with the addresses of the provider's proxy: a proxy takes no mail`,
    remedy: `Switch the proxy off for ${target.owner} (Cloudflare: the grey cloud, "DNS only").`,
    reference: 'RFC 5321 5.1',
  }
}

function unreachable(owner: string, type: string, confirmation: Confirmation | undefined): Finding[] {
  if (!confirmation || !['seen', 'accepted', 'unknown'].includes(confirmation.state)) return []
  const cached = confirmation.servers.some(({ answer }) => answer instanceof Failure && answer.reason === 'from-cache')
  const servers = new Set(confirmation.servers.map(({ name, address }) => name || address))
  const names = [...servers].join(', ') || 'none found'
  return [
    {
      id: cached ? 'dns-intercepted' : 'name-servers-unreachable',
      severity: 'warn',
      message: cached
        ? `queries for ${owner} ${type} to its name servers are answered by a cache in between`
        : `no authoritative server of ${owner} ${type} could be asked (${names})`,
      remedy: cached
        ? 'The router or the ISP redirects port 53: switch that off, or name servers that can be reached in MXHOME_NAMESERVERS.'
        : 'Let this box send DNS queries (port 53, UDP and TCP), or name reachable servers in MXHOME_NAMESERVERS.',
      reference: 'RFC 1034 4.3.1',
    },
  ]
}
