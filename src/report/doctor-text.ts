import type { MailVerdict } from '../core/examination.ts'
import type { Severity } from '../core/finding.ts'
import type { DoctorDocument, DoctorDomainDocument, DoctorFindingDocument } from './doctor-document.ts'
import { tookText } from './moment-text.ts'
import { cell, table } from './table.ts'
import { paint, type TextStyle, type Tint } from './text-style.ts'
import { hanging } from './wrap.ts'

const GROUPS: readonly { readonly severity: Severity; readonly title: string; readonly tint: Tint }[] = [
  { severity: 'error', title: 'Errors', tint: 'red' },
  { severity: 'warn', title: 'Warnings', tint: 'yellow' },
  { severity: 'unknown', title: 'Could not be examined', tint: 'yellow' },
  { severity: 'info', title: 'Notes', tint: 'dim' },
]

export const VERDICTS: Readonly<Record<MailVerdict, { readonly words: string; readonly tint: Tint }>> = {
  reachable: { words: 'reachable', tint: 'green' },
  'reachable-with-faults': { words: 'reachable, with faults', tint: 'yellow' },
  'not-reachable': { words: 'not reachable', tint: 'red' },
  'not-known': { words: 'not known', tint: 'yellow' },
}

/** What `mxhome doctor` prints: the verdict, the hosts, then what is wrong. No newline at its end. */
export function doctorText(document: DoctorDocument, style: TextStyle): string {
  const { domains, findings } = document
  return [
    ...domains.flatMap((one) => verdictLines(one, document, style)),
    ...GROUPS.flatMap(({ severity, title, tint }) => groupLines(findings, severity, title, tint, style)),
    ...unaskedLines(domains, style),
    ...domains.flatMap((one) => answerLines(one, style)),
    '',
    ...hanging(style, '', closingText(document), 'dim'),
  ].join('\n')
}

function verdictLines(one: DoctorDomainDocument, document: DoctorDocument, style: TextStyle): readonly string[] {
  const { domain, verdict, hosts } = one
  const { words, tint } = VERDICTS[verdict]
  const rows = hosts.map(({ host, preference, role, alias, addresses }) => [
    cell(String(preference), 'dim'),
    cell(host),
    cell(role === 'ours' ? (one.own ? 'ours' : 'examined') : 'backup', role === 'ours' ? 'green' : 'dim'),
    cell(
      alias ? `alias of ${alias}` : addresses ? addresses.join(', ') || 'no address' : 'address unknown',
      addresses?.length && !alias ? undefined : 'yellow',
    ),
  ])
  return [
    ...hanging(
      style,
      '',
      `${domain}: ${isUnseen(one) ? 'perhaps ' : ''}${words}${countText(one, document)}.`,
      isUnseen(one) ? 'yellow' : tint,
    ),
    ...table(rows, style, 2).flat(),
  ]
}

/** Nothing speaks against it, and nobody has seen that mail comes in. */
const isUnseen = ({ verdict, port25Seen }: DoctorDomainDocument): boolean =>
  port25Seen === false && (verdict === 'reachable' || verdict === 'reachable-with-faults')

/** ` (1 error, 2 warnings)`; where nothing was found, how far that goes. */
function countText(one: DoctorDomainDocument, { findings }: Pick<DoctorDocument, 'findings'>): string {
  const { domain, verdict } = one
  const of = (severity: Severity) =>
    findings.filter((one) => one.severity === severity && (one.domain ?? domain) === domain).length
  const counts = [counted(of('error'), 'error'), counted(of('warn'), 'warning')].filter(Boolean).join(', ')
  const limits = [
    ...(verdict === 'reachable' && of('unknown') > 0 ? [', as far as it could be examined'] : []),
    ...(isUnseen(one) ? ['; nobody outside has seen port 25 open'] : []),
  ]
  return `${counts ? ` (${counts})` : ''}${limits.join('')}`
}

const counted = (count: number, what: string) => (count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`)

function groupLines(
  findings: readonly DoctorFindingDocument[],
  severity: Severity,
  title: string,
  tint: Tint,
  style: TextStyle,
): readonly string[] {
  const some = findings.filter((one) => one.severity === severity)
  if (some.length === 0) return []
  const isGrave = severity === 'error' || severity === 'warn'
  const lines = isGrave ? some.flatMap((one) => graveLines(one, style)) : lightLines(some, style)
  return ['', paint(style, tint, title), ...lines]
}

function graveLines(one: DoctorFindingDocument, style: TextStyle): readonly string[] {
  return [...seenLines(one, style), ...hanging(style, '      ', one.why, 'dim'), ...remedyLines(one.remedy, style)]
}

/** Needs no reason to be taken seriously; what one remedy mends stands together: often one silence hides many things. */
function lightLines(some: readonly DoctorFindingDocument[], style: TextStyle): readonly string[] {
  const remedies = [...new Set(some.map(({ remedy }) => remedy))]
  return remedies.flatMap((remedy) => [
    ...some.filter((one) => one.remedy === remedy).flatMap((one) => seenLines(one, style)),
    ...remedyLines(remedy, style),
  ])
}

function seenLines({ id, domain, message, reference }: DoctorFindingDocument, style: TextStyle): readonly string[] {
  const about = domain === null || message.includes(domain) ? '' : `${domain}: `
  return hanging(style, '  ', `${id}: ${about}${message}${reference ? ` (${reference})` : ''}`)
}

const remedyLines = (remedy: string, style: TextStyle): readonly string[] =>
  remedy ? hanging(style, '   -> ', remedy) : []

function unaskedLines(domains: readonly DoctorDomainDocument[], style: TextStyle): readonly string[] {
  const all = new Set(domains.flatMap(({ unasked }) => unasked.map(({ what, why }) => `${what}: ${why}`)))
  if (all.size === 0) return []
  return ['', paint(style, 'dim', 'Not asked'), ...[...all].flatMap((text) => hanging(style, '  ', text))]
}

function answerLines({ domain, answers }: DoctorDomainDocument, style: TextStyle): readonly string[] {
  if (answers === null) return []
  return [
    '',
    ...hanging(style, '', `Asked for ${domain}`, 'bold'),
    ...answers.flatMap(({ question, answer }) => [
      ...hanging(style, '  ', question, 'dim'),
      ...hanging(style, '      ', answer),
    ]),
  ]
}

function closingText({ started, finished, findings }: DoctorDocument): string {
  const took = tookText(Math.max(0, Date.parse(finished) - Date.parse(started)))
  const more = findings.length > 0 ? ' What a finding means: mxhome doctor --list.' : ''
  return `Examined in ${took}.${more}`
}
