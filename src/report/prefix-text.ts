import { Failure } from '../core/failure.ts'
import type { PrefixSighting } from '../core/line-prefix.ts'
import type { LinePrefix } from '../core/plan.ts'
import { describePrefix } from '../dns/prefix.ts'
import { timeOf } from './document.ts'
import { distanceText } from './moment-text.ts'
import { cell, type Row, table } from './table.ts'
import type { TextStyle } from './text-style.ts'
import { hanging } from './wrap.ts'

/** The line's IPv6 prefix, of which hosts with an `ipv6Suffix` get their addresses, as `ip --json` shows it. */
export interface PrefixDocument {
  /** `2001:db8:1::/56`; null: unknown, or none is known of: `problem` says why. */
  readonly prefix: string | null
  readonly problem?: string
  readonly sources: readonly PrefixSourceDocument[]
}

export interface PrefixSourceDocument {
  readonly source: string
  /** null: it has none, or could not tell, which `problem` says. */
  readonly prefix: string | null
  readonly problem?: string
  /** Since when a source that is told, not asked, has had its answer. */
  readonly toldAt?: string
}

/** undefined: nobody was asked, since no host needs it, or this machine's own address shows it. */
export function prefixDocument(
  known: LinePrefix | Failure | undefined,
  sightings: readonly PrefixSighting[],
): PrefixDocument | undefined {
  if (sightings.length === 0) return undefined
  const sources = sightings.map(({ source, answer, at }): PrefixSourceDocument => {
    if (answer instanceof Failure) return { source, prefix: null, problem: answer.message }
    const told = at === undefined ? {} : { toldAt: timeOf(at) }
    return { source, prefix: answer ? describePrefix(answer) : null, ...told }
  })
  if (known instanceof Failure) return { prefix: null, problem: known.message, sources }
  return { prefix: known ? describePrefix(known) : null, sources }
}

/** `IPv6 prefix: 2001:db8:1::/56`, and what each source says of it. */
export function prefixText({ prefix, problem = '', sources }: PrefixDocument, where: string, style: TextStyle) {
  const found = prefix ?? (problem ? 'unknown' : 'none is known of')
  // What the sources say themselves stands in their rows.
  const says = sources.some((one) => one.problem !== undefined && problem.includes(one.source)) ? '' : problem
  const rows = sources.map(
    (one): Row => [cell(one.source), cell(one.prefix ?? '-'), cell(wordOf(one, style), 'yellow')],
  )
  return [
    ...hanging(style, '', `IPv6 prefix${where}: ${found}`, prefix ? 'green' : 'yellow'),
    ...table(rows, style, 2).flat(),
    ...(says ? hanging(style, '  ', says) : []),
  ]
}

function wordOf({ source, prefix, problem, toldAt }: PrefixSourceDocument, { now }: TextStyle): string {
  if (toldAt !== undefined) return `told ${distanceText(toldAt, now)}`
  if (problem === undefined) return prefix === null ? 'has none' : ''
  return problem.startsWith(`${source}: `) ? problem.slice(source.length + 2) : problem
}
