import { expect, it } from 'vitest'
import { longestPause } from '../../src/config/schedule-interval.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/instant.ts'

it.each([
  ['*/5 * * * *', 5 * MINUTE],
  ['* * * * *', MINUTE],
  ['0 */10 * * * *', 10 * MINUTE],
  ['*/20 * * * * *', 20 * SECOND],
  ['* * * * * *', SECOND],
  ['0 * * * *', HOUR],
  ['0,10,40 * * * *', 30 * MINUTE],
  ['10-20/5 * * * *', 50 * MINUTE],
  ['5/30 * * * *', 30 * MINUTE],
  ['0 */6 * * *', 6 * HOUR],
  ['0 8-18 * * *', 14 * HOUR],
  ['30 3 * * *', 24 * HOUR],
  ['0 0 1 1 *', 31 * DAY],
  ['*/5 * * * mon-fri', 31 * DAY],
  ['5-1 * * * *', HOUR],
  ['what * * * *', HOUR],
])('%s: at most %d ms', (expression, pause) => {
  expect(longestPause(expression)).toBe(pause)
})
