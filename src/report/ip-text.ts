import type { Finding } from '../core/finding.ts'
import type { PrefixSighting } from '../core/line-prefix.ts'
import { type Detected, isKnown, type LineName } from '../core/plan.ts'
import { SAME_ADDRESS, sameAddressesOf } from '../core/same-address.ts'
import { describeRefusal, type JudgedSighting, type SourceView } from '../core/sighting.ts'
import { type FindingDocument, findingDocument, timeOf } from './document.ts'
import { findingLines } from './finding-lines.ts'
import { distanceText } from './moment-text.ts'
import { type PrefixDocument, prefixDocument, prefixText } from './prefix-text.ts'
import { remedyOfRefusal } from './refusal-remedy.ts'
import { type RouterDocument, routerDocument } from './router-text.ts'
import { cell, type Row, table } from './table.ts'
import type { TextStyle, Tint } from './text-style.ts'
import { hanging } from './wrap.ts'

/** What `ip --json` prints: what each address source of each line says, and what is believed. */
export interface IpDocument {
  readonly lines: readonly LineDocument[]
  readonly findings: readonly FindingDocument[]
}

export interface LineDocument {
  readonly line: string
  readonly type: 'A' | 'AAAA'
  /** What is believed; null: unknown, `problem` says why. */
  readonly addresses: readonly string[] | null
  readonly problem?: string
  /** What the router's own word makes of it; absent: no router was asked. */
  readonly router?: RouterDocument
  readonly sources: readonly SourceDocument[]
  /** Of IPv6: absent where no host needs it, or this machine's own address shows it. */
  readonly prefix?: PrefixDocument
}

export interface SourceDocument {
  readonly source: string
  readonly view: SourceView
  readonly judgement: JudgedSighting['judgement']
  /** null: it could not tell, `problem` says why. */
  readonly addresses: readonly string[] | null
  readonly problem?: string
  /** Since when a source that is told, not asked, has had its answer. */
  readonly toldAt?: string
  /** It belongs to `auto`, where it answers: without an answer it is not missed. */
  readonly optional?: true
  /** What a refused address asks of the user. */
  readonly remedy?: string
}

interface Looked {
  readonly detected: Detected
  readonly sightings: Readonly<Record<LineName, Partial<Record<'A' | 'AAAA', readonly JudgedSighting[]>>>>
  readonly prefixes: Readonly<Record<LineName, readonly PrefixSighting[]>>
  readonly findings: readonly Finding[]
}

export function ipDocument({ detected, sightings, prefixes, findings }: Looked): IpDocument {
  const lines = Object.entries(detected).flatMap(([line, answers]) =>
    (['A', 'AAAA'] as const).flatMap((type): LineDocument[] => {
      const known = answers[type]
      if (!known) return []
      const verdict = isKnown(known) ? { addresses: known } : { addresses: null, problem: known.message }
      const seen = sightings[line]?.[type] ?? []
      const router = routerDocument(type, known, seen)
      const sources = seen.map((one) => sourceDocument(one, isKnown(known)))
      const prefix = type === 'AAAA' ? prefixDocument(answers.prefix, prefixes[line] ?? []) : undefined
      return [{ line, type, ...verdict, ...(router && { router }), sources, ...(prefix && { prefix }) }]
    }),
  )
  return { lines, findings: findings.map(findingDocument) }
}

function sourceDocument(sighting: JudgedSighting, known: boolean): SourceDocument {
  const { source, view, judgement, answer, refused, optional, at } = sighting
  const problem = isKnown(answer) ? refused.map(describeRefusal).join('; ') : answer.message
  const addresses = isKnown(answer) ? answer : null
  const remedy = judgement === 'refused' ? remedyOf(sighting, known) : undefined
  const told = isKnown(answer) && at !== undefined ? { toldAt: timeOf(at) } : {}
  const more = { ...(problem && { problem }), ...(optional && { optional }), ...(remedy && { remedy }) }
  return { source, view, judgement, addresses, ...told, ...more }
}

