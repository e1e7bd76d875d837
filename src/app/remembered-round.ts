import { confirmationOf } from '../core/confirmation.ts'
import { Failure } from '../core/failure.ts'
import { locateDomain } from '../core/locate.ts'
import type { Action, TargetKey } from '../core/plan.ts'
import type { Round } from '../core/round.ts'
import { heldAfter, hold } from '../core/rules/held.ts'
import { memoryOf } from '../core/state.ts'
import type { World } from '../ports/world.ts'
import { targetsOf } from './locate.ts'
import type { Setup } from './setup.ts'

/** What the state folder says, in the form of a round in which nothing was asked and nothing sent; undefined: nothing yet. */
export function rememberedRound(setup: Setup, { store, clock }: Pick<World, 'store' | 'clock'>): Round | undefined {
  const state = store.last()
  const now = clock.now()
  const wishes = { named: [], excluded: setup.config.exclude, lines: setup.lists }
  const unasked = new Failure('network', 'not asked')
  const located = setup.config.domains.map(({ name: domain }) => {
    const answer = { authorities: [], resolver: unasked }
    const memory = state.mx[domain] ?? { hosts: [] }
    return {
      ...locateDomain({ domain, answer, aliases: new Map(), isOurs: () => false, ...wishes, memory, now }),
      findings: [],
    }
  })
  const targets = targetsOf(located, setup, state.salt)
  const plan = targets.map((target): Action => {
    const memory = memoryOf(state, target.key)
    const after = heldAfter({ target, memory, version: setup.version })
    if (after) return hold(target, after, memory)
    const until = memory.trouble?.until
    if (typeof until === 'number' && until > now) return { kind: 'wait', target, until, why: 'pause' }
    return { kind: 'skip', target, why: memory.published ? 'up-to-date' : 'address-unknown' }
  })
  const confirmations = new Map(
    targets.flatMap(
      ({ key }): [TargetKey, Round['confirmations'] extends ReadonlyMap<TargetKey, infer C> ? C : never][] => {
        const { confirmed, published } = memoryOf(state, key)
        if (!confirmed || !published) return []
        const none = confirmationOf(published.addresses, { servers: [], accepted: true, over: true })
        return [[key, { ...none, state: confirmed.state }]]
      },
    ),
  )
  const ats = Object.values(state.targets).flatMap(({ published, trouble }) => [published?.at ?? 0, trouble?.at ?? 0])
  const last = Math.max(0, ...ats)
  if (last === 0) return undefined
  const common = { started: last, finished: last, dryRun: false, located, detected: {}, done: [], findings: [] }
  return { ...common, plan, confirmations, state }
}
