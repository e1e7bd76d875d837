import { expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/instant.ts'
import { gaps, ticksFrom } from '../support/schedule-ticks.ts'

process.env.TZ = 'Australia/Lord_Howe'

// On 4 April 2026 at 15:00Z 02:00 becomes 01:30: half an hour comes twice. In October half an hour is missing.
it.each(['2026-04-04T12:30:10Z', '2026-10-03T12:30:10Z'])('from %s: rounds go on every five minutes', async (from) => {
  const { ticks } = await ticksFrom(from, '*/5 * * * *', 6)
  expect([ticks.length, gaps(ticks)]).toEqual([72, [5 * MINUTE]])
})

it('every hour by its clock', async () => {
  const { ticks } = await ticksFrom('2026-04-04T12:00:10Z', '45 * * * *', 6)
  expect(gaps(ticks)).toEqual([HOUR, HOUR / 2])
})
