import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/instant.ts'
import { name } from '../support/config.ts'
import { daemon, gated } from '../support/daemon.ts'
import { homeLine, published } from '../support/home-line.ts'
import { planText } from '../support/plan-text.ts'
import { ip } from '../support/targets.ts'

it('a round at the start, then at every hint, and rest in between', async () => {
  const home = await homeLine({ lag: 0 })
  const one = await daemon(home)
  await one.rested(1)
  expect([one.begun, published(home)]).toEqual([['start'], 4])
  await one.pass(60 * MINUTE)
  expect(one.rounds).toHaveLength(1)
  for (const hint of ['schedule', 'signal', 'kernel'] as const) {
    const count = one.rests.length
    one.hints.give(hint)
    await one.rested(count + 1)
  }
  expect(one.begun).toEqual(['start', 'schedule', 'signal', 'kernel'])
  expect(one.rests).toEqual(Array(4).fill(undefined))
  one.stop.abort()
  await one.end
})

it('a new address is published by the next round', async () => {
  const home = await homeLine({ lag: 0 })
  const one = await daemon(home)
  await one.rested(1)
  home.line.A = [ip('192.0.2.3')]
  one.hints.give('kernel')
  await one.rested(2)
  expect(published(home)).toBe(4)
  one.stop.abort()
  await one.end
})

it('the end of a pause starts a round', async () => {
  const home = await homeLine({ lag: 0 })
  let isDown = true
  const one = await daemon(home, ({ http }) => ({
    http: async (request, signal) =>
      request.purpose === 'write' && isDown ? { status: 200, headers: {}, body: '911' } : http(request, signal),
  }))
  await one.rested(1)
  expect(one.rests).toEqual([30 * MINUTE])
  isDown = false
  await one.pass(30 * MINUTE - 1)
  expect(one.begun).toHaveLength(1)
  await one.pass(1)
  await one.rested(2)
  expect(one.begun).toEqual(['start', 'pause'])
  expect(published(home)).toBe(4)
  one.stop.abort()
  await one.end
})

it.each([
  ['this machine has slept', 2 * HOUR, MINUTE],
  ['the clock was set back', -2 * HOUR, 30 * MINUTE],
])('the end of a pause is found although no timer feels it: %s', async (_, by, wait) => {
  const home = await homeLine({ lag: 0 })
  let isDown = true
  const one = await daemon(home, ({ http }) => ({
    http: async (request, signal) =>
      request.purpose === 'write' && isDown ? { status: 200, headers: {}, body: '911' } : http(request, signal),
  }))
  await one.rested(1)
  expect(one.rests).toEqual([30 * MINUTE])
  isDown = false
  Object.assign(home.time, { set: by })
  await one.pass(wait - 1)
  expect(one.begun).toEqual(['start'])
  await one.pass(1)
  await expect.poll(() => one.begun, { interval: 1 }).toEqual(['start', 'pause'])
  one.stop.abort()
  await one.end
})

it('hints during a round: one more after it, also when that began with the end of a pause', async () => {
  const home = await homeLine({ lag: 0 })
  let answer = '911'
  const gate = gated()
  const one = await daemon(home, (world) => ({
    http: async (request, signal) => {
      if (request.purpose === 'write' && answer !== '') return { status: 200, headers: {}, body: answer }
      return gate.news(world).http!(request, signal)
    },
  }))
  await one.rested(1)
  answer = ''
  await one.pass(30 * MINUTE)
  await gate.atGate
  for (const hint of ['schedule', 'kernel', 'signal'] as const) one.hints.give(hint)
  gate.open()
  await one.rested(3)
  expect(one.begun).toEqual(['start', 'pause', 'signal'])
  await one.pass(60 * MINUTE)
  expect(one.begun).toHaveLength(3)
  one.stop.abort()
  await one.end
})

it('a hint ends a confirmation that is under way, and the next round takes it up', async () => {
  const home = await homeLine({ lag: 5 * MINUTE, config: { confirmTimeout: 10 * MINUTE } })
  const one = await daemon(home)
  await expect.poll(() => published(home)).toBe(4)
  await one.pass(SECOND)
  expect(one.rests).toEqual([])
  one.hints.give('kernel')
  await expect.poll(() => one.begun).toEqual(['start', 'kernel'])
  expect(planText(one.rounds[0]!)).toContain('www A publish changed')
  await one.pass(6 * MINUTE)
  await one.rested(2)
  expect([...one.rounds[1]!.confirmations.values()].map(({ state }) => state)).toEqual(Array(3).fill('confirmed'))
  one.stop.abort()
  await one.end
})

it('stops while it rests', async () => {
  const one = await daemon(await homeLine({ lag: 0 }))
  await one.rested(1)
  one.stop.abort()
  await one.end
  expect(one.begun).toEqual(['start'])
})

it('stops within a round, whose write is recorded', async () => {
  const home = await homeLine({ lag: 0 })
  const gate = gated()
  const one = await daemon(home, gate.news)
  await gate.atGate
  one.stop.abort()
  gate.open()
  await one.end
  expect(one.begun).toEqual(['start'])
  expect(home.disk.synced).not.toContain('"intent"')
  // What was sent is published; what was not, was not begun.
  expect((home.disk.synced.match(/192\.0\.2\.2/g) ?? []).length).toBe(published(home) - 1)
})

