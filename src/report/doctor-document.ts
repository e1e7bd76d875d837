import type { Answered, Examination, ExaminedDomain, MailVerdict, Unasked } from '../core/examination.ts'
import { aboutFinding } from '../core/finding-catalogue.ts'
import { isKnown } from '../core/plan.ts'
import { type FindingDocument, findingDocument, timeOf } from './document.ts'

/** What `doctor --json` prints: users' scripts rely on every name. */
export interface DoctorDocument {
  readonly started: string
  readonly finished: string
  /** Of all domains: the worst. */
  readonly verdict: MailVerdict
  readonly domains: readonly DoctorDomainDocument[]
  readonly findings: readonly DoctorFindingDocument[]
}

/** `why`: why it matters, the same for every finding of that id. */
export interface DoctorFindingDocument extends FindingDocument {
  readonly why: string
}

export interface DoctorDomainDocument {
  readonly domain: string
  readonly verdict: MailVerdict
  /** false: none of the user's domains; nothing of it was compared with the line. */
  readonly own: boolean
  /** A mail server greeted at port 25, to somebody outside; null: nobody was sent there. */
  readonly port25Seen: boolean | null
  readonly hosts: readonly DoctorHostDocument[]
  readonly unasked: readonly Unasked[]
  /** null: not asked for (`--verbose`). */
  readonly answers: readonly Answered[] | null
}

export interface DoctorHostDocument {
  readonly host: string
  readonly preference: number
  readonly role: 'ours' | 'backup'
  /** The name that it is an alias of; null: it is none. */
  readonly alias: string | null
  /** null: unknown. */
  readonly addresses: readonly string[] | null
}

export function doctorDocument(examination: Examination, verbose = false): DoctorDocument {
  const { started, finished, verdict, domains, findings } = examination
  return {
    started: timeOf(started),
    finished: timeOf(finished),
    verdict,
    domains: domains.map((one) => domainDocument(one, verbose)),
    findings: findings.map((one) => {
      const { id, severity, domain, message, remedy, reference } = findingDocument(one)
      return { id, severity, domain, message, why: aboutFinding(id).why, remedy, reference }
    }),
  }
}

const domainDocument = (one: ExaminedDomain, verbose: boolean): DoctorDomainDocument => ({
  domain: one.domain,
  verdict: one.verdict,
  own: one.isOwn,
  port25Seen: one.isPortSeen ?? null,
  hosts: one.hosts.map(({ host, preference, role, alias = null, addresses }) => ({
    ...{ host, preference, role, alias },
    addresses: isKnown(addresses) ? addresses : null,
  })),
  unasked: one.unasked,
  answers: verbose ? one.answers : null,
})

/** 1: an error was found; 75: nothing could be examined. */
export function doctorExitCode({ verdict, findings }: Pick<DoctorDocument, 'verdict' | 'findings'>): 0 | 1 | 75 {
  if (findings.some(({ severity }) => severity === 'error')) return 1
  return verdict === 'not-known' ? 75 : 0
}
