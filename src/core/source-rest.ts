import type { AddressType } from '../dns/rrset.ts'
import { type ErrorKind, Failure } from './failure.ts'
import { DAY, HOUR, type Instant, MINUTE } from './instant.ts'
import { isKnown, type LineName } from './plan.ts'
import { askedFor, POLICY, pauseOf } from './retry.ts'
import { isHidden, type JudgedSighting, type SourceView, type Witness, witnessOf } from './sighting.ts'

/** A source that failed, or (none of a router's) said what the others contradict, in one round after the other. */
export interface SourceTrouble {
  /** Rounds in a row. */
  readonly times: number
  readonly since: Instant
  /** It rests; undefined: it is asked as before. */
  readonly until: Instant | undefined
  readonly what: 'fails' | 'disagrees'
  /** What it said last, in words. */
  readonly why: string
  /** What that proves of a way out, if anything. */
  readonly witness?: Witness
}

/** What is told of one source: that it rests, or that it is well again. */
export type SourceNews = SourceAt &
  ((Omit<SourceTrouble, 'until'> & { readonly until: Instant }) | { readonly what: 'answers again' })

interface SourceAt {
  readonly line: LineName
  readonly type: AddressType
  readonly source: string
}

/** `ask`: and wait for it; `beside`: ask, but let no round wait for it; `rest`: leave it alone. */
export type Turn = 'ask' | 'beside' | 'rest'

/** Nothing rests after one failure, nor after the few rounds that a reconnection starts within seconds. */
const ROUNDS = 3
const SPAN = 2 * MINUTE
/** Longer than any pause: the clock was set back meanwhile. */
const NEVER = 8 * DAY
/** Of a router, whatever it refused: its owner may have switched something on. */
const LONGEST_OF_ROUTER = HOUR
/** Of one that could show that a line is dead, or which of several is alive. */
const LONGEST_OF_PROOF = 5 * MINUTE
/** By the schedule's clock a quarter of an hour is over then. */
const LONGEST_OF_REFUSER = 14 * MINUTE

/** `hint`: the line itself may have changed. A router that has rested may be another one now, but nobody waits to hear that. */
export function turnOf(
  trouble: SourceTrouble | undefined,
  view: SourceView,
  { now, hint }: { readonly now: Instant; readonly hint: boolean },
): Turn {
  const until = trouble?.until
  if (until === undefined || until > now + NEVER) return 'ask'
  if (hint && view === 'gateway') return 'beside'
  return until <= now ? 'ask' : 'rest'
}

interface Circumstances {
  /** The others know the address. */
  readonly isKnown: boolean
  /** It is one of those outside, of which none was heard, of a line that can be left for another. */
  readonly isProof?: boolean
  readonly now: Instant
  /** In [0, 1). */
  readonly random: number
}

/**
 * What is remembered of a source after a round that asked it. Only where the others know the address: a line that is down
 * says nothing of the services that cannot be reached over it. What a router shows is its own truth, public or
 * not: it costs no time, and what it says against the others stays a finding, since no port 25 may get in.
 */
export function troubleAfter(
  before: SourceTrouble | undefined,
  sighting: JudgedSighting,
  { isKnown: othersKnow, isProof = false, now, random }: Circumstances,
): SourceTrouble | undefined {
  const failure = failureOf(sighting)
  if (!failure) return undefined
  if (failure === 'no-news' || !othersKnow) return before
  const times = (before?.times ?? 0) + 1
  const since = Math.min(before?.since ?? now, now)
  const rests = times >= ROUNDS && (sighting.optional === true || before?.until !== undefined || now - since >= SPAN)
  const what = isKnown(sighting.answer) ? 'disagrees' : 'fails'
  const end = rests ? pauseEnd(failure, times, now, random) : undefined
  const longest = sighting.view === 'gateway' ? LONGEST_OF_ROUTER : isProof ? LONGEST_OF_PROOF : undefined
  const until = end === undefined || longest === undefined ? end : Math.min(end, now + longest)
  const witness = witnessOf(sighting.answer)
  return { times, since, until, what, why: failure.message, ...(witness && { witness }) }
}

/** One that refused is asked sooner where no other is heard: as long as it rests, it stands for a line that lives. */
export const restsShorter = (trouble: SourceTrouble | undefined, now: Instant): SourceTrouble | undefined =>
  trouble?.until === undefined || trouble.witness !== 'heard'
    ? trouble
    : { ...trouble, until: Math.min(trouble.until, now + LONGEST_OF_REFUSER) }

function failureOf(sighting: JudgedSighting): Failure | 'no-news' | undefined {
  const { source, view, answer, judgement, refused } = sighting
  if (isHidden(sighting)) return undefined // it answers, and will tell again when it may
  if (!isKnown(answer)) return answer.kind === 'cancelled' ? 'no-news' : answer
  if (judgement === 'undecided') return 'no-news'
  if (view === 'gateway') return undefined
  if (view === 'host' && judgement === 'refused') return undefined // behind a router, which is as it should be
  if (judgement === 'disagreed') return new Failure('protocol', `${source}: says ${answer.join(' ') || 'none'}`)
  if (judgement !== 'refused') return undefined
  const said = refused.map(({ address }) => address).join(' ')
  return new Failure('protocol', `${source}: says ${said}, which is not public`)
}

/**
 * As the table of pauses, less the two that are for other things: a source that was silent in several rounds is no short
 * fault, and one that refuses cannot be held until the user acts, for it may mend itself.
 */
const PAUSES_LIKE = {
  network: 'unavailable',
  unavailable: 'unavailable',
  'rate-limited': 'rate-limited',
  auth: 'protocol',
  rejected: 'protocol',
  blocked: 'protocol',
  unsupported: 'protocol',
  protocol: 'protocol',
  cancelled: 'cancelled',
  bug: 'bug',
} as const satisfies Record<ErrorKind, ErrorKind>

function pauseEnd(failure: Failure, times: number, now: Instant, random: number): Instant {
  const { pause } = POLICY[PAUSES_LIKE[failure.kind]]
  return now + pauseOf(pause, times - ROUNDS + 1, askedFor(failure), random)
}
