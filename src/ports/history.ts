import type { HistoryEntry } from '../core/history.ts'

/** What happened, oldest first, on disk: one JSON document a line. */
export interface History {
  readonly append: (entries: readonly HistoryEntry[]) => Promise<void>
  /** The newest first. */
  readonly read: (limit: number) => Promise<readonly HistoryEntry[]>
}
