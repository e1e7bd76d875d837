import { describe, expect, it } from 'vitest'
import { dateText, distanceText, dueText, momentText, roundSpan, tookText } from '../../src/report/moment-text.ts'
import { NOW, PLAIN } from './documents.ts'

describe('moments', () => {
  it.each([
    [400, '1 s'],
    [89_000, '89 s'],
    [240_000, '4 min'],
    [5_400_000, '2 h'],
    [172_800_000, '2 d'],
  ])('%d ms is %s', (span, words) => expect(roundSpan(span)).toBe(words))

  it.each([
    [412, '0.4 s'],
    [12_400, '12 s'],
    [59_999, '60 s'],
    [120_000, '2 min'],
    [179_900, '3 min'],
    [125_000, '2 min 5 s'],
  ])('%d ms took %s', (ms, words) => expect(tookText(ms)).toBe(words))

  it('are in the time zone of the user, with the date where it is another day', () => {
    expect(momentText(NOW, PLAIN)).toBe('02:14')
    expect(momentText('2026-11-03T22:59:00Z', PLAIN)).toBe('2026-11-03 23:59')
    expect(momentText('2026-07-03T22:59:00Z', PLAIN)).toBe('2026-07-04 00:59')
    expect(dateText(NOW)).toBe('2026-11-04 02:14')
    expect(dueText('until', '2026-11-04T01:18:30Z', PLAIN)).toBe('until 02:18 (in 4 min)')
    expect(dueText('at', '2026-11-04T01:00:00Z', PLAIN)).toBe('in the next round')
    expect(distanceText(NOW + 10, NOW)).toBe('now')
  })

  it('that are none are shown as they are', () => {
    expect(momentText('soon', PLAIN)).toBe('soon')
    expect(momentText(Number.NaN, PLAIN)).toBe('at an unknown time')
    expect(dateText('soon')).toBe('soon')
    expect(dueText('until', 'soon', PLAIN)).toBe('until soon')
  })
})
