import { Failure } from '../core/failure.ts'
import { isKnown, type LinePrefix } from '../core/plan.ts'
import type { Verdict } from '../core/quorum.ts'
import type { JudgedSighting } from '../core/sighting.ts'

/** What the line's own end says of a family: that the line has it, whichever address is a host's, or that it has not. */
export type Standing = 'there' | 'absent'

/** What is known of it beside the addresses. */
interface Beside {
  /** Whether the line has no such family, by the word of a router that was asked for that alone; undefined: none could tell. */
  readonly lacks: boolean | undefined
  readonly prefix: LinePrefix | Failure | undefined
  /** The user wants several to agree: then the router alone is not enough. */
  readonly quorum: number | undefined
}

/**
 * A family is absent where all say so, one of them at the line's own end; or that one alone, where nobody else can tell, and
 * where it takes the others' word (DS-Lite: what they see is the carrier's). A prefix that the router has is for hosts of
 * which this machine knows nothing. undefined: nobody at the line's end has said anything.
 */
export function standingOf(verdict: Verdict, { lacks, prefix, quorum }: Beside): Standing | undefined {
  const { addresses, sightings } = verdict
  if (prefix !== undefined && !(prefix instanceof Failure) && !prefix.isTold) return 'there'
  const isNone = isKnown(addresses) && addresses.length === 0
  const agreed = sightings.filter(({ judgement }) => judgement === 'agreed')
  if (isNone && agreed.some(({ view }) => view === 'host')) return 'absent'
  if (lacks === false) return 'there'
  if (quorum !== undefined || (isKnown(addresses) && !isNone)) return undefined
  if (isNone) return lacks === true || agreed.some(({ view }) => view === 'gateway') ? 'absent' : undefined
  const isVetoed = sightings.some(({ judgement }) => judgement === 'vetoed')
  const isDenied = lacks === true || (isVetoed && sightings.some(deniesNow))
  return isDenied && !sightings.some(contradicts) ? 'absent' : undefined
}

const deniesNow = ({ view, answer, at }: JudgedSighting) =>
  view !== 'outside' && isKnown(answer) && answer.length === 0 && at === undefined

/** Somebody has an address of the family. Inner ones, the carrier's, and what the router told some time ago are none. */
const contradicts = ({ answer, judgement, at }: JudgedSighting) =>
  isKnown(answer) && answer.length > 0 && at === undefined && judgement !== 'refused' && judgement !== 'vetoed'
