import type { HistoryEntry } from '../core/history.ts'
import type { PublishReason } from '../core/plan.ts'
import { timeOf } from './document.ts'
import { dateText } from './moment-text.ts'
import { cell, type Row, table } from './table.ts'
import type { TextStyle, Tint } from './text-style.ts'
import { hanging } from './wrap.ts'

/** What `history --json` prints, newest first; times RFC 3339 UTC. */
export interface HistoryDocument {
  readonly updates: readonly UpdateDocument[]
}

export interface UpdateDocument {
  readonly at: string
  readonly host: string
  readonly type: 'A' | 'AAAA'
  readonly provider: string
  readonly why: string
  readonly before: readonly string[] | null
  readonly after: readonly string[]
  readonly outcome: HistoryEntry['outcome']
  readonly confirmation: HistoryEntry['confirmation'] | null
  readonly error: string | null
}

export function historyDocument(entries: readonly HistoryEntry[]): HistoryDocument {
  const newest = entries.toSorted((one, other) => other.at - one.at)
  return {
    updates: newest.map(({ at, confirmation, error, ...entry }) => ({
      at: timeOf(at),
      ...entry,
      confirmation: confirmation ?? null,
      error: error ?? null,
    })),
  }
}

const OUTCOMES: Readonly<Record<UpdateDocument['outcome'], readonly [string, Tint]>> = {
  updated: ['published', 'green'],
  unchanged: ['was there already', 'green'],
  failed: ['failed', 'red'],
  unknown: ['answer lost', 'yellow'],
}

const REASONS = {
  first: 'first time',
  changed: 'address changed',
  ttl: 'TTL changed',
  drifted: 'someone else changed it',
  forced: 'by force',
  refresh: 'to keep it alive',
  'read-back': 'after a lost answer',
} as const satisfies Record<PublishReason, string>

/** A newer version may have written others. */
const WHY: ReadonlyMap<string, string> = new Map(Object.entries(REASONS))

/** What `mxhome history` prints. No newline at its end. */
export function historyText({ updates }: HistoryDocument, style: TextStyle): string {
  if (updates.length === 0) return 'No update has been made yet.'
  const lines = table(updates.map(rowOf), style)
  return updates.flatMap(({ error }, i) => [...lines[i]!, ...(error ? hanging(style, '    ', error) : [])]).join('\n')
}

function rowOf(update: UpdateDocument): Row {
  const { at, host, type, provider, why, before, after, outcome, confirmation } = update
  const [word, tint] = OUTCOMES[outcome]
  const to = after.join(', ') || 'none'
  const change = before === null ? to : `${before.join(', ') || 'none'} -> ${to}`
  return [
    cell(dateText(at), 'dim'),
    cell(host, 'bold'),
    cell(type),
    cell(change),
    cell(WHY.get(why) ?? why),
    cell(confirmation && outcome !== 'failed' ? `${word}, ${confirmation}` : word, tint),
    cell(provider, 'dim'),
  ]
}
