import type { DomainName } from '../dns/name.ts'
import type { Finding } from './finding.ts'
import type { Instant } from './instant.ts'
import type { Known } from './plan.ts'

/** Whether mail for a domain arrives, as far as it was examined; the worst first. */
export const MAIL_VERDICTS = ['not-reachable', 'reachable-with-faults', 'not-known', 'reachable'] as const
export type MailVerdict = (typeof MAIL_VERDICTS)[number]

/** One examination of the mail path as a value: whatever is shown, counted or exited with is computed from it. */
export interface Examination {
  readonly started: Instant
  readonly finished: Instant
  readonly verdict: MailVerdict
  readonly domains: readonly ExaminedDomain[]
  /** Of all domains and of the line, each once: errors, warnings, notes, what could not be examined. */
  readonly findings: readonly Finding[]
}

export interface ExaminedDomain {
  readonly domain: DomainName
  readonly verdict: MailVerdict
  /** The user's own, by the configuration; else it was examined as anybody can. */
  readonly isOwn: boolean
  /** A mail server greeted at port 25 of one of its hosts, to somebody outside; undefined: nobody was sent there. */
  readonly isPortSeen: boolean | undefined
  readonly hosts: readonly ExaminedHost[]
  /** What was not asked, and why: told below the findings. */
  readonly unasked: readonly Unasked[]
  readonly answers: readonly Answered[]
}

export interface ExaminedHost {
  readonly host: string
  readonly preference: number
  readonly role: 'ours' | 'backup'
  /** The end of its chain of aliases; undefined: it is none. */
  readonly alias: string | undefined
  /** Its own: beside an alias there can be none. */
  readonly addresses: Known
}

export interface Unasked {
  readonly what: string
  readonly why: string
}

/** One question and what was answered, in words. */
export interface Answered {
  readonly question: string
  readonly answer: string
}
