import type { StateStore } from '../../ports/state-store.ts'

/** A store that tells when its state may have changed. */
export interface WatchedStore {
  readonly store: StateStore
  /** Resolves at the end of the next change, or when the signal aborts. */
  readonly changed: (signal: AbortSignal) => Promise<void>
}

export function watchStore(store: StateStore): WatchedStore {
  const waiting = new Set<() => void>()
  const tellAll = () => {
    for (const tell of [...waiting]) tell()
  }
  return {
    store: {
      ...store,
      update: async (change) => {
        const result = await store.update(change)
        tellAll()
        return result
      },
      catchUp: async () => {
        const before = store.last()
        await store.catchUp()
        if (store.last() !== before) tellAll()
      },
    },
    changed: (signal) =>
      new Promise((resolve) => {
        const done = () => {
          waiting.delete(done)
          signal.removeEventListener('abort', done)
          resolve()
        }
        if (signal.aborted) return resolve()
        waiting.add(done)
        signal.addEventListener('abort', done)
      }),
  }
}
