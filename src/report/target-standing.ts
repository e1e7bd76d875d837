import type { TargetDocument } from './document.ts'

/** `current`: nothing to do; `pending`: temporary, or not confirmed in time; `needs-you`: only the user can mend it. */
export type Standing = 'current' | 'pending' | 'needs-you'

const HELD = ['auth', 'rejected', 'blocked', 'unsupported']
const CURRENT = ['confirmed', 'seen', 'accepted']

/** How a target stands at the end of its round; exit code, verdict and health agree on it. */
export function standingOf({ action, why, outcome, error, confirmation }: TargetDocument): Standing {
  if (action === 'hold' || (outcome === 'failed' && error && HELD.includes(error.kind))) return 'needs-you'
  if (action === 'wait' || outcome === 'failed' || outcome === 'unknown' || why === 'address-unknown') return 'pending'
  if (why === 'off') return 'current'
  return confirmation === null || CURRENT.includes(confirmation.state) ? 'current' : 'pending'
}

/** What the service accepted last is not what the line's address asks for: mail goes astray. */
export function isBehind({ action, why, outcome, wanted, published, confirmation }: TargetDocument): boolean {
  if (!wanted || outcome === 'updated' || outcome === 'unchanged') return false
  if (action === 'publish' && confirmation?.state === 'confirmed') return false // the answer was lost, the write was not
  const isForeign = action === 'publish' && why === 'drifted'
  return isForeign || !published || !sameSet(published, wanted)
}

/** As sets: the order in which a server lists them means nothing. */
export const sameSet = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one))
