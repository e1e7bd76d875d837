import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Hurry, SourceTroubles } from '../../src/app/ask-sources.ts'
import { detect } from '../../src/app/detect.ts'
import { Failure } from '../../src/core/failure.ts'
import { DAY, MINUTE } from '../../src/core/instant.ts'
import type { IpSource } from '../../src/line/source.ts'
import { sourceWorld } from '../support/source-world.ts'
import { stoppedClock } from '../support/stopped-clock.ts'
import { ip } from '../support/targets.ts'

const [X, Y] = [ip('5.9.1.7'), ip('5.9.1.8')]
const CARRIER = ip('100.64.3.4')

/** What a source does in a round: an address, `down`, or `silent` (it never answers). */
type Does = string

/** A daemon's rounds over sources that the test speaks for; `?` at the end of a name: nobody named it. */
function line(names: readonly string[], quorum?: number) {
  const wall = { now: 0, set: 0 }
  const { clock, ...time } = stoppedClock(wall)
  const troubles: SourceTroubles = new Map()
  const shown: Hurry['shown'] = new Map()
  const live: Hurry['live'] = new Map()
  const hearings: Hurry['hearings'] = { last: new Map() }
  let does: Readonly<Record<string, Does>> = {}
  let asked: string[] = []
  const sources = names.map((name): IpSource => {
    const id = name.replace('?', '')
    return {
      ...{ id, view: id.startsWith('router') ? 'gateway' : 'outside', types: ['A'] },
      ...(name.endsWith('?') && { optional: true }),
      addresses: (_type, _world, signal) => {
        asked.push(id)
        const answer = does[id] ?? X
        if (answer === 'hidden') return Promise.reject(new Failure('unavailable', id, { reason: 'hidden' }))
        if (answer === 'none') return Promise.resolve([])
        if (answer === 'down') return Promise.reject(new Failure('network', `${id}: refused`))
        if (answer !== 'silent') return Promise.resolve([ip(answer)])
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Failure('cancelled', 'let go')))
        })
      },
    }
  })
  async function round(news: Readonly<Record<string, Does>> = {}, hint = false, isCut = false) {
    does = { ...does, ...news }
    asked = []
    const cut = new AbortController()
    const world = { ...sourceWorld({}), clock }
    const hurry = { troubles, shown, live, hearings, hint, now: clock.now, random: () => 0 }
    const before = clock.now()
    const lines = { default: { sources, quorum } }
    let isOver = false
    const found = detect(lines, ['A'], [], world, cut.signal, hurry).finally(() => {
      isOver = true
    })
    for (let nth = 0; nth < 200 && !isOver; nth++) {
      await time.pass(nth === 0 ? 0 : 250)
      if (isCut) cut.abort()
    }
    const { detected, findings, sources: said, sightings } = await found
    const ms = clock.now() - before
    await time.pass(5 * MINUTE - ms)
    const { A } = detected.default!
    return {
      ...{ asked, ms, findings: findings.map(({ id }) => id), said, sightings: sightings.default!.A! },
      address: A instanceof Failure ? A.message : A?.join(),
    }
  }
  async function rounds(count: number, news: Readonly<Record<string, Does>> = {}) {
    for (let nth = 1; nth < count; nth++) await round(news)
    return round(news)
  }
  const setClock = (by: number) => {
    wall.set += by
  }
  return { round, rounds, troubles, setClock, sleeping: time.sleeping }
}

it('of a round that was cut short nothing is remembered', async () => {
  const { round, troubles } = line(['a', 'b', 'c', 'd'])
  const { address } = await round({ a: 'down', c: 'silent', d: 'silent' }, false, true)
  expect([address, troubles.size]).toEqual([X, 0])
  await round({ c: X, d: X })
  expect(troubles.size).toBe(1)
})

it('of a line that was in doubt a round that was cut short takes nothing back', async () => {
  const { round, rounds, troubles } = line(['a', 'b'])
  await rounds(2, { a: 'down', b: 'down' })
  await round({ a: X, b: 'silent' }, false, true)
  expect(troubles.get('default A')).toMatchObject({ times: 2 })
  await round()
  expect(troubles.has('default A')).toBe(false)
})

it('waits for nobody who could not change the verdict any more', async () => {
  const { round, sleeping } = line(['a', 'b', 'c'])
  const { address, ms, sightings } = await round({ c: 'silent' })
  expect([address, ms]).toEqual([X, 0])
  expect(sightings.map(({ source }) => source)).toEqual(['a', 'b'])
  expect(sleeping()).toBe(0)
})

