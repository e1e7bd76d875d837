import type { State } from '../core/state.ts'

type Table<T> = Readonly<Record<string, T>>

/**
 * Joins what this process could not write with what another one has written since: of each target and domain the
 * other's news count, where there are any; `base` is what both began with.
 */
export function mergeStates(base: State, mine: State, theirs: State): State {
  const hasLines = mine.lines !== undefined || theirs.lines !== undefined
  const lines = hasLines && mergeTables(base.lines ?? {}, mine.lines ?? {}, theirs.lines ?? {})
  const rereadAt = same(base.rereadAt, theirs.rereadAt) ? mine.rereadAt : theirs.rereadAt
  const pushed = mine.pushed ?? theirs.pushed
  return {
    ...mine,
    ...theirs,
    targets: mergeTables(base.targets, mine.targets, theirs.targets),
    mx: mergeTables(base.mx, mine.mx, theirs.mx),
    ...(lines && { lines }),
    ...(pushed && { pushed: mergeTables(base.pushed ?? {}, mine.pushed ?? {}, theirs.pushed ?? {}) }),
    ...(rereadAt === undefined ? {} : { rereadAt }),
  }
}

function mergeTables<T>(base: Table<T>, mine: Table<T>, theirs: Table<T>): Table<T> {
  const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)])
  const rows = [...keys].map((key) => [key, same(base[key], theirs[key]) ? mine[key] : theirs[key]] as const)
  return Object.fromEntries(rows.filter((row): row is readonly [string, T & {}] => row[1] !== undefined))
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
