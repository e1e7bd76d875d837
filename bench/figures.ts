import { cpus, loadavg, totalmem } from 'node:os'

/** One line of the table. */
export interface Row {
  readonly goal: string
  readonly figure: string
  /** To what the goal compares it with; empty: it stands alone. */
  readonly ratio?: string
  /** undefined: shown for comparison only, or `why` it could not be measured. */
  readonly met?: boolean
  readonly why?: string
}

/** A bench asks, measures, and gives its rows. */
export type Bench = () => Promise<readonly Row[]>

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`
export const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
export const times = (value: number): string => `${value.toFixed(2)} x`

/** Other work on the machine slows whoever runs at that moment: both figures, since the least is what it cannot have touched. */
export const spread = (values: readonly number[]): string =>
  `${ms(median(values))} (least ${ms(Math.min(...values))}, n ${values.length})`

/** A goal as a ratio, by the medians; the least are told beside it. */
export function compared(goal: string, own: readonly number[], others: readonly number[], atMost?: number): Row {
  const ratio = median(own) / median(others)
  const least = Math.min(...own) / Math.min(...others)
  return {
    goal,
    figure: spread(own),
    ratio: `${times(ratio)} (least ${times(least)})`,
    ...(atMost !== undefined && { met: ratio <= atMost, why: ratio <= atMost ? '' : `above ${times(atMost)}` }),
  }
}

export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${mib(totalmem())}, load ${loadavg()
    .map((one) => one.toFixed(2))
    .join(' ')}`

export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ goal, figure, ratio = '', met, why = '' }) => {
    const verdict = met === undefined ? why : `${met ? 'met' : 'MISSED'}${why === '' ? '' : `: ${why}`}`
    return [goal, figure, ratio, verdict]
  })
  const all = [['goal', 'figure', 'ratio', ''], ...cells]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
