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

/** Through which lines somebody outside was heard, by the type that was asked for. */
export type Reached = ReadonlyMap<AddressType, readonly LineName[]>

export const linesReached = (verdicts: readonly LineVerdict[]): Reached =>
  new Map(
    (['A', 'AAAA'] as const).map((type) => [
      type,
      verdicts.flatMap((one) => (one.type === type && proofOf(one) === 'reached' ? [one.line] : [])),
    ]),
  )

/**
 * Somebody outside was heard through another line: then it is not the services that are silent on this one. By the other
 * family that counts where this line was heard by neither: it may have IPv6 alone, and the other one IPv4.
 */
export function isRivalHeard(reached: Reached, { line, type }: Pick<LineVerdict, 'line' | 'type'>): boolean {
  const any = [...reached.values()].flat()
  const telling = any.includes(line) ? (reached.get(type) ?? []) : any
  return telling.some((other) => other !== line)
}

const isUnasked = (answer: Known) =>
  answer instanceof Failure && (answer.reason === 'resting' || answer.reason === 'no-family')

const isSilent = (answer: Known) =>
  answer instanceof Failure && (answer.reason === 'silent' || answer.reason === 'no-route')

const isReached = (answer: Known) =>
  isKnown(answer) || !(['network', 'cancelled', 'bug', 'unsupported'] as const).some((kind) => kind === answer.kind)
