import type { Instant } from '../core/instant.ts'
import type { Memory, State } from '../core/state.ts'

type Table<T> = Readonly<Record<string, T>>

/**
 * Joins what this process could not write with what another one has written since: of each target and domain the
 * other's news count, where there are any, unless ours tell of a later write; `base` is what both began with.
 */
export function mergeStates(base: State, mine: State, theirs: State): State {
  const hasLines = mine.lines !== undefined || theirs.lines !== undefined
  const lines = hasLines && mergeTables(base.lines ?? {}, mine.lines ?? {}, theirs.lines ?? {})
  const rereadAt = same(base.rereadAt, theirs.rereadAt) ? mine.rereadAt : theirs.rereadAt
  const pushed = mine.pushed ?? theirs.pushed
  return {
    ...mine,
    ...theirs,
    targets: mergeTables(base.targets, mine.targets, theirs.targets, isLater),
    mx: mergeTables(base.mx, mine.mx, theirs.mx),
    ...(lines && { lines }),
    ...(pushed && { pushed: mergeTables(base.pushed ?? {}, mine.pushed ?? {}, theirs.pushed ?? {}) }),
    ...(rereadAt === undefined ? {} : { rereadAt }),
  }
}

function mergeTables<T>(
  base: Table<T>,
  mine: Table<T>,
  theirs: Table<T>,
  isLater: (mine: T | undefined, theirs: T | undefined) => boolean = () => false,
): Table<T> {
  const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)])
  const isOurs = (key: string) => same(base[key], theirs[key]) || isLater(mine[key], theirs[key])
  const rows = [...keys].map((key) => [key, isOurs(key) ? mine[key] : theirs[key]] as const)
  return Object.fromEntries(rows.filter((row): row is readonly [string, T & {}] => row[1] !== undefined))
}

/** What a service was sent last is what it holds. */
const isLater = (mine: Memory | undefined, theirs: Memory | undefined): boolean => lastSent(mine) > lastSent(theirs)

const lastSent = ({ published, intent }: Pick<Memory, 'published' | 'intent'> = {}): Instant =>
  Math.max(published?.at ?? 0, intent?.at ?? 0)

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
