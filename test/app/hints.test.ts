import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Hint, openHints } from '../../src/app/daemon/hints.ts'
import { SECOND } from '../../src/core/instant.ts'
import { stoppedClock } from '../support/stopped-clock.ts'

const never = new AbortController().signal

function open() {
  const { clock, later, pass, sleeping } = stoppedClock()
  return { hints: openHints(clock.now, later), clock, pass, sleeping }
}

/** Someone who takes each hint as it comes; the moments are what is kept. */
function taking({ hints, clock }: ReturnType<typeof open>) {
  const taken: { at: number; hint: Hint }[] = []
  const take = async () => {
    for (;;) {
      const hint = await hints.next(never)
      taken.push({ at: clock.now(), hint })
    }
  }
  void take()
  return taken
}

it('hands a hint on at once', async () => {
  const all = open()
  const taken = taking(all)
  all.hints.give('signal')
  await setImmediate()
  expect(taken).toEqual([{ at: 0, hint: 'signal' }])
})

it('many that come while nobody asks become one, the latest', async () => {
  const { hints } = open()
  for (const hint of ['schedule', 'signal', 'reload'] as const) hints.give(hint)
  expect(await hints.next(never)).toBe('reload')
  const after: Hint[] = []
  void hints.next(never).then((hint) => after.push(hint))
  await setImmediate()
  expect(after).toEqual([])
})

it.each(['kernel', 'push', 'signal', 'reload'] as const)('%s is not forgotten for the schedule', async (hint) => {
  const { hints } = open()
  for (const one of ['schedule', hint, 'schedule'] as const) hints.give(one)
  expect(await hints.next(never)).toBe(hint)
})

it('a hint is not lost on someone who no longer asks', async () => {
  const { hints } = open()
  const tired = new AbortController()
  const lost: Hint[] = []
  void hints.next(tired.signal).then((hint) => lost.push(hint))
  tired.abort()
  hints.give('kernel')
  expect(await hints.next(never)).toBe('kernel')
  expect(lost).toEqual([])
})

it('one who stops asking late does not take it from the next', async () => {
  const { hints } = open()
  const early = new AbortController()
  void hints.next(early.signal)
  const found = hints.next(never)
  early.abort()
  hints.give('signal')
  expect(await found).toBe('signal')
})

it('tells of each, so that a confirmation makes way', () => {
  const { hints } = open()
  let told = 0
  hints.onHint = () => {
    told += 1
  }
  hints.give('schedule')
  hints.give('kernel')
  expect(told).toBe(2)
})

it('of a storm of kernel events five go through, and one more at the end', async () => {
  const all = open()
  const taken = taking(all)
  for (let nth = 0; nth < 50; nth++) {
    all.hints.give('kernel')
    await setImmediate()
    await all.pass(100)
  }
  expect(taken.map(({ at }) => at)).toEqual([0, 100, 200, 300, 400])
  await all.pass(60 * SECOND)
  expect(taken.map(({ at }) => at)).toEqual([0, 100, 200, 300, 400, 10_000])
  expect(all.sleeping()).toBe(0)
})

it('what comes while a round runs begins one more, however much it is', async () => {
  const { hints, pass } = open()
  for (const way of ['kernel', 'nat-pmp', 'upnp', 'push', 'probe', 'upnp', 'nat-pmp'] as const) {
    await pass(100)
    hints.give(way)
    expect(hints.heard()[0]?.way).toBe(way)
  }
  expect(await hints.next(never)).toBe('nat-pmp')
  hints.give('kernel') // the second round in ten seconds
  expect(await hints.next(never)).toBe('kernel')
})

it('knows by which ways the line was heard of, held back or not: the latest first, and how often', async () => {
  const { hints, pass } = open()
  hints.give('schedule')
  expect(hints.heard()).toEqual([])
  expect(await hints.next(never)).toBe('schedule')
  for (const way of ['kernel', 'nat-pmp', 'upnp', 'push', 'probe'] as const) {
    await pass(100)
    hints.give(way)
    expect(await hints.next(never)).toBe(way)
  }
  await pass(50)
  hints.give('upnp') // the sixth in ten seconds
  expect(hints.heard()).toEqual([
    { way: 'upnp', at: 550, times: 2 },
    { way: 'probe', at: 500, times: 1 },
    { way: 'push', at: 400, times: 1 },
    { way: 'nat-pmp', at: 200, times: 1 },
    { way: 'kernel', at: 100, times: 1 },
  ])
  const late: Hint[] = []
  void hints.next(never).then((hint) => late.push(hint))
  await pass(9000)
  expect(late).toEqual([])
  await pass(60 * SECOND)
  expect(late).toEqual(['upnp'])
})

it('the schedule and the user are not held back', async () => {
  const all = open()
  const taken = taking(all)
  for (let nth = 0; nth < 20; nth++) {
    all.hints.give(nth % 2 === 0 ? 'schedule' : 'signal')
    await setImmediate()
  }
  expect(taken).toHaveLength(20)
})

it('never more than five kernel events in ten seconds, and never is the last one forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(4000), { minLength: 1, maxLength: 60 }), async (pauses) => {
      const all = open()
      const taken = taking(all)
      let last = 0
      for (const ms of pauses) {
        await all.pass(ms)
        last = all.clock.now()
        all.hints.give('kernel')
        await setImmediate()
      }
      await all.pass(60 * SECOND)
      const ats = taken.map(({ at }) => at)
      for (const at of ats) {
        expect(ats.filter((one) => one >= at && one < at + 10 * SECOND).length).toBeLessThanOrEqual(5)
      }
      expect(ats.at(-1)).toBeGreaterThanOrEqual(last)
      expect(ats.at(-1)).toBeLessThanOrEqual(last + 10 * SECOND)
    }),
    { numRuns: 40 },
  )
})