it('waits for those who could', async () => {
  expect(await line(['a', 'b', 'c']).round({ b: Y, c: 'silent' })).toMatchObject({ ms: 5000 })
  expect(await line(['a', 'b', 'c'], 3).round({ c: 'silent' })).toMatchObject({ ms: 5000 })
})

it('waits for a router that might show carrier-grade NAT, but not long for one that nobody named', async () => {
  const named = await line(['a', 'b', 'router']).round({ router: 'silent' })
  expect(named).toMatchObject({ ms: 5000, address: X })
  const found = await line(['a', 'b', 'router?']).round({ router: 'silent' })
  expect(found).toMatchObject({ ms: 2000, address: X, findings: [] })
  expect(await line(['a', 'b', 'router?']).round({ router: CARRIER })).toMatchObject({
    ms: 0,
    findings: ['behind-cgnat'],
  })
})

it('what a router shows ends the waiting for all outside', async () => {
  const { ms, address } = await line(['a', 'b', 'router?']).round({ a: 'silent', b: 'silent', router: CARRIER })
  expect(ms).toBe(0)
  expect(address).toContain('100.64.3.4 is not public')
})

it('a source that failed in three rounds rests, is told of once, and costs no round its time any more', async () => {
  const { round, rounds } = line(['a', 'b'])
  const third = await rounds(3, { b: 'silent' })
  expect(third).toMatchObject({ ms: 5000, asked: ['a', 'b'], said: [{ source: 'b', what: 'fails', times: 3 }] })
  const fourth = await round()
  expect(fourth).toMatchObject({ ms: 0, asked: ['a'], address: X, said: [{ source: 'b', what: 'fails', times: 3 }] })
  const fifth = await round()
  expect(fifth.asked, 'its pause is over').toEqual(['a', 'b'])
  const sixth = await round({ b: X })
  expect(sixth.asked).toEqual(['a'])
  const later = await rounds(2)
  expect(later).toMatchObject({ asked: ['a', 'b'], said: [{ source: 'b', what: 'answers again' }] })
  expect(await round()).toMatchObject({ asked: ['a', 'b'], said: [] })
})

it('one that contradicts the others for long rests as well, and is no finding each time it is asked again', async () => {
  const { rounds } = line(['a', 'b', 'c'])
  expect(await rounds(2, { c: Y })).toMatchObject({ findings: [], asked: ['a', 'b', 'c'] })
  // Who comes last is not heard: two agree already.
  const { rounds: others } = line(['liar', 'a', 'b'])
  expect(await others(3, { liar: Y })).toMatchObject({ findings: ['sources-disagree'], said: [{ source: 'liar' }] })
  const seen: Awaited<ReturnType<typeof others>>[] = []
  for (let nth = 0; nth < 9; nth++) seen.push(await others(1))
  expect(seen.flatMap(({ findings }) => findings)).toEqual([])
  expect(seen.filter(({ asked }) => asked.includes('liar')).length).toBeGreaterThan(0)
})

it('a router that shows another public address is told of for as long as it does', async () => {
  const { rounds } = line(['a', 'b', 'router?'])
  for (let nth = 0; nth < 9; nth++)
    expect(await rounds(1, { router: Y })).toMatchObject({ address: X, findings: ['sources-disagree'], said: [] })
  expect(await rounds(1, { router: X })).toMatchObject({ findings: [] })
})

it('where the others cannot tell, all are asked', async () => {
  const { round, rounds } = line(['a', 'b'])
  await rounds(3, { b: 'down' })
  expect(await round({ a: 'down', b: X })).toMatchObject({ asked: ['a', 'b'], address: X })
})

it('those that rest still count among those that are configured', async () => {
  const { round, rounds } = line(['a', 'b', 'c'], 2)
  await rounds(3, { c: 'down' })
  const { address } = await round({ b: 'down', c: 'down' })
  expect(address).toContain('1 of 3 sources agree, 2 must')
})

it('a line that is down makes nothing rest', async () => {
  const { round, rounds } = line(['a', 'b'])
  await rounds(9, { a: 'down', b: 'down' })
  expect(await round({ a: X, b: X })).toMatchObject({ asked: ['a', 'b'], said: [] })
})

it('those outside rest where the router of the only line tells: what is blocked for good costs no round its time', async () => {
  const { rounds, round } = line(['a', 'b', 'router?'])
  await rounds(3, { a: 'silent', b: 'silent' })
  expect(await round()).toMatchObject({ ms: 0, address: X, asked: ['router'] })
})

it('a router that nobody named, and that is silent, is not told of', async () => {
  const { round, rounds } = line(['a', 'b', 'router?'])
  expect(await rounds(3, { router: 'silent' })).toMatchObject({ ms: 2000, said: [], findings: [] })
  expect(await round()).toMatchObject({ ms: 0, asked: ['a', 'b'], said: [] })
})

