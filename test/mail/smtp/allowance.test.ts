import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MINUTE } from '../../../src/core/instant.ts'
import { parseAddress } from '../../../src/dns/rrset.ts'
import { allowances } from '../../../src/mail/smtp/allowance.ts'

const [ONE, OTHER, THIRD] = ['203.0.113.7', '203.0.113.8', '2001:db8::7'].map((text) => parseAddress(text)!) as [
  never,
  never,
  never,
]

it('lets a caller ask so many times at once, then once in each interval', () => {
  const { take } = allowances(3, MINUTE)
  expect([1, 2, 3].map(() => take(ONE, 0))).toEqual([0, 0, 0])
  expect(take(ONE, 0)).toBe(MINUTE)
  expect(take(ONE, MINUTE - 1)).toBe(1)
  expect(take(ONE, MINUTE)).toBe(0)
  expect(take(ONE, MINUTE)).toBe(MINUTE)
  expect(take(OTHER, 0), 'another caller has its own').toBe(0)
})

it('forgets who has long been silent, and lets nobody new in while all are remembered', () => {
  const { take, size } = allowances(1, MINUTE, 2)
  expect([take(ONE, 0), take(OTHER, 0)]).toEqual([0, 0])
  expect(take(THIRD, 1)).toBe(MINUTE)
  expect(take(THIRD, MINUTE), 'both buckets are full again').toBe(0)
  expect(size()).toBe(1)
})

it('never lets one caller ask more often than allowed, whenever it asks', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300_000), { maxLength: 200 }), (pauses) => {
      const { take } = allowances(3, MINUTE)
      let now = 0
      const taken = pauses.flatMap((pause) => {
        now += pause
        return take(ONE, now) === 0 ? [now] : []
      })
      for (const [i, at] of taken.entries())
        expect(taken.slice(i).filter((other) => other < at + 10 * MINUTE).length).toBeLessThanOrEqual(3 + 10)
    }),
  )
})
