import type { ServerAnswer } from '../core/confirmation.ts'
import { Failure } from '../core/failure.ts'
import { isKnown, type Known, type Look } from '../core/plan.ts'
import type { Message } from '../dns/message.ts'
import { type IpAddress, type RRsetName, sameAddresses } from '../dns/rrset.ts'
import type { Asking } from './asking.ts'
import { askAuthority } from './authority.ts'
import { askStub } from './stub.ts'

/** A name that the wildcard must answer for, since nobody has made it. */
const literal = ({ owner }: RRsetName, random: () => number): string =>
  owner.startsWith('*.') ? `mxhome-${random().toString(36).slice(2, 10)}${owner.slice(1)}` : owner

/** What each authoritative server says of an address RRset. Empty when no server can be found. Never rejects but when cancelled. */
export async function serverAnswers(
  asking: Asking,
  rrset: RRsetName,
  random: () => number,
  signal: AbortSignal,
): Promise<readonly ServerAnswer[]> {
  const question = { name: literal(rrset, random), type: rrset.type }
  const heard = await askAuthority(asking, rrset.owner, question, signal).catch(() => [])
  return heard.map(({ name, address, reply }) => ({
    name,
    address,
    ...(reply instanceof Failure ? { answer: reply } : addressesIn(reply, question.name)),
  }))
}

/** What a stub resolver says: possibly a cached answer. */
export async function resolverAnswer(
  asking: Asking,
  rrset: RRsetName,
  random: () => number,
  signal: AbortSignal,
): Promise<Known> {
  const name = literal(rrset, random)
  return askStub(asking, name, rrset.type, signal).then((reply) => addressesIn(reply, name).answer, Failure.from)
}

/** One answer out of all servers' answers: what all that answered say. */
export function agreed(answers: readonly ServerAnswer[]): Look {
  const heard = answers.filter(({ answer }) => isKnown(answer))
  const first = heard[0]?.answer
  if (!isKnown(first)) return { known: new Failure('network', 'no authoritative server answered') }
  const same = heard.every(({ answer }) => isKnown(answer) && sameAddresses(answer, first))
  if (!same) return { known: new Failure('protocol', 'the name servers differ') }
  return { known: first, ttl: Math.max(...heard.map(({ ttl }) => ttl ?? 0)) }
}

/** The addresses at the name itself: beside an alias no address record can stand (RFC 1034 3.6.2), so those behind it are not its own. */
function addressesIn({ answers }: Message, name: string): { answer: readonly IpAddress[]; ttl?: number } {
  const own = answers.filter(({ owner, data }) => owner === name && (data.type === 'A' || data.type === 'AAAA'))
  const answer = own.flatMap(({ data }) => ('address' in data ? [data.address] : []))
  const [first] = own
  return first ? { answer, ttl: first.ttl } : { answer }
}
