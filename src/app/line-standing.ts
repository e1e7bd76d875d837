import { Failure } from '../core/failure.ts'
import { type Family, isKnown, type LinePrefix } from '../core/plan.ts'
import type { Verdict } from '../core/quorum.ts'
import type { JudgedSighting } from '../core/sighting.ts'
import type { AddressType } from '../dns/rrset.ts'

/**
 * What the line's own end says of a family: that the line has it, whichever address is a host's, or that it has not. `unseen`:
 * what is known of it nobody has seen now.
 */
export type Standing = 'there' | 'absent' | 'unseen'
export type Standings = Readonly<Partial<Record<Family, Standing | undefined>>>

/** What is known of it beside the addresses. */
interface Beside {
  /** Whether the line has no such family, by the word of a router that was asked for that alone; undefined: none could tell. */
  readonly lacks: boolean | undefined
  /** What came of asking for it. `unneeded`: no host has a suffix; `unasked`: nobody could be asked, or needed to be. */
  readonly prefix: LinePrefix | Failure | undefined | 'unneeded' | 'unasked'
  /** The user wants several to agree: then the router alone is not enough. */
  readonly quorum: number | undefined
}

/** Of a type, and of the prefix of hosts of which this machine knows nothing. */
export function standingsOf(type: AddressType, verdict: Verdict, beside: Beside): Standings {
  const own = ownStanding(verdict, beside)
  if (type === 'A') return { A: own }
  const { prefix } = beside
  if (prefix === 'unneeded' || prefix instanceof Failure) return { AAAA: own }
  if (prefix === 'unasked') return { AAAA: own, prefix: own }
  if (prefix === undefined) {
    // That a router has none now says little while it is not connected, or where IPv6 comes from elsewhere.
    const isDenied = beside.lacks === true && !wantsMore(beside) && !verdict.sightings.some(contradicts)
    return { AAAA: own, prefix: isDenied ? 'absent' : undefined }
  }
  // This machine may have no IPv6 of its own on a line that has: then the router is who tells it.
  return prefix.isTold ? { AAAA: own } : { AAAA: own ?? 'there', prefix: 'there' }
}

/**
 * A family is absent where all say so, one of them at the line's own end; or that one alone, where nobody else can tell, and
 * where it takes the others' word (DS-Lite: what they see is the carrier's). Where several must agree so many of this
 * machine's sources must say so, the router counting as one. undefined: nobody there has said anything.
 */
function ownStanding({ addresses, sightings }: Verdict, beside: Beside): Standing | undefined {
  const { lacks, quorum = 1 } = beside
  const isNone = isKnown(addresses) && addresses.length === 0
  const agreed = sightings.filter(({ judgement }) => judgement === 'agreed')
  if (isNone && agreed.some(({ view }) => view === 'host')) return 'absent'
  if (lacks === false) return 'there'
  if (isKnown(addresses) && !isNone) return agreed.some(isSeen) ? undefined : 'unseen'
  if (sightings.some(contradicts)) return undefined
  const deny = sightings.filter(deniesNow)
  const router = lacks === true || deny.some(({ view }) => view === 'gateway') ? 1 : 0
  if (wantsMore(beside))
    return router + deny.filter(({ view }) => view === 'host').length >= quorum ? 'absent' : undefined
  return router > 0 || (!isNone && deny.length > 0) ? 'absent' : undefined
}

const wantsMore = ({ quorum = 1 }: Beside) => quorum > 1

const isSeen = ({ view, at }: JudgedSighting) => view !== 'given' && at === undefined

const deniesNow = ({ view, answer, at }: JudgedSighting) =>
  (view === 'host' || view === 'gateway') && isKnown(answer) && answer.length === 0 && at === undefined

/** Somebody has an address of the family. Inner ones, the carrier's, and what the router told some time ago are none. */
const contradicts = ({ answer, judgement, at }: JudgedSighting) =>
  isKnown(answer) && answer.length > 0 && at === undefined && judgement !== 'refused' && judgement !== 'vetoed'