it('is asked again when the line may have changed, beside the others: nobody waits, and what it says counts', async () => {
  const { round, rounds } = line(['router?', 'a', 'b'])
  await rounds(3, { router: 'silent' })
  expect(await round({}, true)).toMatchObject({ ms: 0, asked: ['router', 'a', 'b'], address: X })
  await rounds(3)
  expect(await round({ router: CARRIER }, true)).toMatchObject({ findings: ['behind-cgnat'] })
  expect(await round({ router: X })).toMatchObject({ asked: ['router', 'a', 'b'] })
})

it('is waited for beside others that cannot tell', async () => {
  const { round, rounds } = line(['a', 'b', 'router?'])
  await rounds(3, { router: 'down' })
  const { address } = await round({ a: 'down', b: 'down', router: X }, true)
  expect(address).toBe(X)
})

it('a veto stays while the router is silent, for an hour', async () => {
  const { round, rounds } = line(['a', 'b', 'router?'])
  await round({ router: CARRIER })
  const silent = await round({ router: 'silent' })
  expect(silent).toMatchObject({ findings: ['behind-cgnat'], ms: 2000 })
  expect(silent.address).toContain('100.64.3.4 is not public')
  expect(silent.address).toContain('shown lately; it does not tell now')
  // The last of these is an hour after the router told.
  expect((await rounds(10)).findings).toEqual(['behind-cgnat'])
  expect(await round()).toMatchObject({ address: X, findings: [] })
})

it('it ends after that hour also where the clock was set back meanwhile', async () => {
  const { round, rounds, setClock } = line(['a', 'b', 'router?'])
  await round({ router: CARRIER })
  setClock(-DAY)
  // It is counted anew, from the end of the first of these.
  expect((await rounds(13, { router: 'silent' })).findings).toEqual(['behind-cgnat'])
  expect(await round()).toMatchObject({ address: X, findings: [] })
})

it('it ends when the router shows something else, by whichever of its ways', async () => {
  const { round } = line(['a', 'b', 'router?', 'router2?'])
  await round({ router: CARRIER, router2: CARRIER })
  expect(await round({ router: 'silent', router2: X })).toMatchObject({ address: X, findings: [] })
  expect(await round({ router2: 'silent' })).toMatchObject({ address: X })
})

it('another box that never showed it does not end it', async () => {
  const { round } = line(['a', 'b', 'router', 'router2'])
  await round({ router: CARRIER, router2: '192.168.178.20' })
  expect((await round({ router: 'down' })).findings).toEqual(['behind-cgnat'])
})

it('the router in its place, which shows a public address by another way, ends it', async () => {
  const { round } = line(['a', 'b', 'router', 'router2'])
  await round({ router: CARRIER, router2: 'silent' })
  expect((await round({ router: 'silent' })).findings).toEqual(['behind-cgnat'])
  expect(await round({ router2: X })).toMatchObject({ address: X, findings: [] })
})

it('one that rested and showed it is waited for', async () => {
  const { round, rounds } = line(['router?', 'a', 'b'])
  await rounds(3, { router: 'silent' })
  await round({ router: CARRIER }, true)
  expect(await round({ router: 'silent' }, true)).toMatchObject({ ms: 2000, findings: ['behind-cgnat'] })
})

it('whatever is between, silence never publishes within an hour of a veto', async () => {
  const veto = fc.constantFrom(CARRIER, '192.0.0.2', 'none')
  const quiet = fc.constantFrom('silent', 'down', 'hidden')
  const others = fc.record({ a: fc.constantFrom(X, 'down'), b: fc.constantFrom(X, Y, 'silent') })
  const step = fc.tuple(quiet, others, fc.boolean())
  const before = fc.array(fc.constantFrom('silent', 'down'), { maxLength: 4 })
  const mark = fc.constantFrom('router', 'router?')
  let seen = 0
  await fc.assert(
    fc.asyncProperty(mark, before, veto, fc.array(step, { maxLength: 11 }), async (name, first, shown, steps) => {
      const { round } = line([name, 'a', 'b'])
      for (const router of first) await round({ router }, true)
      expect(await round({ a: X, b: X, router: shown }, true)).toMatchObject({ findings: ['behind-cgnat'] })
      for (const [router, outside, hint] of steps) {
        const { address } = await round({ ...outside, router }, hint)
        expect([X, Y]).not.toContain(address)
        seen++
      }
    }),
    { numRuns: 60 },
  )
  expect(seen).toBeGreaterThan(60)
})
