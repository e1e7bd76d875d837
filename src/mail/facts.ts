import type { ServerAnswer } from '../core/confirmation.ts'
import type { Finding } from '../core/finding.ts'
import type { Instant, Milliseconds } from '../core/instant.ts'
import type { LocatedDomain, MxAnswer, MxSet } from '../core/locate.ts'
import type { Known, LineName } from '../core/plan.ts'
import type { DomainName } from '../dns/name.ts'
import type { AddressType, IpAddress, Seconds } from '../dns/rrset.ts'
import type { MxAtServer } from '../lookup/mx.ts'
import type { AuthenticationFacts } from './ask/authentication.ts'
import type { BlocklistFacts } from './ask/blocklist.ts'
import type { DelegationFacts } from './ask/delegation.ts'
import type { DnssecFacts } from './ask/dnssec.ts'
import type { MtaStsFacts } from './ask/mta-sts.ts'
import type { OutboundFacts } from './ask/outbound.ts'
import type { ReverseFacts } from './ask/reverse.ts'
import type { SmtpFacts } from './ask/smtp.ts'
import type { SpfFacts } from './ask/spf.ts'
import type { TlsaFacts } from './ask/tlsa.ts'
import type { Learnt } from './learnt.ts'

/** How the mail server sends: decides how much its address and its reverse name matter. */
export type Outbound = 'direct' | 'smarthost' | 'unknown'

/** Everything that is known of one mail domain at one moment. Made by gather, judged by checks/. */
export interface Facts {
  readonly domain: DomainName
  readonly now: Instant
  readonly wishes: Wishes
  readonly line: LineFacts
  /** What locate made of the MX: which hosts are ours, and its findings. */
  readonly located: LocatedDomain
  readonly mx: MxAnswer & { readonly servers: readonly MxAtServer[] }
  /** Addresses of the domain itself: mail goes there where it has no MX (RFC 5321 5.1). */
  readonly apex: Learnt<readonly IpAddress[]>
  /** Of the believed MX RRset, in the order of preference; each exchange once. */
  readonly hosts: readonly HostFacts[]
  readonly delegation: Learnt<DelegationFacts>
  readonly dnssec: Learnt<DnssecFacts>
  /** One per address that is published for one of our hosts, or that the line has. */
  readonly reverse: readonly ReverseFacts[]
  readonly blocklists: readonly BlocklistFacts[]
  readonly spf: Learnt<SpfFacts>
  readonly authentication: AuthenticationFacts
  readonly mtaSts: Learnt<MtaStsFacts>
  readonly outbound: Learnt<OutboundFacts>
  /** What asking was given up, and why: told below the findings. */
  readonly unasked: readonly { readonly what: string; readonly why: string }[]
}

/** What the user said, as far as it decides a finding or its remedy. */
export interface Wishes {
  readonly outbound: Outbound
  /** The MX RRset that the configuration wants; undefined: none is named. */
  readonly mx: MxSet | undefined
  /** The account that serves the domain's zone: the provider's name for remedies, and how many MX it takes. */
  readonly provider: { readonly name: string; readonly mostMx: number | undefined } | undefined
  readonly schedule: Milliseconds
  readonly confirmTimeout: Milliseconds
  /** The user asked for attempts to relay, and to reach unknown recipients. */
  readonly relayTest: boolean
  /** Names the outside view; undefined: none is set. */
  readonly prober: string | undefined
}

/** One line as its address sources see it. */
export interface LineSeen {
  readonly name: LineName
  /** undefined: the family is off. */
  readonly addresses: Partial<Readonly<Record<AddressType, Known>>>
  /** The view of where the line ends: of the router, or of this machine's own interface; undefined: neither was asked. */
  readonly router: Learnt<RouterFacts> | undefined
}

/**
 * The only line, or of several the first. Mail is taken to leave by it: which way it takes is the kernel's choice, and follows
 * neither the lines that hosts use nor what is published.
 */
export interface LineFacts extends LineSeen {
  readonly others: readonly LineSeen[]
  /** Addresses that were published before and that no line has now, newest first; from the history. */
  readonly former: readonly IpAddress[]
  /** Findings of the round, those of every domain: sources that disagree, state that cannot be written. */
  readonly findings: readonly Finding[]
}

export interface RouterFacts {
  /** Who shows it: `the router`, `interface:ppp0`. */
  readonly shownBy: string
  /** The address of the line's end; undefined: it has none at all, as with DS-Lite. */
  readonly wan: IpAddress | undefined
  /** Which port forwards it tells of; undefined: it does not tell. */
  readonly forwards25: boolean | undefined
}

/** One host that the MX names. */
export interface HostFacts {
  /** As the MX has it. */
  readonly exchange: string
  /** The lowest of those with which it is named. */
  readonly preference: number
  /** How often the MX RRset names it. */
  readonly times: number
  /** `ours`: mxhome keeps it, or the user named it; `backup`: any other. */
  readonly role: 'ours' | 'backup'
  /** The end of its chain of aliases; undefined: it is none. */
  readonly alias: string | undefined
  /** The line that it uses now, where it follows one. */
  readonly line: LineSeen
  /** What an authority, else the resolver, says of each family; of an alias those at its end. */
  readonly addresses: Readonly<Record<AddressType, Known>>
  /** Of the A RRset as an authoritative server gives it. */
  readonly ttl: Seconds | undefined
  /** Each authoritative server's answer for each family that is on, of an alias about its end; empty for hosts that are not ours. */
  readonly servers: Partial<Readonly<Record<AddressType, readonly ServerAnswer[]>>>
  /**
   * Port 25 at each of its addresses, from here and, where a prober is set, from outside. Of a host that follows the line
   * at the line's address, although another one may be published yet.
   */
  readonly ports: readonly SmtpFacts[]
  readonly tlsa: Learnt<TlsaFacts>
}
