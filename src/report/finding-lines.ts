import type { FindingDocument } from './document.ts'
import { paint, type TextStyle, type Tint } from './text-style.ts'
import { hanging } from './wrap.ts'

const GROUPS: readonly { severity: FindingDocument['severity']; title: string; tint: Tint }[] = [
  { severity: 'error', title: 'Errors', tint: 'red' },
  { severity: 'warn', title: 'Warnings', tint: 'yellow' },
  { severity: 'unknown', title: 'Could not be examined', tint: 'yellow' },
  { severity: 'info', title: 'Notes', tint: 'dim' },
]

/** The findings by how severe they are, each with what to do; nothing where there are none. */
export function findingLines(findings: readonly FindingDocument[], style: TextStyle): readonly string[] {
  return GROUPS.flatMap(({ severity, title, tint }) => {
    const some = findings.filter((one) => one.severity === severity)
    if (some.length === 0) return []
    return ['', paint(style, tint, title), ...some.flatMap((one) => linesOf(one, style))]
  })
}

function linesOf({ id, message, remedy, reference }: FindingDocument, style: TextStyle): readonly string[] {
  const what = hanging(style, '  ', `${id}: ${message}${reference ? ` (${reference})` : ''}`)
  return remedy ? [...what, ...hanging(style, '   -> ', remedy)] : what
}
