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
  /** Waited for only where the addresses do not tell it. */
  readonly prefix?: LinePrefix | Failure | undefined
  /** Of a line that can be left for another: by its own end alone, and nobody outside was heard. */
  readonly isUnproven?: boolean
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

const UNHEARD = new Failure('network', 'nobody outside was heard')

/** What its own end says is then no reason to hear the others out. */
export const isDoubtedDespite = ({ troubles }: Pick<Hurry, 'troubles'>, one: Of): boolean =>
  troubles.get(keyOf(one))?.why === UNHEARD.message

export function rememberDoubts(all: readonly Learnt[], { troubles, now }: Hurry): void {
  for (const one of all) {
    const doubt = doubtAfter(troubles.get(keyOf(one)), whyUnknown(one), now())
    if (doubt) troubles.set(keyOf(one), doubt)
    else troubles.delete(keyOf(one))
  }
}

/** Where no source can tell it, or the kernel knows no way, there was nobody to wait for. */
function whyUnknown({ addresses, prefix, isUnproven }: Learnt): Failure | undefined {
  if (prefix instanceof Failure) return prefix
  if (isUnproven) return UNHEARD
  const costsNothing = isKnown(addresses) || addresses.kind === 'unsupported' || addresses.reason === 'no-route'
  return costsNothing ? undefined : addresses
}

/**
 * Asks all side by side. Those that are doubted are told by `late` that their time is up: that all others are through, and
 * one of them has an address that is not to be kept waiting. `ask` never rejects.
 */
export async function askAll<Q extends Of, A extends Learnt>(
  questions: readonly Q[],
  ask: (question: Q, late: AbortSignal | undefined) => Promise<A>,
  isDoubted: (question: Q) => boolean,
  clock: Pick<Clock, 'sleep'>,
): Promise<readonly A[]> {
  const over = new AbortController()
  const asked = questions.map((one) => {
    const late = isDoubted(one) ? new AbortController() : undefined
    return { one, late, answer: ask(one, late?.signal) }
  })
  const all = Promise.all(asked.map(({ answer }) => answer)).finally(() => over.abort(ALL))
  const others = asked.flatMap(({ late, answer }) => (late ? [] : answer))
  const giveUps = asked.map(async ({ one, late }) => {
    if (!late) return
    await Promise.all(others)
    const better = asked.filter((other) => goesBefore(other.one, one))
    const found = better.map(async ({ answer }) => hasAddress((await answer).addresses) || (await all))
    await Promise.race([all, ...found])
    await clock.sleep(GRACE, over.signal)
    late.abort(LATE)
  })
  await Promise.all(giveUps)
  return all
}

/** On one line IPv4 decides: an IPv6 address outlives the way out behind it. */
const goesBefore = (other: Of, one: Of): boolean => other.line !== one.line || other.type === 'A'

export const hasAddress = (known: Known | undefined): boolean => isKnown(known) && known.length > 0

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
