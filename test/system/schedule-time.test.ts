import { expect, it, vi } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/instant.ts'
import { gaps, ticksFrom } from '../support/schedule-ticks.ts'

process.env.TZ = 'Europe/Berlin'
const SPRING = '2026-03-28T22:30:10Z' // at 01:00Z 02:00 becomes 03:00
const AUTUMN = '2026-10-24T21:30:10Z' // at 01:00Z 03:00 becomes 02:00
const SUMMER = '2026-06-01T00:00:10Z'

it.each([SPRING, AUTUMN, SUMMER])('from %s: rounds go on every five minutes, and every hour', async (from) => {
  const often = await ticksFrom(from, '*/5 * * * *', 8)
  expect([often.ticks.length, gaps(often.ticks)]).toEqual([96, [5 * MINUTE]])
  const hourly = await ticksFrom(from, '0 * * * *', 8)
  expect([hourly.ticks.length, gaps(hourly.ticks)]).toEqual([8, [HOUR]])
})

it.each([
  ['30 2 * * *', SPRING, []], // there is no such time that day
  ['30 2 * * *', AUTUMN, ['10-25T00:30', '10-25T01:30']], // it comes twice
  ['0 3 * * *', SPRING, ['03-29T01:00']],
  ['0 3 * * *', AUTUMN, ['10-25T02:00']],
  ['30 1 * * *', AUTUMN, ['10-24T23:30']],
  ['0 0 26 10 *', AUTUMN, []],
])('%s from %s: at %j', async (expression, from, times) => {
  expect((await ticksFrom(from, expression, 8)).times).toEqual(times)
})

it('every second, while the clock goes back', async () => {
  for (const from of ['2026-10-24T23:59:30Z', '2026-10-25T00:59:30Z', '2026-10-25T01:59:30Z']) {
    const { ticks } = await ticksFrom(from, '* * * * * *', 1 / 60)
    expect([ticks.length, gaps(ticks)], from).toEqual([60, [1000]])
  }
})

it('a clock that is set back by a day keeps nobody waiting', async () => {
  let before = 0
  const { ticks } = await ticksFrom(SUMMER, '*/5 * * * *', 2, () => {
    before = Date.now()
    vi.setSystemTime(before - DAY)
  })
  // A minute later at most the new time is seen; from then on all is as before.
  const after = ticks.filter((at) => at < before - DAY / 2)
  expect([ticks.length - after.length, after.length, gaps(after)]).toEqual([12, 12, [5 * MINUTE]])
})

it('a clock that is set ahead by a day, or a machine that slept, makes up for it once', async () => {
  let before = 0
  const { ticks } = await ticksFrom(SUMMER, '*/5 * * * *', 2, () => {
    before = Date.now()
    vi.setSystemTime(before + DAY)
  })
  const after = ticks.filter((at) => at > before)
  expect(after.length).toBe(13)
  expect(after[0]! - before - DAY, 'within a minute').toBeLessThanOrEqual(MINUTE)
})
