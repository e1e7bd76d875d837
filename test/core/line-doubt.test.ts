import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/instant.ts'
import { doubtAfter, isDoubted } from '../../src/core/line-doubt.ts'
import type { SourceTrouble } from '../../src/core/source-rest.ts'

const SILENT = new Failure('network', 'silent')

/** Rounds at these minutes, each without an answer. */
const after = (...minutes: readonly number[]) =>
  minutes.reduce<SourceTrouble | undefined>((doubt, at) => doubtAfter(doubt, SILENT, at * MINUTE), undefined)

it.each([
  ['nothing was missed', [], 9, false],
  ['one round, long ago', [0], 60, false],
  ['rounds of one reconnection', [0, 0.1, 0.5, 1.9], 1.9, false],
  ['two rounds, and two minutes', [0, 1], 2, true],
  ['two rounds, and less', [0, 1], 1.9, false],
])('%s', (_, minutes, now, isIt) => expect(isDoubted(after(...minutes), now * MINUTE)).toBe(isIt))

it('one answer ends it; a round that was ended says nothing', () => {
  const doubt = after(0, 5)
  expect(doubtAfter(doubt, undefined, HOUR)).toBeUndefined()
  expect(doubtAfter(doubt, new Failure('cancelled', 'stopped'), HOUR)).toBe(doubt)
})

it('a clock that was set back begins anew', () => {
  const doubt = doubtAfter({ ...after(0, 5)!, since: DAY }, SILENT, HOUR)
  expect(doubt).toMatchObject({ since: HOUR, times: 3 })
  expect(isDoubted(doubt, HOUR + 2 * MINUTE)).toBe(true)
})
