import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/instant.ts'
import type { World } from '../../src/ports/world.ts'
import { homeLine, published } from '../support/home-line.ts'
import { ip } from '../support/targets.ts'

type Step =
  | { readonly kind: 'rounds'; readonly count: number }
  | { readonly kind: 'jump'; readonly by: number; readonly when: 'between' | 'sending' }
  | { readonly kind: 'address'; readonly last: number }
  | { readonly kind: 'lost' }

const rounds = fc.record({ kind: fc.constant('rounds' as const), count: fc.integer({ min: 1, max: 6 }) })
const address = fc.record({ kind: fc.constant('address' as const), last: fc.integer({ min: 1, max: 4 }) })
const jump = (...by: readonly number[]) =>
  fc.record({
    kind: fc.constant('jump' as const),
    by: fc.constantFrom(...by),
    when: fc.constantFrom('between', 'sending'),
  })

/** The world goes on as it does; only this machine's clock is set, between two rounds or while a request is on its way. */
async function liveWith(steps: readonly Step[]) {
  const home = await homeLine()
  let [ahead, jumpInside, lose] = [0, 0, false]
  const start = home.start()
  const http: World['http'] = async (request, signal) => {
    if (request.purpose === 'read') return start.http(request, signal)
    const answer = await start.http(request, signal)
    ahead += jumpInside
    jumpInside = 0
    if (!lose) return answer
    lose = false
    throw new Failure('network', 'connection reset', { lost: true })
  }
  const world: World = { ...start, http, clock: { ...start.clock, now: () => home.time.now + ahead } }
  const round = async () => {
    home.time.now += MINUTE
    await home.run(world)
  }
  for (const step of steps) {
    if (step.kind === 'rounds') for (let nth = 0; nth < step.count; nth++) await round()
    if (step.kind === 'address') home.line.A = [ip(`192.0.2.${step.last}`)]
    if (step.kind === 'lost') lose = true
    if (step.kind === 'jump' && step.when === 'between') ahead += step.by
    if (step.kind === 'jump' && step.when === 'sending') jumpInside = step.by
  }
  // Longer than a lost answer is waited for.
  for (let minute = 0; minute < 45; minute++) await round()
  return { repeats: home.service.repeats, right: published(home), requests: home.service.requests }
}

it('a clock that is set by a day, back or ahead: nothing is repeated, nothing is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(rounds, address, jump(DAY, -DAY, HOUR, -HOUR)), { maxLength: 8 }),
      async (steps) => {
        const { repeats, right, requests } = await liveWith(steps)
        expect({ repeats, right }).toEqual({ repeats: 0, right: 4 })
        // Each address once at each of three RRsets, and what was there before.
        expect(requests).toBeLessThan(3 * steps.length + 20)
      },
    ),
    { numRuns: 20, seed: 20261125 },
  )
})

// Ahead is another matter: a clock that says a day has passed since an answer was lost cannot be told from a day.
it('set back while an answer is lost: the same', async () => {
  const lost = fc.constant({ kind: 'lost' as const })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(rounds, address, lost, jump(-DAY, -HOUR)), { maxLength: 8 }), async (steps) => {
      const { repeats, right } = await liveWith(steps)
      expect({ repeats, right }).toEqual({ repeats: 0, right: 4 })
    }),
    { numRuns: 20, seed: 20261125 },
  )
})
