import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import { doubtAfter, isDoubted } from '../core/line-doubt.ts'
import { isKnown, type Known, type LineName, type LinePrefix } from '../core/plan.ts'
import type { State } from '../core/state.ts'
import type { AddressType } from '../dns/rrset.ts'
import type { Clock } from '../ports/clock.ts'
import type { Hurry } from './ask-sources.ts'

/** One family of one line. */
interface Of {
  readonly line: LineName
  readonly type: AddressType
}

/** What was learnt of it. */
export interface Learnt extends Of {
  readonly addresses: Known
  /** Asked for only where the addresses do not tell it. */
  readonly prefix?: LinePrefix | Failure | undefined
}

/** How long one that is doubted is still waited for. */
const GRACE = SECOND
const LATE = 'nobody waits for it any more'
const ALL = 'all have answered'

const keyOf = ({ line, type }: Of): string => `${line} ${type}`

/**
 * Who is not waited for to the end: a family of which nothing has been learnt for long, where something has happened to
 * another. A round that nothing hints at hears it in full, so that a slow line that works again is found; so does any while
 * its link is unsure, since a miss would count against it.
 */
export const doubtedBy =
  ({ troubles, hint, now }: Hurry, links: State['lines']) =>
  (one: Of): boolean =>
    hint && links?.[one.line]?.link?.state !== 'unsure' && isDoubted(troubles.get(keyOf(one)), now())

export function rememberDoubts(all: readonly Learnt[], { troubles, now }: Hurry): void {
  for (const one of all) {
    const doubt = doubtAfter(troubles.get(keyOf(one)), whyUnknown(one), now())
    if (doubt) troubles.set(keyOf(one), doubt)
    else troubles.delete(keyOf(one))
  }
}

/** A family that no source can tell has nobody to wait for. */
function whyUnknown({ addresses, prefix }: Learnt): Failure | undefined {
  if (prefix instanceof Failure) return prefix
  return isKnown(addresses) || addresses.kind === 'unsupported' ? undefined : addresses
}

/**
 * Asks all side by side. Those that are doubted are told by `late` that their time is up: that all others are through, and
 * somebody has an address that is not to be kept waiting. `ask` never rejects.
 */
export async function askAll<Q extends Of, A extends Learnt>(
  questions: readonly Q[],
  ask: (question: Q, late: AbortSignal | undefined) => Promise<A>,
  isDoubted: (question: Q) => boolean,
  clock: Pick<Clock, 'sleep'>,
): Promise<readonly A[]> {
  const late = new AbortController()
  const over = new AbortController()
  const asked = questions.map((one) => {
    const doubted = isDoubted(one)
    return { doubted, answer: ask(one, doubted ? late.signal : undefined) }
  })
  const all = Promise.all(asked.map(({ answer }) => answer)).finally(() => over.abort(ALL))
  const giveUp = async () => {
    await Promise.all(asked.flatMap(({ doubted, answer }) => (doubted ? [] : answer)))
    await Promise.race([all, ...asked.map(({ answer }) => answer.then(knownOr(all)))])
    await clock.sleep(GRACE, over.signal)
    late.abort(LATE)
  }
  const [answers] = await Promise.all([all, asked.some(({ doubted }) => doubted) && giveUp()])
  return answers
}

/** Resolves at once with what is known, else when all have answered. */
const knownOr = (all: Promise<unknown>) => (one: Learnt) => (isKnown(one.addresses) ? one : all)

/** Of a line that has said something, the rest is heard out: what is still to come may change what it means. */
export function unlessHeard(late: AbortSignal | undefined) {
  const silent = new AbortController()
  let isHeard = false
  late?.addEventListener('abort', () => !isHeard && silent.abort(LATE), { once: true })
  const heard = () => {
    isHeard = true
  }
  return { late: silent.signal, heard }
}
