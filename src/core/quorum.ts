import { type AddressType, FAMILY, sameAddresses } from '../dns/rrset.ts'
import { Failure } from './failure.ts'
import type { Finding } from './finding.ts'
import { isKnown, type Known } from './plan.ts'
import { carrierNat, doubleNat, dsLite, theRouter } from './router-findings.ts'
import {
  describeRefusal,
  describeVote,
  isHidden,
  type JudgedSighting,
  type Sighting,
  type Vote,
  voteOf,
} from './sighting.ts'
import { answeredOf, type Carrier, campsOf, isThere, type Tally, tallyOf } from './tally.ts'

export interface QuorumRules {
  /** How many must agree; undefined: more than half of those that answer. */
  readonly quorum: number | undefined
  /** Blocks in CIDR notation that are accepted although special-purpose. */
  readonly allow: readonly string[]
}

export interface Verdict {
  readonly addresses: Known
  readonly sightings: readonly JudgedSighting[]
  readonly findings: readonly Finding[]
}

/** One answer out of all sources' answers for one type: of sets, compared as sets. `line` names the line in messages. */
export function judgeSightings(
  type: AddressType,
  sightings: readonly Sighting[],
  rules: QuorumRules,
  line?: string,
): Verdict {
  const all = sightings.map((sighting) => voteOf(type, sighting, rules.allow))
  const tally = tallyOf(all, rules.quorum)
  const votes = all.filter(isThere)
  const where = line ? ` on line ${line}` : ''
  return {
    addresses: tally.winner?.says ?? whyUnknown(type, votes, tally, where),
    sightings: all.map((vote) => judged(vote, tally)),
    findings: [...atTheRouter(votes, tally, line), ...disagreement(type, votes, tally, where)],
  }
}

function judged({ sighting, refused, says }: Vote, { winner, carrier }: Tally): JudgedSighting {
  if (!isKnown(sighting.answer)) return { ...sighting, refused, judgement: isHidden(sighting) ? 'hidden' : 'failed' }
  if (!says) return { ...sighting, refused, judgement: 'refused' }
  if (carrier && sighting.view === 'outside') return { ...sighting, refused, judgement: 'vetoed' }
  if (!winner) return { ...sighting, refused, judgement: 'undecided' }
  return { ...sighting, refused, judgement: sameAddresses(winner.says, says) ? 'agreed' : 'disagreed' }
}

function whyUnknown(type: AddressType, votes: readonly Vote[], tally: Tally, where: string): Failure {
  const { carrier, camps, voters, needed } = tally
  const what = `the ${FAMILY[type]} address${where} is unknown`
  if (votes.length === 0) return new Failure('unsupported', `${what}: no address source can tell it`)
  if (carrier) {
    const why = `${shownText(carrier)}; what is seen from outside is the carrier's address`
    return new Failure('rejected', `${what}: ${why}`, SHARED)
  }
  const reasons = votes.map(describeVote).join('; ')
  if (campsOf(votes).length > 1) return new Failure('protocol', `${what}: the sources disagree (${reasons})`)
  const answered = answeredOf(camps)
  if (answered > 0) {
    const count = `${answered} of ${voters} sources agree, ${needed} must`
    return new Failure('unavailable', `${what}: ${count} (${reasons})`)
  }
  const isShared = votes.some(({ refused }) => refused.some(({ why }) => why.explain === 'behind-cgnat'))
  return new Failure(kindOf(votes), `${what}: ${reasons}`, isShared ? SHARED : {})
}

const SHARED = { reason: 'shared-address' } as const

function shownText({ source, shown, isOld }: Carrier): string {
  const what = shown === 'no-address' ? 'connected without an IPv4 address (DS-Lite)' : describeRefusal(shown)
  return `${source}: ${what}${isOld ? ' (shown lately; it does not tell now)' : ''}`
}