/** Where other sources know the address, an inner one is as it should be; carrier-grade NAT never is. */
function remedyOf({ refused, view }: JudgedSighting, known: boolean): string | undefined {
  if (view === 'gateway' && refused.some(({ why }) => why.explain !== undefined)) return undefined // a finding tells it
  const telling = refused.find(({ why }) => why.explain === 'behind-cgnat') ?? (known ? undefined : refused[0])
  return telling && remedyOfRefusal(telling.why)
}

const JUDGEMENTS: Readonly<Record<SourceDocument['judgement'], readonly [string, Tint]>> = {
  agreed: ['agreed', 'green'],
  disagreed: ['outvoted', 'yellow'],
  undecided: ['not enough agree', 'yellow'],
  refused: ['refused', 'red'],
  vetoed: ["the ISP's address, shared", 'red'],
  hidden: ['keeps it back', 'yellow'],
  failed: ['', 'yellow'],
}

const TINTS: Readonly<Partial<Record<RouterDocument['verdict'], Tint>>> = {
  'behind-cgnat': 'red',
  'double-nat': 'yellow',
  none: 'yellow',
  hidden: 'yellow',
  differs: 'yellow',
}

/** What `mxhome ip` prints. No newline at its end. */
export function ipText({ lines, findings }: IpDocument, style: TextStyle): string {
  if (lines.length === 0) return 'Neither IPv4 nor IPv6 is wanted: see MXHOME_IPV4 and MXHOME_IPV6.'
  const several = new Set(lines.map(({ line }) => line)).size > 1
  const blocks = lines.map((one) => lineText(one, several, style).join('\n'))
  const same = sameAddressesOf(lines.map(({ line, type, addresses }) => ({ line, type, addresses: addresses ?? [] })))
  const notes = same.map(({ address, lines: names }) =>
    hanging(style, '', `${address} (${names.join(', ')}): ${SAME_ADDRESS}`, 'yellow').join('\n'),
  )
  return [
    ...blocks,
    ...notes,
    ...(findings.length > 0 ? [findingLines(findings, style).slice(1).join('\n')] : []),
  ].join('\n\n')
}

function lineText(one: LineDocument, several: boolean, style: TextStyle) {
  const { line, type, addresses, problem, router, sources: all, prefix } = one
  // Who may be missing takes no line while he is.
  const sources = all.filter(({ optional, judgement }) => !optional || judgement !== 'failed')
  const where = several ? ` of line ${line}` : ''
  const title = `${type === 'A' ? 'IPv4' : 'IPv6'}${where}`
  const found = addresses ? addresses.join(', ') || 'this line has none' : 'unknown'
  // What the sources say themselves stands in their rows.
  const says = problem && !sources.some((one) => problem.includes(one.source)) ? problem : ''
  const remedies = new Set(sources.flatMap(({ remedy }) => remedy ?? []))
  return [
    ...hanging(style, '', `${title}: ${found}`, addresses?.length ? 'green' : 'yellow'),
    ...table(
      sources.map((one) => sourceRow(one, style)),
      style,
      2,
    ).flat(),
    ...(says ? hanging(style, '  ', says) : []),
    ...(router ? hanging(style, '  ', router.explanation, TINTS[router.verdict]) : []),
    ...[...remedies].flatMap((remedy) => hanging(style, '   -> ', remedy)),
    ...(prefix ? ['', ...prefixText(prefix, where, style)] : []),
  ]
}

function sourceRow(one: SourceDocument, { now }: TextStyle): Row {
  const { source, view, addresses, judgement, problem = '', toldAt } = one
  const [word, tint] = JUDGEMENTS[judgement]
  const why = problem.startsWith(`${source}: `) ? problem.slice(source.length + 2) : problem
  const told = toldAt === undefined ? word : `${word} (told ${distanceText(toldAt, now)})`
  const shown = addresses ? addresses.join(', ') || 'none' : '-'
  return [
    cell(view === 'gateway' ? `${source} (router)` : source),
    cell(shown),
    cell([told, why].filter(Boolean).join(': '), tint),
  ]
}
