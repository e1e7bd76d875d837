import { SAME_ADDRESS, type SameAddress, sameAddressesOf } from '../core/same-address.ts'
import type { RoundDocument, TargetDocument } from './document.ts'
import type { LineStateDocument } from './line-state.ts'

interface LineNews {
  readonly level: 'warn' | 'info'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What became of lines that hosts can leave, where that is news. A line that is well from the start is none. */
export function lineNews(document: RoundDocument, previous: RoundDocument | undefined): readonly LineNews[] {
  const states = Object.entries(document.lineStates ?? {}).flatMap(([line, now]) => {
    const was = previous?.lineStates?.[line]?.state ?? 'up'
    return now.state === was ? [] : [newsOf(line, now, was)]
  })
  return [...states, ...sameNews(document, previous)]
}

/** Told as it begins; that both change together is no news. */
function sameNews(document: RoundDocument, previous: RoundDocument | undefined): readonly LineNews[] {
  const keyOf = ({ type, lines }: SameAddress) => [type, ...lines].join(' ')
  const before = new Set((previous ? sameInRound(previous) : []).map(keyOf))
  return sameInRound(document)
    .filter((one) => !before.has(keyOf(one)))
    .map(({ lines, type, address }) => ({ level: 'warn', message: SAME_ADDRESS, fields: { lines, type, address } }))
}

/** Lines of which a round saw the same address. */
export const sameInRound = ({ lines = {} }: Pick<RoundDocument, 'lines'>): readonly SameAddress[] =>
  sameAddressesOf(
    Object.entries(lines).flatMap(([line, some]) =>
      (['A', 'AAAA'] as const).map((type) => ({ line, type, addresses: [some[type] ?? []].flat() })),
    ),
  )

function newsOf(line: string, now: LineStateDocument, was: LineStateDocument['state']): LineNews {
  const { until, flapping, unseenOutside } = now
  switch (now.state) {
    case 'unsure': {
      const message = unseenOutside ? 'a line is not seen from outside' : 'a line has no address'
      return { level: 'info', message, fields: { line, givenUpAt: until } }
    }
    case 'down':
      return { level: 'warn', message: 'a line is down', fields: { line } }
    case 'returning':
      return {
        level: 'info',
        message: flapping ? 'a line is up again, but comes and goes' : 'a line is up again',
        fields: { line, trustedAt: until },
      }
    case 'up':
      return was === 'returning'
        ? { level: 'info', message: 'a line is trusted again', fields: { line } }
        : { level: 'info', message: 'a line is up again', fields: { line } }
  }
}

/** A host that has changed lines: to a worse one, or back. */
export function lineChange(target: TargetDocument, before: TargetDocument | undefined): readonly LineNews[] {
  const { lines = [], line, host, type, provider } = target
  if (!before || before.line === line || !lines.includes(before.line)) return []
  const isWorse = lines.indexOf(line) > lines.indexOf(before.line)
  const fields = { host, type, provider, from: before.line, to: line }
  return [isWorse ? { level: 'warn', message: 'fail-over', fields } : { level: 'info', message: 'fail-back', fields }]
}
