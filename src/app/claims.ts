import type { Confirmation } from '../core/confirmation.ts'
import type { Instant } from '../core/instant.ts'
import type { Action } from '../core/plan.ts'
import type { Done } from '../core/round.ts'
import { memoryOf, rememberAll, type State } from '../core/state.ts'
import { sameAddresses } from '../dns/rrset.ts'
import type { World } from '../ports/world.ts'
import { type Claim, confirm } from './confirm.ts'
import type { Setup, Wish } from './setup.ts'
import type { Signals } from './signals.ts'

export interface Proven {
  readonly claim: Claim
  readonly confirmation: Confirmation
}

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
  signals: Signals,
): Promise<readonly Proven[]> {
  const claims = plan.flatMap((action): Claim[] => {
    if (action.kind === 'publish') return []
    const { target } = action
    const { published, confirmed, drift, intent } = memoryOf(state, target.key)
    // While an answer is lost, servers that show the lost set contradict nothing.
    if (!published || intent || (confirmed?.state === 'confirmed' && !wish.confirmAll && !drift)) return []
    return [
      {
        target,
        addresses: published.addresses,
        since: published.at,
        accepted: true,
        fresh: false,
        last: confirmed?.state,
      },
    ]
  })
  return Promise.all(claims.map((claim) => proven(claim, setup, world, signals)))
}

/** Asks the name servers about one claim. Never rejects. */
export async function proven(claim: Claim, setup: Setup, world: World, signals: Signals): Promise<Proven> {
  return { claim, confirmation: await confirm(claim, setup, world, signals) }
}

/** Remembers what the name servers showed of the published set; of another (its answer was lost, another process has sent since) it proves nothing. */
export function withConfirmations(state: State, found: readonly Proven[], now: Instant): State {
  const news = found.flatMap(({ claim: { target, addresses }, confirmation }) => {
    const { published, confirmed } = memoryOf(state, target.key)
    if (!published || !sameAddresses(published.addresses, addresses)) return []
    const { state: shown, seen, asked } = confirmation
    if (confirmed?.state === shown) return []
    return [[target.key, { confirmed: { state: shown, at: now, seen, asked } }] as const]
  })
  return rememberAll(state, news)
}
