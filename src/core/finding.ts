import type { DomainName } from '../dns/name.ts'
import type { LineName } from './plan.ts'

export const FINDING_IDS = [
  // the MX
  'mx-missing',
  'null-mx',
  'mx-is-alias',
  'mx-is-address',
  'mx-elsewhere',
  'mx-unknown',
  'mx-ambiguous',
  'mx-host-dropped',
  'mx-unresolvable',
  'mx-servers-differ',
  'mx-preference',
  'mx-too-many',
  'mx-duplicate',
  'split-horizon',
  // the host's addresses, and the zone
  'host-address-differs',
  'host-proxied',
  'ttl-too-long',
  'zone-servers-differ',
  'name-servers-unreachable',
  'dns-intercepted',
  'dnssec-bogus',
  // the way in
  'behind-cgnat',
  'double-nat',
  'port-forward-missing',
  'port-25-closed',
  'port-25-inconclusive',
  'aaaa-unreachable',
  'backup-mx-silent',
  'backup-mx-accepts-all',
  // the mail server
  'smtp-banner-mismatch',
  'smtp-no-starttls',
  'certificate-name',
  'certificate-expiry',
  'tlsa-mismatch',
  'mta-sts-mismatch',
  'postmaster-refused',
  'open-relay',
  // the way out
  'outbound-25-blocked',
  'iprev-missing',
  'iprev-mismatch',
  'iprev-generic',
  'spf-missing',
  'spf-fails',
  'spf-stale-address',
  'dmarc-missing',
  'dkim-missing',
  'dnsbl-listed',
  'dnsbl-policy',
  'dnsbl-unknown',
  // mxhome itself
  'sources-disagree',
  'other-family-unknown',
  'state-unwritable',
  'notify-through-itself',
  'fritzbox-verify',
] as const

/** In the order in which they are listed. */
export type FindingId = (typeof FINDING_IDS)[number]

/** `unknown`: could not be examined; never an error. */
export type Severity = 'error' | 'warn' | 'info' | 'unknown'

/** What someone should know, and what to do about it. */
export interface Finding {
  readonly id: FindingId
  readonly severity: Severity
  readonly domain?: DomainName | undefined
  /** Of several lines, the one that it is about, where hosts can do without it. */
  readonly line?: LineName | undefined
  readonly message: string
  readonly remedy: string
  readonly reference: string
}
