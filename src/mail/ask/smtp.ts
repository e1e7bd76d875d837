import type { Failure } from '../../core/failure.ts'
import type { DomainName } from '../../dns/name.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { TlsSeen } from '../../ports/tcp.ts'
import type { Asker } from '../asker.ts'

/** One reply of an SMTP server: its code, and its lines without code and hyphen. */
export interface Reply {
  readonly code: number
  readonly lines: readonly string[]
}

/** Port 25 at one address, seen from one place. */
export interface SmtpFacts {
  readonly address: IpAddress
  /** `here`: this machine, where a router may answer or fail to lead back; `outside`: a prober. */
  readonly from: 'here' | 'outside'
  /** Why there is no connection (reasons `refused`, `silent`, `no-route`), or what was said over it. */
  readonly seen: SmtpSeen | Failure
}

/** A dialogue as far as it went. */
export interface SmtpSeen {
  /** undefined: none within its time; `ended` says why. */
  readonly greeting: Reply | undefined
  readonly ehlo: Reply | undefined
  /** Keywords of the EHLO reply, upper case, with their parameters: `SIZE 10240000`. */
  readonly capabilities: readonly string[]
  /** undefined: not offered. The reply to STARTTLS, and the handshake where it was 220. */
  readonly starttls: { readonly reply: Reply | undefined; readonly tls: TlsSeen | Failure } | undefined
  /** To RCPT for the domain's postmaster; undefined: not asked. Reset before anything was sent. */
  readonly postmaster: Reply | undefined
  /** To RCPT for a recipient that cannot exist; undefined: not asked. */
  readonly unknownRecipient: Reply | undefined
  /** To RCPT for a foreign recipient from a foreign sender; undefined: not asked. */
  readonly relay: Reply | undefined
  /** Why the dialogue ended before QUIT. */
  readonly ended: Failure | undefined
}

/** What is asked of one address. */
export interface SmtpWish {
  readonly domain: DomainName
  /** For SNI: the MX host. */
  readonly host: string
  readonly address: IpAddress
  /** `postmaster`: RCPT for it; `abuse`: attempts to relay and to reach a recipient that cannot exist. */
  readonly tests: { readonly postmaster: boolean; readonly abuse: boolean }
}

/** Port 25 at one address from here, and from outside where a prober is set. Never rejects. */
export async function askSmtp(asker: Asker, wish: SmtpWish): Promise<readonly SmtpFacts[]> {
  return []
}
