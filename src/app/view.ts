import { due } from '../core/due.ts'
import { type Instant, MINUTE } from '../core/instant.ts'
import { isLineBack } from '../core/line-back.ts'
import { learnLines } from '../core/line-memory.ts'
import type { LocatedDomain } from '../core/locate.ts'
import { type Action, type Detected, isPublish, type Observed, type Situation, type Target } from '../core/plan.ts'
import { settle } from '../core/settle.ts'
import type { State } from '../core/state.ts'
import { judgeMx, type MxSeen, targetsOf } from './locate.ts'
import type { Setup, Wish } from './setup.ts'

/** What locate and detect brought home, before the disk is looked at. */
export interface Seen {
  readonly mx: MxSeen
  readonly detected: Detected
  /** When: what is learnt of a line is of that moment, however long the round has waited for the folder since. */
  readonly lookedAt: Instant
}

/** What a round knows at one moment: the domains judged, the situation, whether zone APIs are to be read again. */
export interface View {
  readonly located: readonly LocatedDomain[]
  readonly situation: Omit<Situation, 'observed'>
  readonly reread: boolean
  /** What was seen of the lines, as news for a state. Pure. */
  readonly learn: (state: State) => State
  /** It is news to the state on disk. */
  readonly hasLearnt: boolean
}

/** Pure. */
export function viewOf({ mx, detected, lookedAt }: Seen, setup: Setup, wish: Wish, disk: State, now: Instant): View {
  const { config, version, lineRules } = setup
  const learn: View['learn'] = (state) => learnLines(state, detected, lineRules, lookedAt)
  const state = learn(disk)
  const located = judgeMx(mx, setup, state, now)
  const targets = chosen(targetsOf(located, setup, state.salt), wish)
  const { force, without = [], afresh = false, lookBack = false } = wish
  const lineBack = isLineBack(without, detected)
  const looksBack = lookBack && config.driftInterval !== 'off'
  const situation = { targets, detected, state, force, now, version, lineBack, afresh, lookBack: looksBack }
  // Where only some are looked at, the others' turn must not count as taken.
  const all = (wish.only ?? []).length === 0
  const reread = all && isDue(state.rereadAt, config.driftInterval, now)
  return { located, situation, reread, learn, hasLearnt: state !== disk }
}

/** Nothing to look at, nothing to send, nothing to remember. Pure. */
export function isIdle({ located, situation, reread, hasLearnt }: View): boolean {
  const { state, plan } = settle({ ...situation, observed: new Map() })
  if (reread || hasLearnt || state !== situation.state || withMx(state, located) !== state) return false
  return !plan.some(isPublish) && due(situation, reread).length === 0
}

/** The plan, and what is to be remembered with it. `state` and `now`: of this very moment. Pure. */
export function planOf(
  { located, situation, reread, learn }: View,
  observed: Observed,
  state: State,
  now: Instant,
): { readonly state: State; readonly plan: readonly Action[] } {
  const settled = settle({ ...situation, observed, state: learn(withMx(state, located)), now })
  return reread ? { ...settled, state: { ...settled.state, rereadAt: now } } : settled
}

function withMx(state: State, located: readonly LocatedDomain[]): State {
  const news = located.filter(({ domain, memory }) => JSON.stringify(state.mx[domain]) !== JSON.stringify(memory))
  if (news.length === 0) return state
  return { ...state, mx: { ...state.mx, ...Object.fromEntries(news.map(({ domain, memory }) => [domain, memory])) } }
}

/** A stamp in the future (clocks jump) is none. */
const isDue = (last: Instant | undefined, interval: number | 'off', now: Instant): boolean =>
  interval !== 'off' && (last === undefined || last > now + MINUTE || now - last >= interval)

const chosen = (targets: readonly Target[], { only = [] }: Wish) =>
  only.length === 0 ? targets : targets.filter(({ owner }) => only.includes(owner))
