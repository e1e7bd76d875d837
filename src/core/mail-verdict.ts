import type { DomainName } from '../dns/name.ts'
import { MAIL_VERDICTS, type MailVerdict } from './examination.ts'
import type { Finding } from './finding.ts'
import { aboutFinding } from './finding-catalogue.ts'

type Judged = Pick<Finding, 'id' | 'severity' | 'domain'>

/**
 * The first that applies. Not reachable: an error of a kind that keeps all mail out, or a null MX, which says so itself.
 * Not known: the MX could not be looked up, so that nothing else could be examined. With faults: any other error, or a
 * warning. Reachable: nothing speaks against it; what could not be examined does not.
 */
export function mailVerdict(domain: DomainName, findings: readonly Judged[]): MailVerdict {
  const about = findings.filter((one) => one.domain === undefined || one.domain === domain)
  if (about.some((one) => one.id === 'null-mx' || keepsMailOut(one))) return 'not-reachable'
  if (about.some(({ id }) => id === 'mx-unknown')) return 'not-known'
  return about.some(({ severity }) => severity === 'error' || severity === 'warn')
    ? 'reachable-with-faults'
    : 'reachable'
}

/** With an error of that kind no mail arrives. */
export const keepsMailOut = ({ id, severity }: Pick<Finding, 'id' | 'severity'>): boolean =>
  severity === 'error' && aboutFinding(id).stopsMail === true

/** Of several domains: the worst. A domain of which nothing is known spoils "reachable", and hides no fault of another. */
export const worstVerdict = (verdicts: readonly MailVerdict[]): MailVerdict =>
  MAIL_VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? 'not-known'
