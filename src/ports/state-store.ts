import type { State } from '../core/state.ts'

/** The state on disk. */
export interface StateStore {
  /** As last read or written by this process. */
  readonly last: () => State
  /** Takes over what another process has written since: `last` speaks of it then. Nearly always a look at the file's date. Never rejects. */
  readonly catchUp: () => Promise<void>
  /**
   * One change after the other; resolves when it would survive a power cut. Nothing changed: nothing is written.
   * What `change` returns beside the state is handed back. A disk that refuses does not reject: see `problem`.
   */
  readonly update: <T extends { readonly state: State }>(change: (state: State) => T) => Promise<T>
  /** Holds the folder's lock against other processes while `work` runs; the state is read again first. Rejects with a Failure `unavailable`, reason `locked`, after 2 min. */
  readonly exclusive: <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>
  /** Why the last write failed (full, read-only, another user's); undefined: the disk holds what `last` says. */
  readonly problem: () => string | undefined
}
