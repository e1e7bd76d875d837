import { type IpAddress, sameAddresses } from '../dns/rrset.ts'
import { isKnown, type Known } from './plan.ts'

export type ConfirmationState = 'confirmed' | 'visible' | 'contradicted' | 'seen' | 'accepted' | 'unknown'

/** One authoritative server's answer, at one of its addresses. */
export interface ServerAnswer {
  /** The NS name; empty where the user named the server by its address. */
  readonly name: string
  /** With its port where that is not 53; empty where the name has none. */
  readonly address: string
  /** A Failure: silent, lame or without an address; reason `no-route`: not asked. */
  readonly answer: Known
  readonly ttl?: number | undefined
}

export interface Confirmation {
  readonly state: ConfirmationState
  readonly seen: number
  readonly asked: number
  readonly servers: readonly ServerAnswer[]
  /** From the provider's answer to this state; absent where nothing was sent. */
  readonly ms?: number | undefined
}

interface Evidence {
  readonly servers: readonly ServerAnswer[]
  /** What a resolver says, asked only where no authoritative server answered. */
  readonly resolver?: Known | undefined
  /** The provider accepted the set; false: its answer was lost. */
  readonly accepted: boolean
  /** The time for confirmation has passed. */
  readonly over: boolean
}

/** What the name servers' answers prove of a published set. Silence proves nothing. */
export function confirmationOf(addresses: readonly IpAddress[], evidence: Evidence): Confirmation {
  const { servers } = evidence
  const reachable = servers.filter(({ answer }) => isKnown(answer) || answer.reason !== 'no-route')
  const heard = servers.filter(({ answer }) => isKnown(answer))
  const seen = heard.filter(({ answer }) => holds(answer, addresses)).length
  return { state: stateOf(addresses, evidence, heard, seen), seen, asked: reachable.length, servers }
}

function stateOf(
  addresses: readonly IpAddress[],
  { servers, resolver, accepted, over }: Evidence,
  heard: readonly ServerAnswer[],
  seen: number,
): ConfirmationState {
  if (heard.length === 0) {
    if (holds(resolver, addresses)) return 'seen'
    return accepted ? 'accepted' : 'unknown'
  }
  if (seen === 0) return over ? 'contradicted' : 'visible'
  return seen === heard.length && 2 * namesOf(heard) > namesOf(servers) ? 'confirmed' : 'visible'
}

const holds = (known: Known | undefined, addresses: readonly IpAddress[]): boolean =>
  isKnown(known) && sameAddresses(known, addresses)

const namesOf = (servers: readonly ServerAnswer[]) => new Set(servers.map(({ name, address }) => name || address)).size
