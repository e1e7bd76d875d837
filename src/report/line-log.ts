import type { RoundDocument, TargetDocument } from './document.ts'
import type { LineStateDocument } from './line-state.ts'

interface LineNews {
  readonly level: 'warn' | 'info'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What became of lines that hosts can leave, where that is news. A line that is well from the start is none. */
export function lineNews({ lineStates = {} }: RoundDocument, previous: RoundDocument | undefined): readonly LineNews[] {
  return Object.entries(lineStates).flatMap(([line, now]) => {
    const was = previous?.lineStates?.[line]?.state ?? 'up'
    return now.state === was ? [] : [newsOf(line, now, was)]
  })
}

function newsOf(line: string, now: LineStateDocument, was: LineStateDocument['state']): LineNews {
  const { until, flapping } = now
  switch (now.state) {
    case 'unsure':
      return { level: 'info', message: 'a line has no address', fields: { line, givenUpAt: until } }
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
