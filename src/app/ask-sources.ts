import { Failure } from '../core/failure.ts'
import type { Instant } from '../core/instant.ts'
import { isKnown, type LineName } from '../core/plan.ts'
import { judgeSightings, type QuorumRules, type Verdict } from '../core/quorum.ts'
import { type Sighting, voteOf } from '../core/sighting.ts'
import {
  restsShorter,
  type SourceNews,
  type SourceTrouble,
  type Turn,
  troubleAfter,
  turnOf,
} from '../core/source-rest.ts'
import { isDecided } from '../core/tally.ts'
import type { AddressType } from '../dns/rrset.ts'
import type { IpSource } from '../line/source.ts'
import { askUntilEnough } from './enough.ts'
import { type Hearings, isAlone, isHeard, isJudged, isUnproven, proofOf } from './line-proof.ts'
import type { LiveNetworks } from './live-network.ts'
import { hasAddress } from './patience.ts'
import { keyOf, recallOf, rememberShown, type ShownByRouters, stillShown } from './recall.ts'

export interface SourcesQuestion {
  readonly line: LineName
  /** There are several lines: messages name it. */
  readonly isNamed: boolean
  readonly type: AddressType
  /** Those that can tell it. */
  readonly sources: readonly IpSource[]
  readonly rules: QuorumRules
  /** Hosts can leave the line for another: that nobody outside is heard tells when. */
  readonly hasRival: boolean
  /** Asks one; never rejects. */
  readonly look: (source: IpSource, signal: AbortSignal) => Promise<Sighting>
}

/** What each source has been like, in this process; made once, and changed by each round. */
export type SourceTroubles = Map<string, SourceTrouble>

/** How a round asks: no longer than it must. */
export interface Hurry {
  readonly troubles: SourceTroubles
  readonly shown: ShownByRouters
  readonly live: LiveNetworks
  /** Through which lines somebody outside was heard by the last round that was not cut; changed by each. */
  readonly hearings: { last: Hearings }
  /** The line may have changed. */
  readonly hint: boolean
  readonly now: () => Instant
  readonly random: () => number
}

export type Heard = Verdict & { readonly news: readonly SourceNews[] }

const judge = ({ type, rules, isNamed, line }: SourcesQuestion, sightings: readonly Sighting[]) =>
  judgeSightings(type, sightings, rules, isNamed ? line : undefined)

/** All are asked, and heard out. */
export async function hearOut(question: SourcesQuestion, signal: AbortSignal): Promise<Heard> {
  const { sources, look } = question
  return { ...judge(question, await Promise.all(sources.map((source) => look(source, signal)))), news: [] }
}

/**
 * Those that failed for long rest, unless the others cannot tell, and nobody is waited for once nothing can change the
 * verdict. A router that showed carrier-grade NAT within the hour, and is silent, has said nothing else: its veto stays.
 */
export async function hearEnough(question: SourcesQuestion, signal: AbortSignal, hurry: Hurry): Promise<Heard> {
  const { sources, look } = question
  const moment = { now: hurry.now(), hint: hurry.hint }
  const troubleOf = (source: IpSource) => hurry.troubles.get(keyOf(question, source))
  const lately = stillShown(question, hurry.shown, moment.now)
  const turns = new Map(
    sources.map((one) => {
      const trouble = troubleOf(one)
      const turn = lately.has(one) ? 'ask' : turnOf(trouble, one.view, moment)
      return [one, { turn, instead: turn === 'rest' ? resting(one, trouble) : undefined }] as const
    }),
  )
  const recall = recallOf(question, lately)
  const awake = sources.filter((source) => !turns.get(source)?.instead)
  const early: Answers = await askUntilEnough(
    awake,
    look,
    (some, left) => isEnough(question, turns, recall(some), left),
    signal,
  )
  const first = judge(question, inOrder(question, turns, recall(early)))
  const mayTell = isKnown(first.addresses)
    ? ({ view }: IpSource) => view === 'outside' && isDoubtful(question, first, hurry)
    : () => true
  const asleep = sources.filter((source) => turns.get(source)?.instead && mayTell(source))
  const late: Answers = await askUntilEnough(asleep, look, () => false, signal)
  const answers = recall(new Map([...early, ...late]))
  // Of what was cut short nothing is to be learnt: neither trouble nor that someone is well again.
  if (signal.aborted) return { ...judge(question, inOrder(question, turns, answers)), news: [] }
  rememberShown(question, answers, hurry.shown, hurry.now())
  return remembered(question, turns, answers, hurry)
}

