import type { DomainName } from '../dns/name.ts'

export type FindingId =
  | 'mx-missing'
  | 'null-mx'
  | 'mx-is-alias'
  | 'mx-is-address'
  | 'mx-elsewhere'
  | 'mx-unknown'
  | 'mx-ambiguous'
  | 'mx-host-dropped'
  | 'mx-servers-differ'
  | 'split-horizon'
  | 'sources-disagree'
  | 'host-proxied'
  | 'state-unwritable'
  | 'other-family-unknown'
  | 'name-servers-unreachable'
  | 'dns-intercepted'

/** What someone should know, and what to do about it. */
export interface Finding {
  readonly id: FindingId
  /** `unknown`: could not be examined; never an error. */
  readonly severity: 'error' | 'warn' | 'info' | 'unknown'
  readonly domain?: DomainName | undefined
  readonly message: string
  readonly remedy: string
  readonly reference: string
}
