import { POLICY } from '../../src/core/retry.ts'

/** How often each thing happened, was decided, came out; and which rows of the policy table were met. */
export function summaryText(counts: Readonly<Record<string, number>>, head: string): string {
  const part = (title: string, prefix: string) => {
    const found = Object.entries(counts)
      .filter(([name]) => name.startsWith(`${prefix} `))
      .map(([name, count]) => [name.slice(prefix.length + 1), count] as const)
      .toSorted(([, one], [, other]) => other - one)
    const width = Math.max(0, ...found.map(([name]) => name.length))
    return [title, ...found.map(([name, count]) => `  ${name.padEnd(width)}  ${count}`)].join('\n')
  }
  const policy = Object.keys(POLICY).map((kind) => {
    const [met = 0, lost = 0] = [counts[`policy ${kind}`], counts[`policy ${kind} lost`]]
    return `  ${kind.padEnd(13)} ${met}${lost > 0 ? `, after a lost write ${lost}` : ''}${met + lost === 0 ? '  (never met)' : ''}`
  })
  const single = ['rounds', 'requests that wrote', 'calms', 'bounds beyond the calm'].map(
    (name) => `  ${name.padEnd(24)} ${counts[name] ?? 0}`,
  )
  return [
    head,
    ['Steps', ...single].join('\n'),
    part('Happened', 'happened'),
    part('Decided', 'decided'),
    part('Outcomes', 'outcome'),
    part('Outcomes by service', 'service'),
    part('Confirmations', 'confirmation'),
    ['Rows of the policy table', ...policy].join('\n'),
  ].join('\n\n')
}
