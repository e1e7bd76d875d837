import type { FindingId, Severity } from '../core/finding.ts'
import { aboutFinding, FINDING_GROUPS } from '../core/finding-catalogue.ts'
import { paint, type TextStyle } from './text-style.ts'
import { hanging } from './wrap.ts'

/** What `doctor --list --json` prints. */
export interface FindingListDocument {
  readonly findings: readonly FindingAboutDocument[]
}

export interface FindingAboutDocument {
  readonly id: FindingId
  readonly group: string
  readonly means: string
  readonly why: string
  readonly reference: string
  /** The worst first. */
  readonly severities: readonly Severity[]
  /** An error of this kind keeps all mail out. */
  readonly stopsMail: boolean
  /** The option with which it is looked for; null: always. */
  readonly optIn: string | null
}

/** Every finding that there is, in the order in which an admin would look. */
export function findingList(): FindingListDocument {
  const findings = FINDING_GROUPS.flatMap(({ title, ids }) =>
    ids.map((id): FindingAboutDocument => {
      const { means, why, reference, severities, stopsMail = false, optIn = null } = aboutFinding(id)
      return { id, group: title, means, why, reference, severities, stopsMail, optIn }
    }),
  )
  return { findings }
}

const WORDS: Readonly<Record<Severity, string>> = { error: 'error', warn: 'warning', info: 'note', unknown: 'unknown' }

/** What `doctor --list` prints. No newline at its end. */
export function findingListText({ findings }: FindingListDocument, style: TextStyle): string {
  const groups = [...new Set(findings.map(({ group }) => group))]
  return groups
    .map((title) => {
      const some = findings.filter(({ group }) => group === title)
      return [...hanging(style, '', title, 'bold'), ...some.flatMap((one) => linesOf(one, style))].join('\n')
    })
    .join('\n\n')
}

function linesOf(one: FindingAboutDocument, style: TextStyle): readonly string[] {
  const { id, means, why, reference, severities, stopsMail, optIn } = one
  const words = severities.map((severity) => WORDS[severity])
  const notes = [words.join(', '), ...(stopsMail ? ['keeps all mail out'] : []), ...(optIn ? [`with ${optIn}`] : [])]
  return [
    paint(style, 'bold', `  ${id}`),
    ...hanging(style, '      ', `${means} ${why}`),
    ...hanging(style, '      ', `${notes.join('; ')}; ${reference}`, 'dim'),
  ]
}
