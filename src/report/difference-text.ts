/** The lines that go (`-`) and those that come (`+`), with those between them that stay. No newline at its end. */
export function differenceText(before: string, after: string): string {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  const kept = longestCommon(old, fresh)
  const lines: string[] = []
  let [i, j] = [0, 0]
  for (const [from, to] of [...kept, [old.length, fresh.length] as const]) {
    lines.push(...old.slice(i, from).map((line) => `- ${line}`))
    lines.push(...fresh.slice(j, to).map((line) => `+ ${line}`))
    if (from < old.length) lines.push(`  ${old[from]}`)
    ;[i, j] = [from + 1, to + 1]
  }
  return lines.join('\n')
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/** Files that people write have a few hundred lines: of longer ones the rest counts as changed. */
const MOST = 2000

/** The positions of what both have in the same order, the most there is. */
function longestCommon(all: readonly string[], others: readonly string[]): readonly (readonly [number, number])[] {
  const [one, other] = [all.slice(0, MOST), others.slice(0, MOST)]
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1))
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      const skipped = Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
      lengths[i]![j] = one[i] === other[j] ? lengths[i + 1]![j + 1]! + 1 : skipped
    }
  }
  const found: [number, number][] = []
  for (let [i, j] = [0, 0]; i < one.length && j < other.length; ) {
    if (one[i] === other[j]) found.push([i++, j++])
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++
    else j++
  }
  return found
}
