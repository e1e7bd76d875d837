/**
 * What to do about a name that nobody knows: the nearest known one, plainly or as a question when it is a likely slip. One
 * name at least must be known.
 */
export function nearestHint(name: string, known: readonly string[]): string {
  const best = nearest(name, known)
  return best.distance <= Math.max(2, plain(name).length / 4)
    ? `did you mean ${best.name}?`
    : `the nearest known one is ${best.name}`
}

/** The first of the known names with the fewest edits; case, hyphens and underscores count for nothing. */
function nearest(name: string, known: readonly string[]): { name: string; distance: number } {
  const wanted = plain(name)
  const all = known.map((candidate) => ({ name: candidate, distance: edits(wanted, plain(candidate)) }))
  return all.reduce((best, one) => (one.distance < best.distance ? one : best))
}

// Names are cut lest a hostile file make the quadratic comparison slow.
const plain = (name: string): string =>
  name
    .slice(0, 80)
    .toLowerCase()
    .replace(/^mxhome_/, '')
    .replace(/[-_]/g, '')

/** Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other. */
function edits(from: string, to: string): number {
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) least = Math.min(least, before[j - 2]! + 1)
      row.push(least)
    }
    before = above
    above = row
  }
  return above[to.length]!
}