it('stops while the sources are asked', async () => {
  const home = await homeLine({ lag: 0 })
  let asked = false
  const one = await daemon(home, ({ http }) => ({
    http: (request, signal) => {
      asked = true
      return request.purpose === 'read' ? new Promise(() => {}) : http(request, signal)
    },
  }))
  await expect.poll(() => asked).toBe(true)
  one.stop.abort()
  await one.end
  expect([one.rounds, one.failures, published(home)]).toEqual([[], [], 1])
})

it('does not rest for ever when it was stopped at the end of a round', async () => {
  const home = await homeLine({ lag: 0 })
  const one = await daemon(home, (world) => ({
    store: {
      ...world.store,
      problem: () => {
        one.stop.abort() // the last thing that a round does
        return undefined
      },
    },
  }))
  await expect.poll(() => one.hasEnded()).toBe(true)
})

it('a folder that is locked: said, and tried again after a minute', async () => {
  const home = await homeLine({ lag: 0 })
  let isLocked = true
  const one = await daemon(home, ({ store }) => ({
    store: {
      ...store,
      exclusive: async (work, signal) => {
        if (isLocked) throw new Failure('unavailable', 'locked', { reason: 'locked' })
        return store.exclusive(work, signal)
      },
    },
  }))
  await one.rested(1)
  expect(one.failures).toMatchObject([{ reason: 'locked' }])
  expect(one.rests).toEqual([MINUTE])
  isLocked = false
  await one.pass(MINUTE)
  await one.rested(2)
  expect([one.begun, published(home)]).toEqual([['start', 'pause'], 4])
  one.stop.abort()
  await one.end
})

it('what breaks a round does not break the daemon', async () => {
  const home = await homeLine({ lag: 0 })
  let isBroken = true
  const one = await daemon(home, ({ store }) => ({
    store: {
      ...store,
      last: () => {
        if (isBroken) throw new TypeError('x is not a function')
        return store.last()
      },
    },
  }))
  await one.rested(1)
  expect(one.failures).toMatchObject([{ kind: 'bug' }])
  isBroken = false
  one.hints.give('schedule')
  await one.rested(2)
  expect(published(home)).toBe(4)
  one.stop.abort()
  await one.end
})

it('a reloaded configuration counts from the next round on', async () => {
  const home = await homeLine({ lag: 0 })
  const one = await daemon(home)
  await one.rested(1)
  const hosts = [{ name: name('new.ddns.net'), types: ['A'] as const }]
  one.setups.now = { ...home.setup, config: { ...home.setup.config, hosts } }
  one.hints.give('reload')
  await one.rested(2)
  expect(planText(one.rounds[1]!)).toBe('new A publish first')
  one.stop.abort()
  await one.end
})

it('an event that comes before the address can be learnt is followed up, ever more seldom, until it is', async () => {
  const home = await homeLine({ lag: 0, config: { hosts: [{ name: name('www.example.net') }], types: ['A'] } })
  const one = await daemon(home)
  await one.rested(1)
  home.line.A = 'silent'
  one.hints.give('schedule')
  await one.rested(2)
  expect(one.rests.at(-1), 'nothing has happened').toBeUndefined()
  one.hints.give('kernel')
  await one.rested(3)
  for (const wait of [5, 10, 20]) {
    expect(one.rests.at(-1)).toBe(wait * SECOND)
    const count = one.rests.length
    await one.pass(wait * SECOND)
    await one.rested(count + 1)
  }
  home.line.A = [ip('192.0.2.3')]
  await one.pass(40 * SECOND)
  await one.rested(7)
  expect(published(home)).toBe(1)
  expect([one.begun.slice(-4), one.rests.at(-1)]).toEqual([Array(4).fill('pause'), undefined])
  home.line.A = 'silent'
  one.hints.give('kernel')
  for (let nth = 8; nth < 15; nth++) {
    await one.rested(nth)
    if (nth < 14) await one.pass(one.rests.at(-1) ?? 0)
  }
  expect(one.rests.slice(7), 'then it is left to the schedule').toEqual(
    [5, 10, 20, 40, 80, 160, undefined].map((wait) => wait && wait * SECOND),
  )
  one.hints.give('kernel')
  await one.rested(15)
  expect(one.rests.at(-1), 'or to the next event').toBe(5 * SECOND)
  one.stop.abort()
  await one.end
})

it('when the line is back, pauses after network faults are over', async () => {
  const home = await homeLine({ lag: 0, config: { hosts: [{ name: name('www.example.net') }], types: ['A'] } })
  let isDown = true
  const one = await daemon(home, ({ http }) => ({
    http: async (request, signal) => {
      if (request.purpose === 'write' && isDown) throw new Failure('network', 'refused')
      return http(request, signal)
    },
  }))
  await one.rested(1)
  for (let nth = 1; nth < 8; nth++) {
    await one.pass(one.rests.at(-1) ?? 0)
    await one.rested(nth + 1)
  }
  expect(one.rests.at(-1)).toBeGreaterThan(10 * MINUTE)
  isDown = false
  one.hints.give('kernel')
  await one.rested(9)
  expect(published(home)).toBe(0)
  home.line.A = 'silent'
  one.hints.give('kernel')
  await one.rested(10)
  home.line.A = [ip('192.0.2.2')]
  one.hints.give('kernel')
  await one.rested(11)
  expect(published(home)).toBe(1)
  one.stop.abort()
  await one.end
})
