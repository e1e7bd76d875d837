import type { Milliseconds } from '../core/instant.ts'
import type { AccountName } from '../core/plan.ts'
import type { Endpoint } from '../dns/endpoint.ts'
import type { DomainName } from '../dns/name.ts'
import type { AddressType, Seconds } from '../dns/rrset.ts'
import type { Watch } from './watch-kind.ts'

/** The user's wishes, canonical and complete: what the rest of the program works with. */
export interface Config {
  readonly domains: readonly MailDomain[]
  readonly hosts: readonly HostWish[]
  readonly exclude: readonly DomainName[]
  /** What the user calls these lists, in remedies: the variable, or the path in YAML. */
  readonly names?: { readonly hosts: string; readonly exclude: string } | undefined
  readonly accounts: readonly AccountConfig[]
  readonly types: readonly AddressType[]
  /** Validated specifications, as the user wrote them: `auto`, `http:URL`, `static:ADDRESS` ... */
  readonly ipSources: readonly string[]
  /** undefined: more than half of those that answer. */
  readonly quorum: number | undefined
  /** Blocks in CIDR notation that are accepted although special-purpose. */
  readonly allowAddresses: readonly string[]
  readonly schedule: string
  readonly watch: Watch
  /** Between two questions to the router, where it tells nothing by itself. */
  readonly watchInterval: Milliseconds
  /** Empty: the system's. */
  readonly resolvers: readonly Endpoint[]
  /** Empty: each zone's own NS. */
  readonly nameservers: readonly Endpoint[]
  readonly confirmTimeout: Milliseconds
  readonly driftInterval: Milliseconds | 'off'
  /** undefined: the adapter's. */
  readonly refreshInterval: Milliseconds | 'off' | undefined
  readonly dailyUpdates: number
  readonly listen: Endpoint | 'off'
  readonly listenToken: string | undefined
  readonly stateDir: string
  /** How the mail server sends. */
  readonly outbound: 'direct' | 'smarthost' | 'unknown'
  readonly doctorInterval: Milliseconds | 'off'
  readonly prober: Prober | undefined
  readonly dqsKey: string | undefined
  readonly dkimSelectors: readonly string[]
  readonly log: { readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly format: 'text' | 'json' }
  /** undefined: what is there is kept; 60 for a new record. */
  readonly ttl: Seconds | undefined
}

/** Who asks port 25 from outside: a host that `ssh` leads to, or a service that takes a token. */
export type Prober =
  | { readonly kind: 'ssh'; readonly vantage: { readonly ssh: string } }
  | { readonly kind: 'http'; readonly url: string; readonly token: string | undefined }

export interface MailDomain {
  readonly name: DomainName
  /** The wanted MX RRset, for `mxhome mx`. */
  readonly mx?: readonly { readonly host: DomainName; readonly preference: number }[] | undefined
}

export interface HostWish {
  readonly name: DomainName
  readonly provider?: AccountName | undefined
  readonly types?: readonly AddressType[] | undefined
  readonly ttl?: Seconds | undefined
  readonly refreshInterval?: Milliseconds | 'off' | undefined
}

/** One account at one provider. */
export interface AccountConfig {
  readonly name: AccountName
  /** The adapter's id. */
  readonly use: string
  /** undefined: the listed domains and hosts, and the suffixes that the service owns. */
  readonly zones: readonly DomainName[] | undefined
  /** What the user calls that list: `MXHOME_ZONES`, `providers[0].zones`. */
  readonly zonesName?: string | undefined
  /** As the adapter's schema has parsed them; secrets are among them. */
  readonly settings: unknown
  readonly baseUrl?: string | undefined
  readonly proxy?: string | undefined
  readonly caBundle?: string | undefined
}

/** One thing that is wrong with what the user wrote. */
export interface Problem {
  /** As the user wrote it: `MXHOME_QUORUM`, or `providers[0].apiKey`. */
  readonly setting: string
  readonly found: string
  readonly expected: string
  readonly remedy?: string | undefined
  /** `warn` does not stop the program (a secret file that others can read). */
  readonly severity: 'error' | 'warn'
}
