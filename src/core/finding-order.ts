import { FINDING_IDS, type Finding, type Severity } from './finding.ts'

const SEVERITIES: readonly Severity[] = ['error', 'warn', 'info', 'unknown']

/** Each once, the most severe first, then by domain, then in the order in which an admin would look. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const distinct = new Map(findings.map((one) => [[one.id, one.severity, one.domain, one.message].join('\n'), one]))
  return [...distinct.values()].toSorted(
    (one, other) =>
      SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
      compare(one.domain ?? '', other.domain ?? '') ||
      FINDING_IDS.indexOf(one.id) - FINDING_IDS.indexOf(other.id),
  )
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
