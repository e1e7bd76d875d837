import { afterEach, expect, it, vi } from 'vitest'
import { retryAfterOf } from '../../src/providers/kits/status.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const after = (text: string) => retryAfterOf({ 'retry-after': text }, NOW)
afterEach(() => vi.unstubAllEnvs())

it.each([
  ['120', 120],
  [' 120 ', 120],
  ['Wed, 25 Nov 2026 12:01:17 GMT', 77],
  ['Wednesday, 25-Nov-26 12:01:17 GMT', 77],
  ['Wed Nov 25 12:01:17 2026', 77],
  ['Wed Dec  2 12:00:00 2026', 7 * 86_400],
])('%j is a time', (text, seconds) => {
  for (const TZ of ['UTC', 'America/New_York']) {
    vi.stubEnv('TZ', TZ)
    expect(after(text), TZ).toBe(seconds)
  }
})

it.each([
  '',
  '0',
  '-60',
  '1.5',
  '120s',
  '0x10',
  '120, 60',
  'soon',
  'in 2099',
  '2099-01-01',
  'Wed, 25 Nov 2026 11:59:59 GMT',
  'Wed, 25 Nov 2099 12:01:17 +0100',
  'Wed, 99 Nov 2099 99:99:99 GMT',
  'Someday, 2099 12:00:00 GMT GMT',
])('%j is none', (text) => expect(after(text)).toBeUndefined())

it('no header is none', () => expect(retryAfterOf({}, NOW)).toBeUndefined())
