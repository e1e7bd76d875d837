import type { ErrorKind } from '../core/failure.ts'
import { FAMILY } from '../dns/rrset.ts'
import { type ErrorDocument, PAUSES, type TargetDocument } from './document.ts'
import { dueText } from './moment-text.ts'
import { isBehind, sameSet, standingOf } from './target-standing.ts'
import type { TextStyle } from './text-style.ts'

/** What kept a target from being updated, in a few words. */
const KIND_WORDS = {
  network: 'service not reached',
  unavailable: 'the service has a fault',
  'rate-limited': 'the service asks for patience',
  auth: 'credentials refused',
  rejected: 'host or value refused',
  blocked: 'blocked by the service',
  unsupported: 'the service cannot do it',
  protocol: 'answer not understood',
  cancelled: 'stopped meanwhile',
  bug: 'a fault of mxhome',
} as const satisfies Record<ErrorKind, string>

const WAIT_WORDS: ReadonlyMap<string, string> = new Map([
  ['budget', "the day's updates are spent"],
  ['spacing', 'the service wants a pause between updates'],
  ['force-limit', 'forced three times in 24 h'],
  ['line-down', 'its line has no address just now'],
])

/** What became of one target in its round, in words. */
export function happenedText(target: TargetDocument, style: TextStyle, dryRun: boolean): string {
  const { action, wanted } = target
  const behind = action !== 'publish' && isBehind(target) && wanted ? `; should be ${wanted.join(', ')}` : ''
  switch (action) {
    case 'publish':
      return dryRun ? wouldPublish(target) : `${published(target, style)}${notThere(target)}`
    case 'skip':
      return skipped(target)
    case 'wait':
      return `waiting ${until(target, style)}: ${reasonText(target)}${behind}`
    case 'hold':
      return `held: ${reasonText(target)}${behind}`
  }
}

/** The address that is shown is the one from before. */
const notThere = ({ outcome, after }: TargetDocument): string =>
  outcome === 'failed' && after ? `; should be ${after.join(', ') || 'none'}` : ''

function skipped({ why, after, type }: TargetDocument): string {
  if (why === 'address-unknown')
    return after ? 'address unknown, left as it is' : 'nothing published yet, address unknown'
  if (why === 'off') return `none to publish: the line has no ${FAMILY[type]}, or it is switched off`
  return why === 'adopted' ? 'was there already' : 'up to date'
}

function wouldPublish(target: TargetDocument): string {
  const { before, wanted, why, error } = target
  if (error) return `would not be published: ${reasonText(target)}`
  if (wanted?.length === 0) return `would be removed${before ? `, now ${before.join(', ') || 'no record'}` : ''}`
  if (why === 'first' || !before) return 'would be published'
  return `would be published, now ${before.join(', ') || 'no record'}`
}

function published(target: TargetDocument, style: TextStyle): string {
  const { why, outcome, before, after, error } = target
  const again = error?.retryAt ? dueText('at', error.retryAt, style) : ''
  if (outcome === 'unchanged') return 'was there already'
  if (outcome === 'unknown') return `answer lost, looked up ${again || 'in the next round'}`
  if (outcome === 'failed') {
    if (standingOf(target) === 'needs-you') return `refused: ${reasonText(target)}`
    return `failed: ${reasonText(target)}${again && `, again ${again}`}`
  }
  if (outcome === null) return 'to be published'
  if (after?.length === 0) return `removed${before && before.length > 0 ? was(before) : ''}`
  if (why === 'refresh') return 'sent again, lest the service delete it'
  if (why === 'ttl') return 'TTL changed'
  const same = before !== null && after !== null && sameSet(before, after)
  if (same) return why === 'forced' ? 'sent again (forced)' : 'sent again'
  return `${why === 'drifted' ? 'put right' : 'published'}${before ? was(before) : ''}`
}

const was = (before: readonly string[]) => (before.length === 0 ? ' (new record)' : `, was ${before.join(', ')}`)

/** Why a target is not as it should be, in a few words. */
export function reasonText({ action, why, error }: TargetDocument): string {
  if (why === 'address-unknown') return 'address unknown'
  const own =
    action === 'wait' ? (WAIT_WORDS.get(why) ?? (error && isOwnPause(error) ? error.message : undefined)) : undefined
  return own ?? (error ? KIND_WORDS[error.kind] : 'reason unknown')
}

/** A pause of ours that no answer of the service has caused. */
export const isOwnPause = ({ message }: ErrorDocument): boolean => Object.values<string>(PAUSES).includes(message)

const until = ({ error }: TargetDocument, style: TextStyle): string =>
  error?.retryAt ? dueText('until', error.retryAt, style) : 'for the next round'
