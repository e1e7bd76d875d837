import type { ErrorKind } from '../core/failure.ts'
import type { TargetDocument } from './document.ts'
import { untilText } from './moment-text.ts'
import { isBehind, sameSet, standingOf } from './target-standing.ts'
import type { TextStyle } from './text-style.ts'

/** What kept a target from being updated, in a few words. */
export const KIND_WORDS = {
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

const WAIT_WORDS: Readonly<Record<string, string>> = {
  budget: "the day's updates are spent",
  spacing: 'the service wants a pause between updates',
  'force-limit': 'forced three times in 24 h',
}

/** What became of one target in its round, in words. */
export function happenedText(target: TargetDocument, style: TextStyle, dryRun: boolean): string {
  const { action, why, wanted } = target
  const behind = action !== 'publish' && isBehind(target) && wanted ? `; should be ${wanted.join(', ')}` : ''
  switch (action) {
    case 'publish':
      return dryRun ? wouldPublish(target) : published(target, style)
    case 'skip':
      return skipped(why)
    case 'wait':
      return `waiting ${until(target, style)}: ${waitWords(target)}${behind}`
    case 'hold':
      return `held: ${wordsOf(target)}${behind}`
  }
}

function skipped(why: string): string {
  if (why === 'address-unknown') return 'address unknown, left as it is'
  if (why === 'off') return 'not wanted, left as it is'
  return why === 'adopted' ? 'was there already' : 'up to date'
}

function wouldPublish({ before, why }: TargetDocument): string {
  return why === 'first' || !before ? 'would be published' : `would be published${was(before)}`
}

function published(target: TargetDocument, style: TextStyle): string {
  const { why, outcome, before, after, error } = target
  if (outcome === 'unchanged') return 'was there already'
  if (outcome === 'unknown') return `answer lost, looked up again ${until(target, style)}`.trim()
  if (outcome === 'failed') {
    const held = standingOf(target) === 'needs-you'
    return held
      ? `refused: ${wordsOf(target)}`
      : `failed: ${wordsOf(target)}${error?.retryAt ? `, waiting ${until(target, style)}` : ''}`
  }
  if (outcome === null) return 'to be published'
  if (why === 'refresh') return 'sent again, lest the service delete it'
  if (why === 'ttl') return 'TTL changed'
  const same = before !== null && after !== null && sameSet(before, after)
  if (same) return why === 'forced' ? 'sent again (forced)' : 'sent again'
  return `${why === 'drifted' ? 'put right' : 'published'}${before ? was(before) : ''}`
}

const was = (before: readonly string[]) => (before.length === 0 ? ' (new record)' : `, was ${before.join(', ')}`)

const wordsOf = ({ error }: TargetDocument): string => (error ? KIND_WORDS[error.kind] : 'reason unknown')

function waitWords(target: TargetDocument): string {
  const known = WAIT_WORDS[target.why]
  if (known) return known
  return target.error?.kind === 'rate-limited' && target.error.message.startsWith('the other family')
    ? "the other family's address is not known yet"
    : wordsOf(target)
}

const until = ({ error }: TargetDocument, style: TextStyle): string =>
  error?.retryAt ? untilText(error.retryAt, style) : 'for the next round'
