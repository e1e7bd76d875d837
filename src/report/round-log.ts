import type { FindingDocument, RoundDocument, SourceNewsDocument, TargetDocument } from './document.ts'
import { checkName } from './health-memory.ts'
import { lineChange, lineNews } from './line-log.ts'
import { sameSet, standingOf } from './target-standing.ts'

export interface LogLine {
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  /** Static; the values are in the fields. */
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What of a round is worth a line: changes against the previous one. Where nothing changed, one line at `debug`. */
export function logLines(document: RoundDocument, previous: RoundDocument | undefined): readonly LogLine[] {
  const before = new Map((previous?.targets ?? []).map((target) => [checkName(target), target]))
  const now = new Set(document.targets.map(checkName))
  const gone = [...before].filter(([name]) => !now.has(name)).map(([, target]) => target)
  return [
    ...addressLines(document, previous),
    ...lineNews(document, previous),
    ...sourceLines(document, previous),
    ...document.targets.flatMap((target) => targetLines(target, before.get(checkName(target)), previous !== undefined)),
    ...gone.map(({ host, type, provider }) => line('info', 'no longer kept', { host, type, provider })),
    ...findingLines(document.findings, previous?.findings ?? []),
    summary(document, previous === undefined),
  ]
}

const line = (level: LogLine['level'], message: string, fields: LogLine['fields']): LogLine => ({
  level,
  message,
  fields,
})

function addressLines(document: RoundDocument, previous: RoundDocument | undefined): LogLine[] {
  const all = (one: RoundDocument | undefined) => one?.lines ?? (one ? { default: one.addresses } : {})
  const several = document.lines !== undefined
  return Object.entries(all(document)).flatMap(([name, addresses]) =>
    Object.entries(addresses).flatMap(([type, address]): LogLine[] => {
      const was = all(previous)[name]?.[type] ?? null
      if (address === was) return []
      const fields = { type, address, was, ...(several && { line: name }) }
      if (address === null) return [line('warn', 'address unknown', fields)]
      return [line('info', was === null ? 'address known' : 'address changed', fields)]
    }),
  )
}

/** One that rests is told of once, whatever it says each time that it is asked again. */
function sourceLines({ sources = [], lines }: RoundDocument, previous: RoundDocument | undefined): LogLine[] {
  const same = (one: SourceNewsDocument, other: SourceNewsDocument) =>
    one.line === other.line && one.type === other.type && one.source === other.source
  return sources.flatMap((one): LogLine[] => {
    const { line: name, type, source, what, why, since, until } = one
    const at = { source, type, ...(lines && { line: name }) }
    if (what === 'answers again') return [line('info', 'address source answers again', at)]
    if (previous?.sources?.some((old) => same(old, one) && old.what !== 'answers again')) return []
    return [line('warn', 'address source fails', { ...at, why, since, restsUntil: until })]
  })
}

function targetLines(target: TargetDocument, before: TargetDocument | undefined, isLater: boolean): LogLine[] {
  const { host, type, provider, mxOf } = target
  const appeared = isLater && !before ? [line('info', 'now kept', { host, type, provider, mxOf })] : []
  return [
    ...appeared,
    ...lineChange(target, before),
    ...publishLines(target),
    ...troubleLines(target, before),
    ...confirmationLines(target, before),
  ]
}

function publishLines({ host, type, provider, why, before, after, outcome }: TargetDocument): LogLine[] {
  if (outcome !== 'updated' && outcome !== 'unchanged') return []
  const message = outcome === 'updated' ? 'published' : 'was there already'
  return [line('info', message, { host, type, provider, why, before, after })]
}

/** An attempt that fails as the last one did, and the pause after it, are no news. */
function troubleLines(target: TargetDocument, before: TargetDocument | undefined): LogLine[] {
  const { host, type, provider, error, why } = target
  const trouble = troubleOf(target)
  const earlier = before && troubleOf(before)
  if (trouble === earlier) return []
  const common = { host, type, provider }
  if (!trouble) return target.outcome === null ? [line('info', 'is well again', common)] : []
  const fields = error
    ? { ...common, kind: error.kind, reason: error.message, remedy: error.remedy, retryAt: error.retryAt }
    : { ...common, why }
  return [line(standingOf(target) === 'needs-you' ? 'error' : 'warn', messageOf(target), fields)]
}

/** What kind of trouble it is; undefined: none. A target whose confirmation is pending is told of elsewhere. */
function troubleOf(target: TargetDocument): string | undefined {
  const { action, why, error, outcome } = target
  if (standingOf(target) === 'needs-you') return `held ${error?.kind}`
  if (why === 'address-unknown') return why
  if (action === 'wait' && why !== 'pause') return why
  return action === 'wait' || outcome === 'failed' || outcome === 'unknown' ? `failed ${error?.kind}` : undefined
}

function messageOf({ action, why, outcome }: TargetDocument): string {
  if (action === 'hold') return 'held: the user must act'
  if (why === 'address-unknown') return 'left as it is: address unknown'
  if (outcome === 'unknown') return 'the answer to an update was lost'
  return outcome === 'failed' ? 'could not publish' : 'waiting'
}

function confirmationLines(target: TargetDocument, before: TargetDocument | undefined): LogLine[] {
  const { host, type, provider, confirmation, outcome } = target
  if (!confirmation) return []
  const { state, seen, asked, ms, servers } = confirmation
  const fresh = outcome === 'updated' || outcome === 'unchanged' || outcome === 'unknown'
  const was = before?.confirmation?.state
  const common = { host, type, provider, seen, asked, ...(typeof ms === 'number' && { ms }) }
  if (state === 'confirmed') {
    const isNews = fresh || (was !== undefined && was !== 'confirmed')
    return isNews ? [line('info', 'confirmed', common)] : []
  }
  if (!fresh && state === was) return []
  const { after } = target
  const others = servers
    .filter(({ answer }) => answer === null || after === null || !sameSet(answer, after))
    .map(({ name, address, answer, problem }) => ({ name, address, answer, ...(problem !== undefined && { problem }) }))
  const level = state === 'contradicted' ? 'error' : 'warn'
  return [line(level, 'could not confirm', { ...common, state, others })]
}

const LEVELS = { error: 'error', warn: 'warn', unknown: 'warn', info: 'info' } as const

/** Messages may vary from round to round (which source was slow): as many of one kind as before are no news. */
function findingLines(findings: readonly FindingDocument[], before: readonly FindingDocument[]): LogLine[] {
  const kindOf = ({ id, domain, severity }: FindingDocument) => `${id} ${domain ?? ''} ${severity}`
  const of = (all: readonly FindingDocument[], kind: string) => all.filter((one) => kindOf(one) === kind)
  const kinds = (all: readonly FindingDocument[]) => [...new Set(all.map(kindOf))]
  const come = kinds(findings).flatMap((kind) => {
    const [some, old] = [of(findings, kind), of(before, kind)]
    if (some.length <= old.length) return []
    return some.filter(({ message }) => !old.some((one) => one.message === message))
  })
  const over = kinds(before).flatMap((kind) => (of(findings, kind).length > 0 ? [] : of(before, kind).slice(0, 1)))
  return [
    ...come.map(({ id, severity, domain, message, remedy }) =>
      line(LEVELS[severity], 'found', { id, ...(domain && { domain }), what: message, remedy }),
    ),
    ...over.map(({ id, domain }) => line('info', 'no longer found', { id, ...(domain && { domain }) })),
  ]
}

function summary({ started, finished, targets, findings }: RoundDocument, isFirst: boolean): LogLine {
  const count = (standing: string) => targets.filter((one) => standingOf(one) === standing).length
  const counts = { targets: targets.length, current: count('current'), pending: count('pending') }
  const fields = { ...counts, needsYou: count('needs-you'), findings: findings.length, ms: spanOf(started, finished) }
  return line(isFirst ? 'info' : 'debug', 'round finished', fields)
}

const spanOf = (started: string, finished: string): number => new Date(finished).getTime() - new Date(started).getTime()
