import { expect, it } from 'vitest'
import { openExaminer } from '../../src/app/daemon/examiner.ts'
import type { Setup } from '../../src/app/setup.ts'
import type { Examination } from '../../src/core/examination.ts'
import { DAY, HOUR } from '../../src/core/instant.ts'
import { EXAMPLE, withRecords } from '../support/asking.ts'
import { name } from '../support/config.ts'
import { daemon } from '../support/daemon.ts'
import { examining } from '../support/examining.ts'
import { homeLine } from '../support/home-line.ts'

const DAILY = { doctorInterval: DAY } as const

function examiner(line: ReturnType<typeof examining>) {
  const stop = new AbortController()
  const heard: (Examination | undefined)[] = []
  const { afterRound } = openExaminer(line.world, (one) => heard.push(one), stop.signal)
  const settle = () => new Promise((resolve) => setTimeout(resolve, 20))
  /** A round has ended, and whatever it began as well. */
  const round = async (setup: Setup = line.setup) => {
    afterRound(setup)
    await settle()
    return heard.length
  }
  return { stop, heard, round, afterRound, settle }
}

it('examines after the first round, then when the interval has passed', async () => {
  const line = examining({ config: DAILY })
  const { round } = examiner(line)
  expect(await round()).toBe(1)
  line.time.now += HOUR
  expect(await round()).toBe(1)
  line.time.now += DAY - HOUR
  expect(await round()).toBe(2)
  line.time.now -= 10 * DAY // a clock that was set back
  expect(await round()).toBe(3)
})

it('one at a time, and none where nobody wants it', async () => {
  const line = examining({ config: DAILY })
  const { afterRound, heard, settle, round, stop } = examiner(line)
  afterRound(line.setup)
  afterRound({ ...line.setup })
  await settle()
  expect(heard).toHaveLength(1)
  const off = { ...line.setup, config: { ...line.setup.config, doctorInterval: 'off' as const } }
  expect(await round(off)).toBe(2)
  expect(heard.at(-1)).toBeUndefined()
  expect(await round(off)).toBe(2)
  stop.abort()
  expect(await round()).toBe(2)
})

it('a configuration that was read again is examined at once', async () => {
  const line = examining({ config: DAILY })
  const { round } = examiner(line)
  await round()
  expect(await round({ ...line.setup })).toBe(2)
})

it('what rounds look after themselves is left to them', async () => {
  const line = examining({ config: DAILY, internet: withRecords(EXAMPLE, 'example.com', { 'example.com MX': '' }) })
  const { round, heard } = examiner(line)
  await round()
  expect(heard[0]?.findings.map(({ id }) => id)).not.toContain('mx-missing')
  const silent = examining({ config: { ...DAILY, domains: [{ name: name('nothing.example') }] } })
  const other = examiner(silent)
  await other.round()
  expect(other.heard[0]).toMatchObject({ verdict: 'not-known', domains: [{ verdict: 'not-known' }] })
})

it('one that fails is logged, and tried again when it is due', async () => {
  const errors: unknown[] = []
  const line = examining({ config: DAILY })
  const broken = { ...line.world, store: { ...line.world.store, last: () => JSON.parse('{') } }
  const log = { ...line.world.log, error: (message: string) => errors.push(message) }
  const { round, heard } = examiner({ ...line, world: { ...broken, log } })
  await round()
  expect([heard, errors]).toEqual([[], ['the mail path could not be examined']])
})

it('one that is stopped tells nothing', async () => {
  const line = examining({ config: DAILY })
  const { afterRound, settle, heard, stop } = examiner(line)
  afterRound(line.setup)
  stop.abort()
  await settle()
  expect(heard).toEqual([])
})

it('the daemon examines beside its rounds, which do not wait for it', async () => {
  const records = { 'example.net MX': [{ type: 'MX', preference: 10, exchange: 'a.example.net' }] as const }
  const domains = [{ name: name('example.net') }]
  const home = await homeLine({ lag: 0, records, config: { domains, hosts: [], types: ['A'], doctorInterval: DAY } })
  const one = await daemon(home)
  await one.rested(1)
  await expect.poll(() => one.examined.length).toBe(1)
  expect(one.examined[0]?.domains).toMatchObject([{ domain: 'example.net', isOwn: true }])
  one.hints.give('schedule')
  await one.rested(2)
  await one.pass(DAY)
  one.hints.give('schedule')
  await one.rested(3)
  await expect.poll(() => one.examined.length).toBe(2)
  one.stop.abort()
  await one.end
})

it('what is wrong is looked at again after an hour: it may be mended', async () => {
  const internet = withRecords(EXAMPLE, 'example.com', { 'example.com MX': '10 gone.example.com' })
  const line = examining({ config: DAILY, internet })
  const { round, heard } = examiner(line)
  await round()
  const isWrong = heard[0]?.findings.some(({ severity }) => severity === 'error')
  line.time.now += HOUR
  expect(await round()).toBe(isWrong ? 2 : 1)
})
