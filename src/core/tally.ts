import { type IpAddress, sameAddresses } from '../dns/rrset.ts'
import { isKnown } from './plan.ts'
import { isHidden, type Shared, type SourceView, type Vote } from './sighting.ts'

/** Those that say the same, compared as sets. */
export interface Camp {
  readonly says: readonly IpAddress[]
  readonly size: number
}

export interface Carrier {
  readonly source: string
  readonly view: SourceView
  readonly shown: Shared
  /** It was shown by a router that does not tell now. */
  readonly isOld: boolean
}

/** The votes, counted. */
export interface Tally {
  /** What shows that the carrier shares its address; undefined: nothing does. */
  readonly carrier: Carrier | undefined
  readonly camps: readonly Camp[]
  /** How many the user named, all router sources counted as one. */
  readonly voters: number
  readonly needed: number
  readonly winner: Camp | undefined
}

/**
 * The public views decide by themselves. The router's word, however many of its sources repeat it, counts where they do not
 * agree among themselves, for the side that it is on; alone only where no other view answers. So a router never stands
 * against a public view; but what it shows to be carrier-grade NAT or DS-Lite takes the vote from every view outside.
 *
 * Where sources outside are named and all are silent, "more than half of those that answer" is the router: it is believed,
 * for it is the line's end and says what it was given, and mail must not wait until a stranger's service is back. A user who
 * wants more sets `quorum`: below it nothing is believed. What a router told by itself some time ago stands only beside others
 * who say the same: a line that is silent may be dead, or have another address.
 */
export function tallyOf(all: readonly Vote[], quorum: number | undefined): Tally {
  const votes = all.filter(isThere)
  const router = votes.filter(({ sighting }) => sighting.view === 'gateway')
  const carrier = carrierOf(votes)
  const named = votes.filter(({ sighting }) => sighting.optional !== true)
  const others = named.filter(({ sighting }) => sighting.view !== 'gateway')
  const voters = others.length + (named.length > others.length ? 1 : 0)
  const camps = campsOf(publicVotes(votes, carrier !== undefined))
  const needed = neededOf(voters, camps, quorum)
  const winner = winnerOf(camps, needed)
  const word = carrier ? undefined : wordOf(router, named.some(isAsked) ? camps : undefined)
  if (!word || (winner && (winner.says.length > 0 || word.length === 0)))
    return { carrier, camps, voters, needed, winner }
  const joined = join(camps, word)
  const more = neededOf(voters, joined, quorum)
  return { carrier, camps: joined, voters, needed: more, winner: winnerOf(joined, more) }
}

/** Who could have told it now. An interface that has only an inner address, as a box behind a router has, is none. */
const isAsked = ({ sighting: { view, at }, refused, says, shared }: Vote) =>
  at === undefined && (view !== 'host' || says !== undefined || refused.length === 0 || shared !== undefined)

/** What the router says; `camps`: of others who were asked, if any were named. */
function wordOf(router: readonly Vote[], camps: readonly Camp[] | undefined): readonly IpAddress[] | undefined {
  const current = campsOf(router.filter(({ sighting }) => sighting.isOld !== true))
  const says = winnerOf(current.length > 0 ? current : campsOf(router), 1)?.says
  const isBacked = !camps || current.length > 0 || camps.some((camp) => says && sameAddresses(camp.says, says))
  return isBacked ? says : undefined
}

/** Nothing that the pending ones may answer can change the outcome. The line's end may still veto: it is never left out. */
export function isDecided(all: readonly Vote[], pending: readonly SourceView[], quorum: number | undefined): boolean {
  if (pending.includes('gateway') || pending.includes('host')) return false
  const votes = all.filter(isThere)
  const isCarriers = carrierOf(votes) !== undefined
  const open = pending.filter((view) => view !== 'outside' || !isCarriers).length
  if (open === 0) return true
  const camps = campsOf(publicVotes(votes, isCarriers))
  const [first, second] = bySize(camps)
  if (!first || first.says.length === 0) return false
  const needed = quorum ?? Math.floor((answeredOf(camps) + open) / 2) + 1
  return first.size >= needed && first.size > (second?.size ?? 0) + open
}

export const answeredOf = (camps: readonly Camp[]): number => camps.reduce((sum, { size }) => sum + size, 0)

/** One that nobody named and that is silent is not there; one that keeps its address back is, and one that showed it lately. */
export const isThere = ({ sighting, shared }: Vote): boolean =>
  sighting.optional !== true || isKnown(sighting.answer) || isHidden(sighting) || shared !== undefined

const publicVotes = (votes: readonly Vote[], isCarriers: boolean) =>
  votes.filter(({ sighting: { view } }) => view !== 'gateway' && !(isCarriers && view === 'outside'))

/**
 * That a router has no address is a veto only against somebody outside who sees one, and not where the router shows a public
 * one by another way: then it was asked in the middle of a reconnection. Nor does what it told by itself or showed lately, or
 * what one interface of this box shows, stand against a public address that it shows when it is asked, or that another one has.
 */
function carrierOf(votes: readonly Vote[]): Carrier | undefined {
  const sees = (wanted: SourceView) =>
    votes.some(({ sighting: { view, at }, says = [] }) => view === wanted && at === undefined && says.length > 0)
  const isPublic = sees('gateway') || sees('host')
  const shown = votes.flatMap(({ sighting: { source, view, answer, at }, shared }): Carrier | [] =>
    shared && !(isPublic && (at !== undefined || view === 'host' || !isKnown(answer)))
      ? { source, view, shown: shared, isOld: !isKnown(answer) }
      : [],
  )
  const isNone = sees('outside') && !sees('gateway')
  return shown.find((one) => one.shown !== 'no-address') ?? (isNone ? shown[0] : undefined)
}

export function campsOf(votes: readonly Vote[]): readonly Camp[] {
  const said = votes.flatMap(({ says }) => (says ? [says] : []))
  const distinct = said.filter((says, i) => said.findIndex((other) => sameAddresses(other, says)) === i)
  return distinct.map((says) => ({ says, size: said.filter((other) => sameAddresses(other, says)).length }))
}

function join(camps: readonly Camp[], word: readonly IpAddress[]): readonly Camp[] {
  if (!camps.some(({ says }) => sameAddresses(says, word))) return [...camps, { says: word, size: 1 }]
  return camps.map((camp) => (sameAddresses(camp.says, word) ? { ...camp, size: camp.size + 1 } : camp))
}

function neededOf(voters: number, camps: readonly Camp[], quorum: number | undefined): number {
  if (voters === 1) return 1 // whoever configures a single source has chosen to believe it
  return quorum ?? Math.floor(answeredOf(camps) / 2) + 1
}

const bySize = (camps: readonly Camp[]) => camps.toSorted((one, other) => other.size - one.size)

/** The largest camp, if it alone is the largest. That nothing is there counts only where nobody saw anything. */
function winnerOf(camps: readonly Camp[], needed: number): Camp | undefined {
  const [first, second] = bySize(camps)
  if (!first || first.size < needed || first.size === second?.size) return undefined
  return first.says.length === 0 && second ? undefined : first
}
