import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DAY, MINUTE, SECOND } from '../../src/core/instant.ts'
import type { Action, Target } from '../../src/core/plan.ts'
import type { Round } from '../../src/core/round.ts'
import type { Memory } from '../../src/core/state.ts'
import { following, followUp, NOT_FOLLOWING, nextEnd, wakeAt } from '../../src/core/wake.ts'
import { noip } from '../../src/providers/dyndns2/noip.ts'
import { ip, target } from '../support/targets.ts'

const NOW = 1000 * DAY
const [a, b] = ['a.org', 'b.org'].map((host) => target(host, 'A', noip)) as [Target, Target]
const soon = (minutes: number) => NOW + minutes * MINUTE
const skip = (one: Target): Action => ({ kind: 'skip', target: one, why: 'up-to-date' })
const wait = (one: Target, minutes: number): Action => ({
  kind: 'wait',
  target: one,
  until: soon(minutes),
  why: 'budget',
})
const publish = (one: Target): Action => ({
  kind: 'publish',
  target: one,
  rrset: { owner: one.owner, type: 'A', addresses: [ip('192.0.2.1')] },
  why: 'changed',
})
const trouble = (until: number | 'hold'): Pick<Memory, 'trouble'> => ({
  trouble: { kind: 'network', message: '', times: 1, at: NOW, until, identity: '#' },
})

function wake(
  plan: readonly Action[],
  memories: Record<string, Pick<Memory, 'trouble'>> = {},
  isCut: readonly boolean[] = [],
  rest: { readonly lasted?: number; readonly patience?: number } = {},
): number | undefined {
  const targets = Object.fromEntries(
    Object.entries(memories).map(([key, memory]) => [key, { writes: [], forced: [], ...memory }]),
  )
  const located = isCut.map((cut) => (cut ? { isCut: true } : {}))
  const { lasted = 0, patience } = rest
  const lines = patience === undefined ? {} : { dsl: { link: { state: 'unsure', since: NOW, until: soon(patience) } } }
  const round = {
    ...{ located, plan, state: { salt: '', mx: {}, targets, lines } },
    ...{ started: NOW - lasted * MINUTE, finished: NOW },
  }
  const at = wakeAt(round as unknown as Round)
  return at === undefined ? undefined : (at - NOW) / MINUTE
}

it.each<[string, number | undefined, number | undefined]>([
  ['nothing waits', wake([skip(a)]), undefined],
  ['two that end nearly together', wake([wait(a, 5), wait(b, 5.02)]), 5.02],
  ['two that do not', wake([wait(a, 5), wait(b, 5.04)]), 5],
  ['no target', wake([]), undefined],
  ['one waits', wake([skip(a), wait(b, 3)]), 3],
  ['the first of two', wake([wait(a, 7), wait(b, 3)]), 3],
  ['a write of this round has failed', wake([publish(a), wait(b, 7)], { [a.key]: trouble(soon(2)) }), 2],
  ['a hold', wake([publish(a)], { [a.key]: trouble('hold') }), undefined],
  ['a pause that is over', wake([publish(a)], { [a.key]: trouble(soon(0)) }), undefined],
  ['a pause that is over beside one that is not', wake([wait(a, -1), wait(b, 4)]), 4],
  ['an MX that was heard out, and one that was not', wake([skip(a)], {}, [false, true]), 1 / 6],
  ['an MX that was heard out', wake([skip(a)], {}, [false]), undefined],
  [
    'a pause that ended while the round confirmed',
    wake([publish(a)], { [a.key]: trouble(soon(-1)) }, [], { lasted: 2 }),
    0,
  ],
  ['a wait that ended then, beside one that goes on', wake([wait(a, -1), wait(b, 4)], {}, [], { lasted: 2 }), 0],
  ['a pause that was over before it', wake([publish(a)], { [a.key]: trouble(soon(-3)) }, [], { lasted: 2 }), undefined],
  ["a line's patience", wake([skip(a)], {}, [], { patience: 0.5 }), 0.5],
  ["a line's patience that ended while the round confirmed", wake([skip(a)], {}, [], { lasted: 2, patience: -1 }), 0],
  ['the clock was set back while it did', wake([publish(a)], { [a.key]: trouble(soon(2)) }, [], { lasted: -60 }), 2],
  ['the pause of what is no target any more', wake([skip(a)], { [b.key]: trouble(soon(2)) }), undefined],
])('%s', (_, found, expected) => expect(found).toBe(expected))