/** A cancelled round says nothing of the sources; a refused address says more than a silent source. */
function kindOf(votes: readonly Vote[]): Failure['kind'] {
  const kinds = votes.flatMap(({ sighting: { answer, isOld }, says }) => {
    if (!isKnown(answer)) return answer.kind
    return isOld && says ? [] : ('rejected' as const)
  })
  const telling = (['cancelled', 'rejected'] as const).find((kind) => kinds.includes(kind))
  return telling ?? (kinds.every((kind) => kind === kinds[0]) ? kinds[0] : undefined) ?? 'network'
}

/**
 * What the line's end itself says. A second router is no fault while both pass port 25 on, and a round cannot tell: to warn
 * is left to whoever looks from outside. An address of this box's own, or given by the user, does not end at that router.
 */
function atTheRouter(votes: readonly Vote[], { carrier, winner }: Tally, line: string | undefined): readonly Finding[] {
  const about = line === undefined ? '' : `line ${line}: `
  if (carrier) {
    if (winner) return []
    const { shown, source, view } = carrier
    const router = view === 'host' ? `this machine (${source})` : theRouter(source)
    const text = shown === 'no-address' ? dsLite(router) : carrierNat(router, shown.address)
    return [{ id: 'behind-cgnat', severity: 'error', ...text, message: `${about}${text.message}`, line }]
  }
  const shown = votes.flatMap(({ sighting: { source, view }, refused, says }) =>
    view === 'gateway' && !says ? refused.map((one) => ({ ...one, source })) : [],
  )
  const inner = shown.find(({ why }) => why.explain === 'double-nat')
  if (!inner) return []
  const text = doubleNat(theRouter(inner.source), inner.address)
  return [{ id: 'double-nat', severity: 'info', ...text, message: `${about}${text.message}` }]
}

const JUST_CHANGED = 'wait for the next round if the address has just changed; else '
const OTHER_WAY =
  'leave out the source that sees another way out (a VPN, a proxy, a second line), or name one more source'
const OTHER_THAN_ROUTER =
  'this box goes out another way than by that router (policy routing, a VPN, a second line), or the carrier translates public addresses, and lets no port 25 in: ask the ISP'
/** Routers on miniupnpd keep back every address that is not public, so that the one cannot be told from the other. */
const NONE_AT_ROUTER =
  'the router stands behind another one, or behind carrier-grade NAT or DS-Lite, where no port 25 can be reached: ask the ISP whether the line has a public IPv4 address of its own'

function disagreement(type: AddressType, votes: readonly Vote[], tally: Tally, where: string): readonly Finding[] {
  const { carrier, winner } = tally
  const heard = votes.filter(
    ({ says, sighting: { view } }) => says && !(carrier && view !== 'host' && view !== 'given'),
  )
  const hiding = winner && !carrier && winner.says.length > 0 ? hidingOf(votes) : []
  if (campsOf(heard).length < 2 && hiding.length === 0) return []
  const then = winner ? `${winner.says.join(' ')} is used` : 'none is believed'
  return [
    {
      id: 'sources-disagree',
      severity: winner ? 'info' : 'warn',
      message: `the address sources disagree about ${FAMILY[type]}${where}: ${[...heard, ...hiding].map(describeVote).join('; ')}; ${then}`,
      remedy: JUST_CHANGED + causeOf(type, heard, hiding.length > 0),
      reference: 'settings ipSources and quorum',
    },
  ]
}

/** Those of a router that keeps its address back by every way in which it answers. */
function hidingOf(votes: readonly Vote[]): readonly Vote[] {
  const router = votes.filter(({ sighting: { view } }) => view === 'gateway')
  const shows = router.some(({ sighting: { answer } }) => isKnown(answer))
  return shows ? [] : router.filter(({ sighting }) => isHidden(sighting))
}

function causeOf(type: AddressType, heard: readonly Vote[], isHiding: boolean): string {
  const others = campsOf(heard.filter(({ sighting }) => sighting.view !== 'gateway'))
  if (others.length !== 1) return OTHER_WAY
  const isNone = heard.some(({ sighting: { view }, says }) => view === 'gateway' && says?.length === 0)
  return (isNone || isHiding) && type === 'A' ? NONE_AT_ROUTER : OTHER_THAN_ROUTER
}
