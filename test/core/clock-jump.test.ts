import fc from 'fast-check'
import { expect, it } from 'vitest'
import { afterClockJump } from '../../src/core/clock-jump.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/instant.ts'
import type { Memory, State } from '../../src/core/state.ts'
import { ip } from '../support/targets.ts'

const NOW = 1000 * DAY
const KEY = 'x mail.example.com A' as keyof State['targets']
const set = (at: number) => ({ addresses: [ip('192.0.2.1')], at })
const trouble = (at: number, until: number | 'hold') => ({
  trouble: { kind: 'network' as const, message: '', times: 1, at, until, identity: '#' },
})
const state = (memory: Partial<Memory>): State => ({
  salt: '',
  mx: {},
  targets: { [KEY]: { writes: [], forced: [], ...memory } },
})
const after = (memory: Partial<Memory>): Partial<Memory> => afterClockJump(state(memory), NOW).targets[KEY]!

it('leaves a state alone in which nothing is of the future', () => {
  const past = state({ published: set(NOW), ...trouble(NOW - HOUR, NOW + HOUR), writes: [NOW], forced: [NOW - 1] })
  expect(afterClockJump(past, NOW)).toBe(past)
})

it.each<keyof Memory>(['published', 'previous', 'intent', 'doubt'])('%s of the future: of now', (field) => {
  expect(after({ [field]: set(NOW + DAY) })[field]).toEqual(set(NOW))
})

it('a pause that began in the future is counted anew, and is no longer than it was', () => {
  expect(after(trouble(NOW + DAY, NOW + DAY + 5 * MINUTE)).trouble).toMatchObject({ at: NOW, until: NOW + 5 * MINUTE })
})

it('a pause that began in the past stays as it is', () => {
  const other = { published: set(NOW + DAY), ...trouble(NOW - MINUTE, NOW + HOUR) }
  expect(after(other).trouble).toMatchObject({ at: NOW - MINUTE, until: NOW + HOUR })
})

it('a hold stays one', () => {
  expect(after(trouble(NOW + DAY, 'hold')).trouble).toMatchObject({ at: NOW, until: 'hold' })
})

it('writes of the future are forgotten: they must not spend the budget of days to come', () => {
  expect(after({ writes: [NOW - HOUR, NOW + DAY], forced: [NOW + DAY] })).toMatchObject({
    writes: [NOW - HOUR],
    forced: [],
  })
})

it('a drift, and when it was put right, are of now', () => {
  const drift = { addresses: [ip('192.0.2.9')], since: NOW + DAY, ttl: 60 }
  expect(after({ drift, driftSentAt: NOW + DAY, waitingSince: NOW + DAY })).toMatchObject({
    drift: { since: NOW, ttl: 60 },
    driftSentAt: NOW,
    waitingSince: NOW,
  })
})

it('afterwards nothing is of the future, no address is another, and once is enough', () => {
  const at = fc.integer({ min: NOW - 2 * DAY, max: NOW + 2 * DAY })
  const stamped = fc.option(at.map(set), { nil: undefined })
  const memory = fc.record({
    published: stamped,
    previous: stamped,
    intent: stamped,
    doubt: stamped,
    trouble: fc.option(
      fc.tuple(at, fc.nat(DAY)).map(([from, pause]) => trouble(from, from + pause).trouble),
      { nil: undefined },
    ),
    driftSentAt: fc.option(at, { nil: undefined }),
    waitingSince: fc.option(at, { nil: undefined }),
    writes: fc.array(at),
    forced: fc.array(at),
  })
  fc.assert(
    fc.property(memory, (given) => {
      const once = afterClockJump(state(given), NOW)
      const {
        published,
        previous,
        intent,
        doubt,
        trouble: pause,
        driftSentAt,
        waitingSince,
        writes,
        forced,
      } = once.targets[KEY]!
      const single = [published?.at, previous?.at, intent?.at, doubt?.at, pause?.at, driftSentAt, waitingSince]
      expect(Math.max(0, ...single.map((one) => one ?? 0), ...writes, ...forced)).toBeLessThanOrEqual(NOW)
      expect(once.targets[KEY]?.intent?.addresses).toEqual(given.intent?.addresses)
      if (pause && given.trouble)
        expect(Number(pause.until) - pause.at).toBe(Number(given.trouble.until) - given.trouble.at)
      expect(afterClockJump(once, NOW)).toBe(once)
    }),
  )
})
