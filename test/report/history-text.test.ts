import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/history.ts'
import type { IpAddress } from '../../src/dns/rrset.ts'
import { historyDocument, historyText } from '../../src/report/history-text.ts'
import { NEW, NOW, OLD, PLAIN } from './documents.ts'

describe('history', () => {
  const entry = (given: Partial<HistoryEntry>): HistoryEntry => ({
    at: NOW,
    host: 'mail.example.com',
    type: 'A',
    provider: 'ionos',
    why: 'changed',
    before: [OLD as IpAddress],
    after: [NEW as IpAddress],
    outcome: 'updated',
    ...given,
  })

  it('shows the newest first, with what went wrong', () => {
    const document = historyDocument([
      entry({ at: NOW - 86_400_000, before: null, after: [], outcome: 'failed', error: 'answered 503' }),
      entry({ confirmation: 'confirmed' }),
    ])
    expect(document.updates.map(({ at, error }) => [at, error])).toEqual([
      ['2026-11-04T01:14:30.000Z', null],
      ['2026-11-03T01:14:30.000Z', 'answered 503'],
    ])
    expect(historyText(document, PLAIN)).toBe(
      `2026-11-04 02:14  mail.example.com  A  198.51.100.7 -> 203.0.113.7  address changed  published, confirmed  ionos
2026-11-03 02:14  mail.example.com  A  none                         address changed  failed                ionos
    answered 503`,
    )
  })

  it.each([
    ['first', null, '203.0.113.7  first time'],
    ['drifted', [], 'none -> 203.0.113.7  someone else changed it'],
    ['forced', [NEW], '203.0.113.7 -> 203.0.113.7  by force'],
    ['refresh', [NEW], '203.0.113.7 -> 203.0.113.7  to keep it alive'],
    ['of a newer version' as 'forced', [NEW], '203.0.113.7 -> 203.0.113.7  of a newer version'],
  ] as const)('says why: %s', (why, before, words) => {
    const document = historyDocument([entry({ why, before: before as IpAddress[] | null })])
    expect(historyText(document, PLAIN)).toContain(`  A  ${words}  published  ionos`)
  })

  it('when nothing has been sent yet', () => {
    expect(historyText(historyDocument([]), PLAIN)).toBe('No update has been made yet.')
  })
})
