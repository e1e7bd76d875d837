import fc from 'fast-check'
import { createTask } from 'node-cron'
import { expect, it } from 'vitest'
import { DAY, HOUR, SECOND } from '../../src/core/instant.ts'
import { openTimes } from '../../src/system/next-time.ts'

process.env.TZ = 'Europe/Berlin'

const FROM = Date.parse('2026-01-01T00:00:00Z')
const SPRING = Date.parse('2026-03-29T01:00:00Z')
const AUTUMN = Date.parse('2026-10-25T01:00:00Z')

function field(least: number, most: number): fc.Arbitrary<string> {
  const one = fc.integer({ min: least, max: most }).map(String)
  const some = fc.uniqueArray(one, { minLength: 1, maxLength: 4 }).map((all) => all.join(','))
  return fc.oneof(
    fc.constant('*'),
    some,
    fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
  )
}

const days = fc.oneof({ weight: 3, arbitrary: field(1, 28) }, fc.constantFrom('L', '15W', '1,L'))
const weekdays = fc.oneof({ weight: 3, arbitrary: field(0, 6) }, fc.constantFrom('5L', '1#2', '0,3#1'))
const expressions = fc
  .tuple(fc.oneof(fc.constant('0'), field(0, 59)), field(0, 59), field(0, 23), days, field(1, 12), weekdays)
  .map((fields) => fields.join(' '))

/** What the package itself would say; right wherever the clock is not changed. */
function byPackage(expression: string, now: number): number | undefined {
  const task = createTask(expression, () => {}, { logger: { debug() {}, info() {}, warn() {}, error() {} } })
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...given: []) {
      super(...((given.length === 0 ? [now] : given) as []))
    }

    static override now() {
      return now
    }
  } as DateConstructor
  try {
    return task.getNextRuns(1)[0]?.getTime()
  } catch (error) {
    if (/could not find/i.test(String(error))) return undefined
    throw error
  } finally {
    globalThis.Date = RealDate
    void task.destroy()
  }
}

function nextOf(expression: string, now: number): number | undefined {
  const times = openTimes(expression)
  const at = times.next(now)
  times.close()
  return at
}

it('agrees with the package, on every day on which the clock is not changed', () => {
  fc.assert(
    fc.property(expressions, fc.integer({ min: 0, max: 360 * 86_400 }), (expression, after) => {
      const now = FROM + after * SECOND
      const own = nextOf(expression, now)
      const changed = [SPRING, AUTUMN].some((at) => now < at + DAY && (own ?? Number.POSITIVE_INFINITY) > at - DAY)
      if (!changed) expect(own).toBe(byPackage(expression, now))
    }),
    { numRuns: 300 },
  )
})

it('is the first second at which the clock shows it, also while the clock is changed', () => {
  const often = fc
    .tuple(fc.oneof(fc.constant('0'), field(0, 59)), field(0, 59), field(0, 4))
    .map((fields) => `${fields.join(' ')} * * *`)
  const hours = fc.integer({ min: -2 * 3600, max: 2 * 3600 })
  fc.assert(
    fc.property(often, fc.constantFrom(SPRING, AUTUMN), hours, (expression, change, from) => {
      const now = change + from * SECOND
      const found = nextOf(expression, now)
      const times = shownOn(expression)
      const end = Math.min(found ?? Number.POSITIVE_INFINITY, now + 3 * HOUR)
      for (let at = now + SECOND; at < end; at += SECOND) if (times(at)) expect(new Date(at).toISOString()).toBe('none')
      if (found !== undefined) expect(times(found)).toBe(true)
    }),
    { numRuns: 150 },
  )
})

/** Whether the clock shows a time of `S M H * * *`, read anew here. */
function shownOn(expression: string): (at: number) => boolean {
  const [seconds, minutes, hours] = expression.split(' ').map((text, i) => {
    if (text === '*') return () => true
    if (text.startsWith('*/')) return (value: number) => value % Number(text.slice(2)) === 0
    const all = text.split(',').map(Number)
    return i < 3 ? (value: number) => all.includes(value) : () => true
  })
  return (at) => {
    const date = new Date(at)
    return seconds!(date.getSeconds()) && minutes!(date.getMinutes()) && hours!(date.getHours())
  }
}

it.each([
  ['0 0 0 15W * 6', undefined], // a weekday is no Saturday
  ['0 0 0 29 2 1', '2044-02-28T23:00:00.000Z'], // a Monday
])('%s: %s', (expression, at) => {
  const found = nextOf(expression, FROM)
  expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(at)
})
