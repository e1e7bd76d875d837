import { Failure } from '../core/failure.ts'
import { isKnown, type Known, type LineName } from '../core/plan.ts'
import type { Verdict } from '../core/quorum.ts'
import type { AddressType } from '../dns/rrset.ts'
import type { LineVerdict } from './line-answers.ts'
import { hasAddress } from './patience.ts'

/**
 * What those outside prove of a way out: `reached`: one has answered, whatever it said; `silent`: nobody was heard, by any who
 * was asked. undefined: none was asked, or what was heard may come from nearer (a refusal, a certificate, a name that is none).
 */
export function proofOf({ sightings }: Pick<Verdict, 'sightings'>): 'reached' | 'silent' | undefined {
  const asked = sightings.flatMap(({ view, answer }) => (view === 'outside' && !isUnasked(answer) ? [answer] : []))
  if (asked.some(isReached)) return 'reached'
  return asked.length > 0 && asked.every(isSilent) ? 'silent' : undefined
}

/** The address is known by the line's own end alone: a router keeps it while its provider is dead. */
export const isUnproven = (verdict: Pick<Verdict, 'addresses' | 'sightings'>): boolean =>
  hasAddress(verdict.addresses) && proofOf(verdict) === 'silent'

/** Through which lines somebody outside was heard. */
export const linesReached = (verdicts: readonly LineVerdict[], type: AddressType): readonly LineName[] =>
  verdicts.flatMap((one) => (one.type === type && proofOf(one) === 'reached' ? [one.line] : []))

const isUnasked = (answer: Known) =>
  answer instanceof Failure && (answer.reason === 'resting' || answer.reason === 'no-family')

const isSilent = (answer: Known) =>
  answer instanceof Failure && (answer.reason === 'silent' || answer.reason === 'no-route')

const isReached = (answer: Known) =>
  isKnown(answer) || !(['network', 'cancelled', 'bug', 'unsupported'] as const).some((kind) => kind === answer.kind)
