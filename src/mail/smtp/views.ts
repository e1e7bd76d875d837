import { Failure } from '../../core/failure.ts'
import type { Finding, FindingId } from '../../core/finding.ts'
import type { DomainName } from '../../dns/name.ts'
import type { SmtpFacts, SmtpSeen } from '../ask/smtp.ts'
import type { Facts, HostFacts } from '../facts.ts'

/** A dialogue that came about. */
export interface View extends SmtpFacts {
  readonly seen: SmtpSeen
}

export const oursOf = ({ hosts }: Facts): readonly HostFacts[] => hosts.filter(({ role }) => role === 'ours')

/** One view an address: from outside where that came about, else from here. Addresses without any are left out. */
export function viewsOf({ ports }: HostFacts): readonly View[] {
  const seen = ports
    .filter(isView)
    .toSorted((one, other) => Number(other.from === 'outside') - Number(one.from === 'outside'))
  return [...new Map(seen.toReversed().map((view) => [view.address, view])).values()].toReversed()
}

const isView = (one: SmtpFacts): one is View => !(one.seen instanceof Failure)

/** Why there is no view of a host whose port 25 was asked; undefined: there is one, or nothing was asked. */
export function blindness(host: HostFacts): Failure | undefined {
  if (viewsOf(host).length > 0) return undefined
  const failed = host.ports.toSorted((one, other) => Number(other.from === 'outside') - Number(one.from === 'outside'))
  return failed.map(({ seen }) => seen).find((seen): seen is Failure => seen instanceof Failure)
}

/** It was asked and there is no connection, by its own fault or a firewall's. */
export const isClosed = (seen: SmtpSeen | Failure): boolean =>
  seen instanceof Failure && (seen.reason === 'refused' || seen.reason === 'silent')

type Text = Pick<Finding, 'message' | 'remedy' | 'reference'>

export const about = (id: FindingId, severity: Finding['severity'], domain: DomainName, text: Text): Finding => ({
  ...{ id, severity, domain },
  ...text,
})

/** `what` could not be seen, and why; never an error. */
export const notSeen = (id: FindingId, domain: DomainName, what: string, why: string, reference: string): Finding =>
  about(id, 'unknown', domain, {
    message: `${what} could not be examined: ${why}`,
    remedy:
      'Mend what is said of port 25 first; if nothing is, run it again later, or from another place (MXHOME_PROBER).',
    reference,
  })

/** Addresses of one host mostly show the same. */
export const unique = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((one) => [`${one.id} ${one.message}`, one])).values(),
]

/** Senders insist on TLS there: DANE (RFC 7672) or MTA-STS (RFC 8461) says so. */
export const insistence = ({ mtaSts }: Facts, { tlsa }: HostFacts): 'MTA-STS' | 'DANE' | undefined => {
  if (!(mtaSts instanceof Failure) && mtaSts.policy && !(mtaSts.policy instanceof Failure)) {
    if (mtaSts.policy.mode === 'enforce') return 'MTA-STS'
  }
  return usableTlsa(tlsa).length > 0 ? 'DANE' : undefined
}

/** Of signed records those that mail looks at (RFC 7672 3.1). */
export const usableTlsa = (tlsa: HostFacts['tlsa']) =>
  tlsa instanceof Failure || tlsa.secure !== true ? [] : tlsa.records.filter(({ usage }) => usage === 2 || usage === 3)
