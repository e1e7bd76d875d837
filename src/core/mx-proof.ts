import { Failure } from './failure.ts'
import type { MxSet } from './locate.ts'
import { sameMx } from './mx.ts'

/**
 * What the name servers prove of an MX RRset that was written: `confirmed` as for addresses; `seen`: only a resolver
 * could be asked; `accepted`: nobody; `pending`: some have it not, or not yet.
 */
export type MxProof = 'confirmed' | 'seen' | 'accepted' | 'pending'

interface Answer {
  readonly name: string
  readonly address: string
  readonly mx: MxSet | Failure
}

/** All that answer have it, and more than half of the servers' names answered. Silence proves nothing. */
export function proofOf(servers: readonly Answer[], resolver: MxSet | Failure, wanted: MxSet): MxProof {
  const heard = servers.filter(({ mx }) => !(mx instanceof Failure))
  if (heard.length === 0) return holds(resolver, wanted) ? 'seen' : 'accepted'
  const all = heard.every(({ mx }) => holds(mx, wanted))
  return all && 2 * namesOf(heard) > namesOf(servers) ? 'confirmed' : 'pending'
}

const holds = (answer: MxSet | Failure, wanted: MxSet) => !(answer instanceof Failure) && sameMx(answer, wanted)

const namesOf = (servers: readonly Answer[]) => new Set(servers.map(({ name, address }) => name || address)).size
