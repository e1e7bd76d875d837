import { PATIENCE } from '../core/companions.ts'
import type { Confirmation } from '../core/confirmation.ts'
import { Failure } from '../core/failure.ts'
import type { Instant } from '../core/instant.ts'
import { locateDomain } from '../core/locate.ts'
import type { Action, Detected, Known, LineAnswers, LineName, Target, TargetKey } from '../core/plan.ts'
import type { Round } from '../core/round.ts'
import { heldAfter, hold } from '../core/rules/held.ts'
import { type Memory, memoryOf, type State } from '../core/state.ts'
import { lineOf } from '../core/wanted.ts'
import type { AddressType } from '../dns/rrset.ts'
import type { World } from '../ports/world.ts'
import { targetsOf } from './locate.ts'
import type { Setup } from './setup.ts'

/** What the state folder says, in the form of a round in which nothing was asked and nothing sent; undefined: nothing yet. */
export function rememberedRound(setup: Setup, { store, clock }: Pick<World, 'store' | 'clock'>): Round | undefined {
  const state = store.last()
  const now = clock.now()
  const memories = Object.values(state.targets)
  const finished = Math.max(0, ...memories.map((memory) => Math.max(startOf(memory), memory.confirmed?.at ?? 0)))
  if (finished === 0) return undefined
  const started = Math.max(...memories.map(startOf))
  const located = locatedIn(state, setup, now)
  const targets = targetsOf(located, setup, state.salt)
  return {
    ...{
      started,
      finished,
      dryRun: false,
      located,
      detected: detectedIn(targets, setup, state),
      done: [],
      findings: [],
      state,
    },
    plan: targets.map((target) => actionOf(target, state, setup.version, now)),
    confirmations: new Map(targets.flatMap(({ key }) => confirmationIn(key, state))),
  }
}

/** The last time that the target was written, refused, or had to wait. */
const startOf = ({ published, trouble, intent, waitingSince }: Memory): Instant =>
  Math.max(published?.at ?? 0, trouble?.at ?? 0, intent?.at ?? 0, waitingSince ?? 0)

function locatedIn(state: State, { config, lists }: Setup, now: Instant): Round['located'] {
  const answer = { authorities: [], resolver: UNASKED }
  const wishes = { named: [], excluded: config.exclude, lines: lists }
  return config.domains.map(({ name: domain }) => {
    const memory = state.mx[domain] ?? { hosts: [] }
    const about = { domain, answer, aliases: new Map(), isOurs: () => false, ...wishes, memory, now }
    return { ...locateDomain(about), findings: [] }
  })
}

const UNASKED = new Failure('network', 'not asked')

/** The line had what was published last, unless something went wrong since. */
function detectedIn(targets: readonly Target[], { lines }: Pick<Setup, 'lines'>, state: State): Detected {
  const users = (line: LineName) => targets.filter((one) => lineOf(one, state) === line)
  return Object.fromEntries(Object.keys(lines).map((line) => [line, answersIn(users(line), state)]))
}

function answersIn(targets: readonly Target[], state: State): LineAnswers {
  const types = [...new Set(targets.map(({ type }) => type))]
  const answers = types.map((type): [AddressType, Known] => {
    const memories = targets.filter((one) => one.type === type).map(({ key }) => memoryOf(state, key))
    const last = memories.toSorted((one, other) => startOf(other) - startOf(one))[0]
    const isSure = last?.published?.at !== undefined && last.published.at === startOf(last)
    return [type, isSure ? last.published.addresses : UNASKED]
  })
  return Object.fromEntries(answers)
}

function actionOf(target: Target, state: State, version: string, now: Instant): Action {
  const memory = memoryOf(state, target.key)
  const trouble = heldAfter({ target, memory, version })
  if (trouble) return hold(target, trouble)
  const until = memory.trouble?.until
  if (typeof until === 'number' && until > now) return { kind: 'wait', target, until, why: 'pause' }
  const end = (memory.waitingSince ?? 0) + PATIENCE
  if (end > now) return { kind: 'wait', target, until: end, why: 'pause', companionUnknown: true }
  return { kind: 'skip', target, why: memory.published ? 'up-to-date' : 'address-unknown' }
}

function confirmationIn(key: TargetKey, state: State): [TargetKey, Confirmation][] {
  const { confirmed, published } = memoryOf(state, key)
  if (!confirmed || !published) return []
  const { state: shown, seen = 0, asked = 0 } = confirmed
  return [[key, { state: shown, seen, asked, servers: [] }]]
}
