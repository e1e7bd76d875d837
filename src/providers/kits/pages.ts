import { Failure } from '../../core/failure.ts'

export interface Page<T> {
  readonly entries: readonly T[]
  /** The service says, or its fullness shows, that another follows. */
  readonly more: boolean
}

/** No account has so many; a service that never says which page is the last would be asked for ever. */
const MOST_PAGES = 100

/** All entries of a list that is given in pages, counted from 1; `seen` entries came before. An empty page is the last. */
export async function allPages<T>(read: (page: number, seen: number) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = []
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { entries, more } = await read(page, found.length)
    found.push(...entries)
    if (!more || entries.length === 0) return found
  }
  throw new Failure('protocol', `a list has more than ${MOST_PAGES} pages, or does not say which is the last`)
}
