import { Failure } from '../../core/failure.ts'

interface Page<T> {
  readonly items: readonly T[]
  readonly isLast: boolean
}

/** No account has so many; a service that never says which page is the last one would be asked for ever. */
const MOST_PAGES = 100

/** A list that comes in pages, as a whole; the first page is 1. */
export async function everyPage<T>(ask: (page: number) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = []
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { items, isLast } = await ask(page)
    found.push(...items)
    if (isLast) return found
  }
  throw new Failure('protocol', `a list has more than ${MOST_PAGES} pages, or does not say which is the last`)
}
