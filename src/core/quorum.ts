import { type AddressType, addressType, FAMILY, type IpAddress, sameAddresses } from '../dns/rrset.ts'
import { type NotPublic, whyNotPublic } from '../dns/special-purpose.ts'
import { Failure } from './failure.ts'
import type { Finding } from './finding.ts'
import type { Instant } from './instant.ts'
import { isKnown, type Known } from './plan.ts'

/** Whose eyes: the internet's, the router's, an interface's of this box, the user's own word. */
export type SourceView = 'outside' | 'gateway' | 'host' | 'given'

/** What one address source said of one type. */
export interface Sighting {
  readonly source: string
  readonly view: SourceView
  readonly answer: Known
  /** Of a source that is told, not asked: since when it has had its answer. */
  readonly at?: Instant | undefined
}

export interface Refusal {
  readonly address: IpAddress
  readonly why: NotPublic
}

/**
 * A sighting and what came of it. `refused`: it said nothing but addresses that cannot be public; `undecided`: not enough
 * agree for any answer to be believed.
 */
export interface JudgedSighting extends Sighting {
  readonly judgement: 'agreed' | 'disagreed' | 'undecided' | 'refused' | 'failed'
  /** Left out of the answer; may stand beside `agreed` when other addresses remained. */
  readonly refused: readonly Refusal[]
}

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

interface Vote {
  readonly sighting: Sighting
  readonly refused: readonly Refusal[]
  /** undefined: it has no vote. */
  readonly says: readonly IpAddress[] | undefined
}
interface Camp {
  readonly says: readonly IpAddress[]
  readonly size: number
}

/** One answer out of all sources' answers for one type: of sets, compared as sets. `line` names the line in messages. */
export function judgeSightings(
  type: AddressType,
  sightings: readonly Sighting[],
  rules: QuorumRules,
  line?: string,
): Verdict {
  const votes = sightings.map((sighting) => voteOf(type, sighting, rules.allow))
  const camps = campsOf(votes)
  const needed = neededOf(sightings.length, camps, rules.quorum)
  const winner = winnerOf(camps, needed)
  const where = line ? ` on line ${line}` : ''
  return {
    addresses: winner?.says ?? whyUnknown(type, votes, camps, needed, where),
    sightings: votes.map((vote) => judged(vote, winner)),
    findings: camps.length > 1 ? [disagreement(type, votes, winner, where)] : [],
  }
}

function voteOf(type: AddressType, sighting: Sighting, allow: readonly string[]): Vote {
  const { answer, source } = sighting
  if (!isKnown(answer)) return { sighting, refused: [], says: undefined }
  const own = answer.filter((address) => addressType(address) === type)
  if (own.length < answer.length) {
    const failure = new Failure('protocol', `${source}: the answer holds an address of the other family`)
    return { sighting: { ...sighting, answer: failure }, refused: [], says: undefined }
  }
  const refused = own.flatMap((address): Refusal | [] => {
    const why = whyNotPublic(address, allow)
    return why ? { address, why } : []
  })
  const left = [...new Set(own)].filter((address) => !refused.some((one) => one.address === address))
  return { sighting, refused, says: left.length === 0 && refused.length > 0 ? undefined : left }
}

function campsOf(votes: readonly Vote[]): readonly Camp[] {
  const said = votes.flatMap(({ says }) => (says ? [says] : []))
  const distinct = said.filter((says, i) => said.findIndex((other) => sameAddresses(other, says)) === i)
  return distinct.map((says) => ({ says, size: said.filter((other) => sameAddresses(other, says)).length }))
}

function neededOf(asked: number, camps: readonly Camp[], quorum: number | undefined): number {
  if (asked === 1) return 1 // whoever configures a single source has chosen to believe it
  const answered = camps.reduce((sum, { size }) => sum + size, 0)
  return quorum ?? Math.floor(answered / 2) + 1
}

/** The largest camp, if it alone is the largest. That nothing is there counts only where nobody saw anything. */
function winnerOf(camps: readonly Camp[], needed: number): Camp | undefined {
  const [first, second] = camps.toSorted((one, other) => other.size - one.size)
  if (!first || first.size < needed || first.size === second?.size) return undefined
  return first.says.length === 0 && second ? undefined : first
}

function judged({ sighting, refused, says }: Vote, winner: Camp | undefined): JudgedSighting {
  if (!isKnown(sighting.answer)) return { ...sighting, refused, judgement: 'failed' }
  if (!says) return { ...sighting, refused, judgement: 'refused' }
  if (!winner) return { ...sighting, refused, judgement: 'undecided' }
  return { ...sighting, refused, judgement: sameAddresses(winner.says, says) ? 'agreed' : 'disagreed' }
}

function whyUnknown(
  type: AddressType,
  votes: readonly Vote[],
  camps: readonly Camp[],
  needed: number,
  where: string,
): Failure {
  const what = `the ${FAMILY[type]} address${where} is unknown`
  if (votes.length === 0) return new Failure('unsupported', `${what}: no address source can tell it`)
  const reasons = votes.map(reasonOf).join('; ')
  if (camps.length > 1) return new Failure('protocol', `${what}: the sources disagree (${reasons})`)
  const answered = camps.reduce((sum, { size }) => sum + size, 0)
  if (answered > 0) {
    const count = `${answered} of ${votes.length} sources agree, ${needed} must`
    return new Failure('unavailable', `${what}: ${count} (${reasons})`)
  }
  return new Failure(kindOf(votes), `${what}: ${reasons}`)
}

/** A cancelled round says nothing of the sources; a refused address says more than a silent source. */
function kindOf(votes: readonly Vote[]): Failure['kind'] {
  const kinds = votes.map(({ sighting: { answer } }) => (isKnown(answer) ? 'rejected' : answer.kind))
  const telling = (['cancelled', 'rejected'] as const).find((kind) => kinds.includes(kind))
  return telling ?? (kinds.every((kind) => kind === kinds[0]) ? kinds[0] : undefined) ?? 'network'
}

function reasonOf({ sighting: { source, answer }, refused, says }: Vote): string {
  if (!isKnown(answer)) return answer.message.startsWith(source) ? answer.message : `${source}: ${answer.message}`
  if (says) return `${source}: ${says.join(' ') || 'none'}`
  return `${source}: ${refused.map(describeRefusal).join(', ')}`
}

/** `100.64.3.4 is not public: Shared Address Space (100.64.0.0/10, RFC 6598), carrier-grade NAT ...` */
export function describeRefusal({ address, why: { block, name, rfc, hint } }: Refusal): string {
  return `${address} is not public: ${name} (${block}, ${rfc})${hint ? `, ${hint}` : ''}`
}

function disagreement(type: AddressType, votes: readonly Vote[], winner: Camp | undefined, where: string): Finding {
  const seen = votes.filter(({ says }) => says).map(reasonOf)
  const then = winner ? `${winner.says.join(' ')} is used` : 'none is believed'
  return {
    id: 'sources-disagree',
    severity: winner ? 'info' : 'warn',
    message: `the address sources disagree about ${FAMILY[type]}${where}: ${seen.join('; ')}; ${then}`,
    remedy:
      'wait for the next round if the address has just changed; else leave out the source that sees another way out (a VPN, a proxy, a second line), or set quorum',
    reference: 'settings ipSources and quorum',
  }
}
