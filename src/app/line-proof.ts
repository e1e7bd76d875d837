import { Failure } from '../core/failure.ts'
import type { Known, LineName } from '../core/plan.ts'
import type { Verdict } from '../core/quorum.ts'
import { witnessOf } from '../core/sighting.ts'
import type { AddressType } from '../dns/rrset.ts'
import type { LineVerdict } from './line-answers.ts'
import { hasAddress } from './patience.ts'

/**
 * What those outside prove of a way out: `reached`: one has answered, whatever it said; `silent`: nobody was heard, by any who
 * was asked. undefined: none was asked, or what was heard may come from nearer.
 */
export function proofOf({ sightings }: Pick<Verdict, 'sightings'>): 'reached' | 'silent' | undefined {
  const asked = outsideOf(sightings).flatMap((answer) => (restOf(answer) ? [] : [witnessOf(answer)]))
  if (asked.includes('heard')) return 'reached'
  return asked.length > 0 && asked.every((one) => one === 'silent') ? 'silent' : undefined
}

/**
 * The address is known by the line's own end alone, which keeps it while the provider is dead: all outside are silent, or rest
 * since they were.
 */
export function isAlone({ addresses, sightings }: Pick<Verdict, 'addresses' | 'sightings'>): boolean {
  const outside = outsideOf(sightings).filter((answer) => restOf(answer) !== 'resting')
  return hasAddress(addresses) && outside.length > 0 && outside.every(isSilentLately)
}

const isSilentLately = (answer: Known) =>
  restOf(answer) ? restOf(answer) === 'resting-silent' : witnessOf(answer) === 'silent'

/** Of those that can be asked. */
const outsideOf = (sightings: Verdict['sightings']): readonly Known[] =>
  sightings.flatMap(({ view, answer }) =>
    view === 'outside' && !(answer instanceof Failure && answer.reason === 'no-family') ? [answer] : [],
  )

/** Since it rests, it was not asked; undefined: it was. */
const restOf = (answer: Known): string | undefined =>
  answer instanceof Failure && answer.reason?.startsWith('resting') ? answer.reason : undefined

/** The same, and one of them was asked just now. */
export const isUnproven = (verdict: Pick<Verdict, 'addresses' | 'sightings'>): boolean =>
  isAlone(verdict) && proofOf(verdict) === 'silent'

/** Through which lines somebody outside was heard, and through which they were asked in vain. */
interface Hearing {
  readonly heard: readonly LineName[]
  /** Now, or before they came to rest; not for want of a way, as where the line has no such family; less those long mute. */
  readonly silent: readonly LineName[]
  /** Asked in vain in so many rounds while another line was heard, and not heard since: the services are not to blame. */
  readonly mute: ReadonlyMap<LineName, number>
  /** Heard, and with an address of that type. */
  readonly known: readonly LineName[]
}
export type Hearings = ReadonlyMap<AddressType, Hearing>

/** `before`: of the round before, in the same process. */
export function hearingsOf(verdicts: readonly LineVerdict[], before?: Hearings): Hearings {
  return new Map((['A', 'AAAA'] as const).map((type) => [type, hearingOf(type, verdicts, before?.get(type)?.mute)]))
}

function hearingOf(type: AddressType, verdicts: readonly LineVerdict[], before: Hearing['mute'] = new Map()): Hearing {
  const of = (is: (one: LineVerdict) => boolean) =>
    verdicts.flatMap((one) => (one.type === type && is(one) ? [one.line] : []))
  const [heard, inVain, asked] = [of(isHeardLately), of(isAskedInVain), of(isSilent)]
  const counts = [...new Set([...before.keys(), ...inVain])].map((line): [LineName, number] => {
    const isOne = heard.length > 0 && asked.includes(line)
    return [line, Math.min(MUTE, (before.get(line) ?? 0) + (isOne ? 1 : 0))]
  })
  const mute = new Map(counts.filter(([line]) => !heard.includes(line)))
  return {
    heard,
    silent: inVain.filter((line) => mute.get(line) !== MUTE),
    mute,
    known: of((one) => isHeardLately(one) && hasAddress(one.addresses)),
  }
}

/** Nothing is told by one round, in which services may just be failing. */
const MUTE = 3

/**
 * Somebody outside was heard through another line: then it is not the services that are silent on this one. By the other
 * family that counts where this line was heard by neither, and the other one not asked for this one in vain: one may have
 * IPv6 alone, and the other IPv4.
 */
export function isRivalHeard(hearings: Hearings, { line, type }: Pick<LineVerdict, 'line' | 'type'>): boolean {
  const { heard = [], silent = [] } = hearings.get(type) ?? {}
  const others = isHeard(hearings, line) ? heard : [...hearings.values()].flatMap((one) => one.heard)
  return others.some((other) => other !== line && (heard.includes(other) || !silent.includes(other)))
}

/** The same, where it matters: by IPv6 no line is judged that has been heard by IPv4, and has an address there. */
export const isJudged = (hearings: Hearings, one: Pick<LineVerdict, 'line' | 'type'>): boolean =>
  isRivalHeard(hearings, one) && !(one.type === 'AAAA' && hearings.get('A')?.known.includes(one.line))

/** By either family. */
export const isHeard = (hearings: Hearings, line: LineName): boolean =>
  [...hearings.values()].some(({ heard }) => heard.includes(line))

/** One that rests since it refused stands for a line that lives, for the others' sake too: it is asked again before long. */
function isHeardLately(verdict: LineVerdict): boolean {
  const proof = proofOf(verdict) // where all who were asked are silent, it may be so by now
  if (proof) return proof === 'reached'
  return outsideOf(verdict.sightings).some((answer) => restOf(answer) === 'resting-heard')
}

/** One that rests may have had no way; where the line has an address of that type it had one. */
const isAskedInVain = (verdict: LineVerdict) =>
  isSilent(verdict) || (hasAddress(verdict.addresses) && isSomeone('resting-silent', verdict))

const isSilent = (verdict: LineVerdict) => isSomeone('silent', verdict)

const isSomeone = (reason: Failure['reason'], { sightings }: LineVerdict) =>
  sightings.some(({ view, answer }) => view === 'outside' && answer instanceof Failure && answer.reason === reason)
