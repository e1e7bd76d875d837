import type { AddressType, IpAddress } from '../dns/rrset.ts'
import type { ConfirmationState } from './confirmation.ts'
import type { Instant } from './instant.ts'
import type { PublishReason } from './plan.ts'
import type { Round } from './round.ts'

/** One update of one target: what was sent and what came of it. */
export interface HistoryEntry {
  readonly at: Instant
  readonly host: string
  readonly type: AddressType
  readonly provider: string
  readonly why: PublishReason
  /** null: unknown. */
  readonly before: readonly IpAddress[] | null
  readonly after: readonly IpAddress[]
  readonly outcome: 'updated' | 'unchanged' | 'failed' | 'unknown'
  readonly confirmation?: ConfirmationState | undefined
  readonly error?: string | undefined
}

/** What a round leaves for the history: an entry for each request that was sent. */
export const historyOf = ({ done, confirmations, finished }: Round): readonly HistoryEntry[] =>
  done.map(({ action: { target, rrset, why }, outcome, before }) => ({
    at: finished,
    host: target.owner,
    type: target.type,
    provider: target.account,
    why,
    before: before ?? null,
    after: rrset.addresses,
    outcome: outcome.kind,
    confirmation: confirmations.get(target.key)?.state,
    error: 'failure' in outcome ? outcome.failure.message : undefined,
  }))
