export interface Page<T> {
  readonly entries: readonly T[]
  /** The service says, or its fullness shows, that another follows. */
  readonly more: boolean
}

/** All entries of a list that is given in pages, counted from 1; `seen` entries came before. An empty page is the last. */
export async function allPages<T>(read: (page: number, seen: number) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = []
  for (let page = 1; ; page += 1) {
    const { entries, more } = await read(page, found.length)
    found.push(...entries)
    if (!more || entries.length === 0) return found
  }
}
