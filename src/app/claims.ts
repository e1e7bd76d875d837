import type { Confirmation, ConfirmationState } from '../core/confirmation.ts'
import type { Instant } from '../core/instant.ts'
import type { Action, TargetKey } from '../core/plan.ts'
import type { Done } from '../core/round.ts'
import { memoryOf, remember, type State } from '../core/state.ts'
import type { World } from '../ports/world.ts'
import { type Claim, confirm } from './confirm.ts'
import type { Setup, Wish } from './setup.ts'

/** What an outcome lets us claim of the name servers; a refusal: nothing. */
export function claimOf({ action, outcome }: Done, now: Instant): Claim | undefined {
  if (outcome.kind === 'failed') return undefined
  const { target, rrset } = action
  return { target, addresses: rrset.addresses, since: now, accepted: outcome.kind !== 'unknown', fresh: true }
}

/** What was published before and is not confirmed yet is asked again every round; once confirmed, only when the user asks. */
export async function confirmAll(
  plan: readonly Action[],
  state: State,
  wish: Wish,
  setup: Setup,
  world: World,
  signal: AbortSignal,
): Promise<readonly (readonly [TargetKey, Confirmation])[]> {
  const claims = plan.flatMap((action): Claim[] => {
    if (action.kind === 'publish') return []
    const { target } = action
    const { published, confirmed, drift } = memoryOf(state, target.key)
    if (!published || (confirmed?.state === 'confirmed' && !wish.confirmAll && !drift)) return []
    return [{ target, addresses: published.addresses, since: published.at, accepted: true, fresh: false }]
  })
  return Promise.all(
    claims.map(async (claim) => [claim.target.key, await confirm(claim, setup, world, signal)] as const),
  )
}

/** Remembers what the name servers showed. */
export function withConfirmations(state: State, found: ReadonlyMap<TargetKey, Confirmation>, now: Instant): State {
  return [...found].reduce((next, [key, confirmation]) => {
    const { published, confirmed } = memoryOf(next, key)
    if (!published || confirmed?.state === confirmation.state) return next
    return remember(next, key, { confirmed: { state: confirmation.state satisfies ConfirmationState, at: now } })
  }, state)
}
