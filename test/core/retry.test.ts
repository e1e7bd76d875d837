import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ErrorKind, Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/instant.ts'
import { nextAttempt, POLICY } from '../../src/core/retry.ts'

const NOW = 1000 * DAY
const KINDS = Object.keys(POLICY) as ErrorKind[]

/** The pauses after the first, second, ... failure of a kind, without jitter. */
const pauses = (kind: ErrorKind, count: number, retryAfter?: number) =>
  Array.from({ length: count }, (_, i) => {
    const next = nextAttempt(new Failure(kind, '', { retryAfter }), i + 1, NOW, 0)
    return next === 'hold' ? next : next - NOW
  })

it.each<[ErrorKind, readonly (number | 'hold')[]]>([
  ['network', [5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND, 80 * SECOND]],
  ['unavailable', [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, HOUR, HOUR]],
  ['rate-limited', [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 6 * HOUR]],
  ['protocol', [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, DAY]],
  ['bug', [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, DAY]],
  ['cancelled', [0, 0]],
  ['auth', ['hold', 'hold']],
  ['rejected', ['hold']],
  ['blocked', ['hold']],
  ['unsupported', ['hold']],
])('after %s', (kind, expected) => expect(pauses(kind, expected.length)).toEqual(expected))

it('after network faults at most an hour', () => {
  expect(pauses('network', 40).slice(-30)).toEqual(Array(30).fill(HOUR))
})

it('what ends the round of its account: what the next job would meet as well', () => {
  const stops = KINDS.filter((kind) => POLICY[kind].stops)
  expect(stops.toSorted()).toEqual(['blocked', 'cancelled', 'network', 'rate-limited', 'unavailable'])
})

it.each<[ErrorKind, number, number]>([
  ['rate-limited', 3600, HOUR],
  ['rate-limited', 60, 15 * MINUTE],
  ['unavailable', 1800, 30 * MINUTE],
  ['network', 20, 20 * SECOND],
])('after %s and Retry-After %i s', (kind, retryAfter, expected) => {
  expect(pauses(kind, 1, retryAfter)).toEqual([expected])
})

it('Retry-After lifts no hold', () => expect(pauses('auth', 1, 60)).toEqual(['hold']))

it('a Retry-After beyond all reason is cut to a week, so that the moment can be written down', () => {
  for (const retryAfter of [8 * 86_400, 1e14, Number.POSITIVE_INFINITY]) {
    expect(pauses('rate-limited', 1, retryAfter)).toEqual([7 * DAY])
  }
})

it('with jitter never earlier than asked, never a tenth later, never an earlier pause than the one before', () => {
  const kind = fc.constantFrom(...KINDS)
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const retryAfter = fc.option(fc.nat(6 * 86_400), { nil: undefined })
  fc.assert(
    fc.property(kind, fc.integer({ min: 1, max: 3000 }), random, retryAfter, (one, times, at, asked) => {
      const failure = new Failure(one, '', { retryAfter: asked })
      const next = nextAttempt(failure, times, NOW, at)
      const plain = nextAttempt(failure, times, NOW, 0)
      if (next === 'hold' || plain === 'hold') {
        expect(next).toBe(plain)
        return
      }
      expect(Number.isSafeInteger(next)).toBe(true)
      expect(next - NOW).toBeGreaterThanOrEqual((asked ?? 0) * SECOND)
      expect(next - NOW).toBeGreaterThanOrEqual(plain - NOW)
      expect(next - NOW).toBeLessThanOrEqual(Math.ceil(1.1 * (plain - NOW)))
      expect(nextAttempt(failure, times + 1, NOW, 0)).toBeGreaterThanOrEqual(plain)
    }),
  )
})

it('two that failed together do not come back together', () => {
  const failure = new Failure('unavailable', '')
  expect(nextAttempt(failure, 1, NOW, 0.9)).toBe(NOW + 5 * MINUTE * 1.09)
})
