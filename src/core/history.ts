import type { AddressType, IpAddress } from '../dns/rrset.ts'
import type { ConfirmationState } from './confirmation.ts'
import type { Instant } from './instant.ts'
import type { PublishReason } from './plan.ts'

/** One update of one target: what was sent and what came of it. */
export interface HistoryEntry {
  readonly at: Instant
  readonly host: string
  readonly type: AddressType
  readonly provider: string
  readonly why: PublishReason
  readonly before: readonly IpAddress[] | null
  readonly after: readonly IpAddress[]
  readonly outcome: 'updated' | 'unchanged' | 'failed' | 'unknown'
  readonly confirmation?: ConfirmationState | undefined
  readonly error?: string | undefined
}
