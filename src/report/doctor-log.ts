import type { FindingDocument } from './document.ts'
import type { LogLine } from './round-log.ts'

const LEVELS = { error: 'error', warn: 'warn', info: 'info', unknown: 'info' } as const

type Findings = { readonly findings: readonly FindingDocument[] }

/** What of an examination is worth a line: a finding that appears, changes how severe it is, or disappears. */
export function doctorLogLines({ findings }: Findings, previous: Findings | undefined): readonly LogLine[] {
  const old = previous?.findings ?? []
  const come = findings.filter((one) => !old.some((other) => isSame(one, other) && one.severity === other.severity))
  const gone = old.filter((one) => !findings.some((other) => isSame(one, other)))
  return [
    ...distinct(come).map(({ id, severity, domain, message, remedy }) => ({
      level: LEVELS[severity],
      message: 'the mail path: found',
      fields: { id, severity, ...(domain && { domain }), what: message, remedy },
    })),
    ...distinct(gone).map(({ id, domain }) => ({
      level: 'info' as const,
      message: 'the mail path: no longer found',
      fields: { id, ...(domain && { domain }) },
    })),
  ]
}

/** What exactly was seen may vary from time to time. */
const isSame = (one: FindingDocument, other: FindingDocument) => one.id === other.id && one.domain === other.domain

const distinct = (all: readonly FindingDocument[]): readonly FindingDocument[] =>
  all.filter((one, i) => all.findIndex((other) => isSame(one, other) && one.severity === other.severity) === i)