/**
 * The line may be dead, by what the awake say: before silence outside counts, those that rest since they were silent are asked
 * too; and while another line is heard.
 */
const isDoubtful = (question: SourcesQuestion, verdict: Verdict, { hearings }: Hurry): boolean =>
  question.hasRival && isAlone(verdict) && (isUnproven(verdict) || isJudged(hearings.last, question))

type Answers = ReadonlyMap<IpSource, Sighting>
/** `instead`: what is said of one that rests. */
type Turns = ReadonlyMap<IpSource, { readonly turn: Turn; readonly instead: Sighting | undefined }>

/** Of those that nobody waits for, and of those that are past changing anything, no answer is missed. */
function isEnough(question: SourcesQuestion, turns: Turns, answers: Answers, pending: readonly IpSource[]): boolean {
  const { type, rules, hasRival } = question
  const heard = inOrder(question, turns, answers)
  const awaited = pending.filter((source) => turns.get(source)?.turn === 'ask').map(({ view }) => view)
  if (hasRival && awaited.includes('outside') && proofOf(judge(question, heard)) !== 'reached') return false
  if (awaited.length === 0) return isKnown(judge(question, heard).addresses)
  const votes = heard.map((one) => voteOf(type, one, rules.allow))
  return isDecided(votes, awaited, rules.quorum)
}

/** What was heard, and of those that rest, that they do; those that were let go are left out. */
const inOrder = ({ sources }: SourcesQuestion, turns: Turns, answers: Answers): readonly Sighting[] =>
  sources.flatMap((one) => answers.get(one) ?? turns.get(one)?.instead ?? [])

const resting = ({ id, view, optional }: IpSource, trouble: SourceTrouble | undefined): Sighting => ({
  ...{ source: id, view, optional },
  answer: new Failure('unavailable', `${id}: is left alone for now, as it failed for long`, {
    reason: trouble?.witness ? `resting-${trouble.witness}` : 'resting',
  }),
})

/** What the round says, and what becomes of each source's trouble. */
function remembered(question: SourcesQuestion, turns: Turns, answers: Answers, hurry: Hurry): Heard {
  const { troubles } = hurry
  const { sources, line, type, hasRival } = question
  const verdict = judge(question, inOrder(question, turns, answers))
  const { last } = hurry.hearings
  // Where all outside keep silent, and not through another line, this one may be dead, whatever its own end says.
  const isProven = !hasRival || !isAlone(verdict)
  const isRivalHeard = isJudged(last, question)
  const isReached = isProven || !isRivalHeard
  const isUnseen = hasRival && hasAddress(verdict.addresses) && proofOf(verdict) !== 'reached'
  const othersKnow = ({ view }: IpSource) => isKnown(verdict.addresses) && (view !== 'outside' || isReached)
  const now = hurry.now()
  const news: SourceNews[] = []
  const notorious = new Set<IpSource>()
  for (const source of sources) {
    const key = keyOf(question, source)
    const before = troubles.get(key)
    const said = answers.has(source) && verdict.sightings.find((one) => one.source === source.id)
    const after = said
      ? troubleAfter(before, said, {
          isKnown: othersKnow(source),
          isProof: !isProven && source.view === 'outside' && !isHeard(last, line),
          now,
          random: hurry.random(),
        })
      : isUnseen && source.view === 'outside'
        ? restsShorter(before, now)
        : before
    if (after) troubles.set(key, after)
    else troubles.delete(key)
    if (before?.until !== undefined && after?.what === 'disagrees') notorious.add(source)
    if (source.optional) continue
    if (after?.until !== undefined) news.push({ line, type, source: source.id, ...after, until: after.until })
    else if (before?.until !== undefined && !after) news.push({ line, type, source: source.id, what: 'answers again' })
  }
  // Who has contradicted the others for long, and was told of, is no finding each time that he is asked again.
  const quiet = [...answers].filter(([source]) => !notorious.has(source))
  const { findings } = judge(question, inOrder(question, turns, new Map(quiet)))
  return { ...verdict, findings: notorious.size > 0 ? findings : verdict.findings, news }
}