it('an event is followed up until what was known is known again; what never was, once', () => {
  const action = (key: string, why: string, kind = 'skip') => ({ kind, target: { key }, why })
  const published = { addresses: [], at: 0 }
  const state = { targets: { 'a A': { published } } }
  const round = (...plan: readonly object[]) => ({ located: [], plan, state }) as unknown as Round
  const [a, six] = [action('a A', 'up-to-date'), action('a AAAA', 'address-unknown')]
  const after = (rounds: readonly (readonly [Round, boolean])[], from = NOT_FOLLOWING) =>
    rounds.reduce((one, [done, isEvent]) => following(one, done, isEvent), from)
  const blind = round(a, six)
  expect(followUp(after([[blind, false]]), 0), 'nothing has happened').toBeUndefined()
  expect(followUp(after([[blind, true]]), 0)).toBe(5 * SECOND)
  const inVain = after([[blind, true], ...Array(6).fill([blind, false])])
  expect(followUp(inVain, 0)).toBeUndefined()
  expect(followUp(following(inVain, blind, true), 0), 'AAAA was never known').toBeUndefined()
  const often = after(Array(7).fill([blind, true]))
  expect(followUp(often, 0), 'events that come one after the other').toBeUndefined()
  const lost = round(action('a A', 'line-down', 'wait'), six)
  const outage = after([[lost, true], ...Array(9).fill([lost, false])], inVain)
  expect(followUp(outage, 0)).toBeUndefined()
  expect(followUp(following(outage, lost, true), 0), 'A will come back').toBe(5 * SECOND)
  expect(followUp(following(outage, blind, true), 0)).toBeUndefined()
  const learnt = following(inVain, round(a), false)
  expect(followUp(following(learnt, blind, true), 0), 'it was learnt meanwhile').toBe(5 * SECOND)
})

it('so is a first start without a network, where nobody can tell the MX; not a domain of which something is known', () => {
  const unknown = { domain: 'example.com', hosts: [], findings: [{ id: 'mx-unknown' }] }
  const round = (located: object) => ({ located: [located], plan: [], state: { targets: {} } }) as unknown as Round
  const after = (located: object, times: number) =>
    Array.from({ length: times }, (_, nth) => nth === 0).reduce(
      (one, isEvent) => following(one, round(located), isEvent),
      NOT_FOLLOWING,
    )
  expect([1, 2, 6, 7].map((times) => followUp(after(unknown, times), 0))).toEqual([
    ...[5 * SECOND, 10 * SECOND, 160 * SECOND],
    undefined,
  ])
  expect(followUp(after({ ...unknown, hosts: ['mail.example.com'] }, 1), 0)).toBeUndefined()
  expect(followUp(after({ ...unknown, findings: [{ id: 'mx-missing' }] }, 1), 0)).toBeUndefined()
})

it('each end is heeded, by one round at most, however long rounds last', () => {
  const ends = fc.array(fc.integer({ min: -60, max: 600 }), { maxLength: 8 })
  const lengths = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(ends, lengths, (seconds, lasting) => {
      const untils = seconds.map((one) => NOW + one * SECOND)
      const plan = untils.map((until): Action => ({ kind: 'wait', target: a, until, why: 'spacing' }))
      const one = { located: [], plan, state: { salt: '', mx: {}, targets: {} } } as unknown as Round
      const toCome = untils.filter((until) => until > NOW)
      let started = NOW
      let rounds = 1
      for (; rounds <= toCome.length + 1; rounds++) {
        const finished = started + lasting[rounds % lasting.length]! * SECOND
        const next = wakeAt({ ...one, started, finished })
        if (next === undefined) break
        expect(next).toBeGreaterThanOrEqual(finished)
        started = next
      }
      expect(rounds, 'the last of them waits for nothing').toBeLessThanOrEqual(toCome.length + 1)
      expect(started).toBeGreaterThanOrEqual(Math.max(NOW, ...untils))
    }),
  )
})

it('a confirmation is told of the first end since the round began, be it over', () => {
  const state = { salt: '', mx: {}, targets: {} }
  expect(nextEnd({ plan: [wait(a, 1), wait(b, 4)], state }, soon(0))).toBe(soon(1))
  expect(nextEnd({ plan: [wait(a, 1), wait(b, 4)], state }, soon(1))).toBe(soon(4))
  expect(nextEnd({ plan: [skip(a)], state }, soon(0))).toBeUndefined()
})
