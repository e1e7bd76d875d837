import { type AddressType, addressType, type IpAddress } from '../dns/rrset.ts'
import { type NotPublic, whyNotPublic } from '../dns/special-purpose.ts'
import { Failure } from './failure.ts'
import type { Instant } from './instant.ts'
import { isKnown, type Known } from './plan.ts'

/** Whose eyes: the internet's, the router's, an interface's of this box, the user's own word. */
export type SourceView = 'outside' | 'gateway' | 'host' | 'given'

/** What one address source said of one type. */
export interface Sighting {
  readonly source: string
  readonly view: SourceView
  readonly answer: Known
  /** The user did not name it: without an answer it is as if it were not there. */
  readonly optional?: true | undefined
  /** Of a source that is told, not asked: since when it has had its answer. */
  readonly at?: Instant | undefined
  /** That was some time ago: the line may have another one since. */
  readonly isOld?: true | undefined
  /** What a router that does not tell now has shown lately, and what kept the views outside from being believed. */
  readonly lately?: Shared | undefined
}

/** What a router shows whose carrier shares its address: one of carrier-grade NAT or of DS-Lite; with DS-Lite maybe none at all. */
export type Shared = Refusal | 'no-address'

export interface Refusal {
  readonly address: IpAddress
  readonly why: NotPublic
}

/**
 * A sighting and what came of it. `refused`: it said nothing but addresses that cannot be public; `undecided`: not enough
 * agree for any answer to be believed; `vetoed`: the router shows that what is seen outside is the carrier's address; `hidden`: a router keeps its address back.
 */
export interface JudgedSighting extends Sighting {
  readonly judgement: 'agreed' | 'disagreed' | 'undecided' | 'refused' | 'vetoed' | 'hidden' | 'failed'
  /** Left out of the answer; may stand beside `agreed` when other addresses remained. */
  readonly refused: readonly Refusal[]
}

/** A sighting, and what of it counts. */
export interface Vote {
  readonly sighting: Sighting
  readonly refused: readonly Refusal[]
  /** undefined: it has no vote. */
  readonly says: readonly IpAddress[] | undefined
  /** Of a router's: that the carrier shares its address. */
  readonly shared?: Shared | undefined
}

/** What an answer from outside proves of a way out. */
export type Witness = 'heard' | 'silent'

/**
 * `heard`: somebody has answered, whatever he said; `silent`: nothing was heard, or there is no way. undefined: neither, since
 * what was heard may come from nearer (a refused connection, a certificate), or there was nobody to ask (a name that is none).
 */
export function witnessOf(answer: Known): Witness | undefined {
  if (isKnown(answer)) return 'heard'
  const { kind, reason } = answer
  if (reason === 'silent' || reason === 'no-route') return 'silent'
  return (['network', 'cancelled', 'bug', 'unsupported'] as const).some((one) => one === kind) ? undefined : 'heard'
}

export const isHidden = ({ answer }: Pick<Sighting, 'answer'>): boolean =>
  !isKnown(answer) && answer.reason === 'hidden'

/** `allow`: blocks in CIDR notation that are accepted although special-purpose. */
export function voteOf(type: AddressType, sighting: Sighting, allow: readonly string[]): Vote {
  const { answer, source } = sighting
  if (!isKnown(answer)) return { sighting, refused: [], says: undefined, shared: sighting.lately }
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
  const says = left.length === 0 && refused.length > 0 ? undefined : left
  return { sighting, refused, says, shared: sharedOf(type, sighting, refused, left.length > 0) }
}

/**
 * A router that is asked, and knows that it has no IPv4 address, is one of DS-Lite. What one told by itself stands until it
 * tells again, and may be of a time before. Where the line ends at this box, its own interface shows what a router would.
 */
function sharedOf(
  type: AddressType,
  { view, answer, at }: Sighting,
  refused: readonly Refusal[],
  isPublic: boolean,
): Shared | undefined {
  const shown = refused.find(({ why }) => why.explain === 'behind-cgnat')
  if (view === 'host') return isPublic ? undefined : shown
  if (view !== 'gateway') return undefined
  if (shown) return shown
  return type === 'A' && isKnown(answer) && answer.length === 0 && at === undefined ? 'no-address' : undefined
}

/** `100.64.3.4 is not public: Shared Address Space (100.64.0.0/10, RFC 6598), carrier-grade NAT ...` */
export function describeRefusal({ address, why: { block, name, rfc, hint } }: Refusal): string {
  return `${address} is not public: ${name} (${block}, ${rfc})${hint ? `, ${hint}` : ''}`
}

/** `public-ip: 5.9.1.7` */
export function describeVote({ sighting: { source, answer, isOld }, refused, says }: Vote): string {
  if (!isKnown(answer)) return answer.message.startsWith(source) ? answer.message : `${source}: ${answer.message}`
  if (says) return `${source}: ${says.join(' ') || 'none'}${isOld ? ' (told some time ago)' : ''}`
  return `${source}: ${refused.map(describeRefusal).join(', ')}`
}
