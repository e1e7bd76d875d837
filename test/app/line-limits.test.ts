import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/instant.ts'
import { memoryOf } from '../../src/core/state.ts'
import { wakeAt } from '../../src/core/wake.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'
import { type Home, homeLine } from '../support/home-line.ts'
import { EMPTY } from '../support/memory-store.ts'
import { planText, provenText } from '../support/plan-text.ts'
import { ip } from '../support/targets.ts'

const WWW = name('www.example.net')
const KEY = `second ${WWW} A` as const
const RRSET = { owner: WWW, type: 'A' } as const

const oneHost = (news: Parameters<typeof homeLine>[0] = {}) =>
  homeLine({ ...news, config: { hosts: [{ name: WWW }], types: ['A'], ...news.config } })
const writing =
  (home: Home, write: World['http']): World['http'] =>
  (request, signal) =>
    request.purpose === 'read' ? home.start().http(request, signal) : write(request, signal)
const saying = (body: string) => async () => ({ status: 200, headers: {}, body })

it('a line that flaps spends the day and then waits, until the first write is a day old', async () => {
  const home = await oneHost({ config: { dailyUpdates: 5 } })
  const world = home.start()
  const plans: string[] = []
  for (let nth = 2; nth < 8; nth++) {
    home.line.A = [ip(`192.0.2.${nth}`)]
    home.time.now += 10 * MINUTE
    plans.push(planText(await home.run(world)))
  }
  expect(plans).toEqual([...Array(4).fill('www A publish changed'), ...Array(2).fill('www A wait budget')])
  const { writes } = memoryOf(world.store.last(), KEY)
  const waiting = await home.run(world)
  expect(wakeAt(waiting)).toBe(writes[0]! + DAY)
  home.time.now = writes[0]! + DAY
  expect(planText(await home.run(world))).toBe('www A publish changed')
  expect(home.service.held(RRSET)).toEqual(home.line.A)
})

it('what never left costs nothing of the day', async () => {
  const home = await oneHost({ config: { dailyUpdates: 3 } })
  const down = { ...home.start(), http: writing(home, async () => Promise.reject(new Failure('network', 'refused'))) }
  for (let nth = 0; nth < 5; nth++) {
    home.time.now += HOUR
    expect(planText(await home.run(down))).toBe('www A publish changed')
  }
  expect(memoryOf(down.store.last(), KEY).writes).toHaveLength(1)
})

it('wakes when the pause of a failure ends, and goes at once when the line is back', async () => {
  const home = await oneHost()
  const http = writing(home, async () => Promise.reject(new Failure('network', 'refused')))
  const world = { ...home.start(), http }
  const failed = await home.run(world)
  expect(wakeAt(failed)).toBe(failed.finished + 5 * SECOND)
  expect(planText(await home.run(world))).toBe('www A wait pause')
  expect(planText(await home.run(world, { without: ['default'] }))).toBe('www A publish changed')
})

it('force sends what may be a repeat three times a day', async () => {
  const home = await oneHost()
  const world = home.start()
  expect(planText(await home.run(world, { force: 'all' }))).toBe('www A publish changed') // no repeat
  const plans: string[] = []
  for (let nth = 0; nth < 4; nth++) {
    home.time.now += MINUTE
    plans.push(planText(await home.run(world, { force: 'all' })))
  }
  expect(plans).toEqual([...Array(3).fill('www A publish forced'), 'www A wait force-limit'])
  home.line.A = [ip('192.0.2.3')]
  expect(planText(await home.run(world, { force: 'all' }))).toBe('www A publish changed')
  home.time.now += DAY
  expect(planText(await home.run(world, { force: [WWW] }))).toBe('www A publish forced')
})

it('abuse is lifted only by naming the host', async () => {
  const home = await oneHost()
  const world = home.start()
  await home.run({ ...world, http: writing(home, saying('abuse')) })
  expect(planText(await home.run(world))).toBe('www A hold blocked')
  home.line.A = [ip('192.0.2.3')]
  expect(planText(await home.run(world, { force: 'all' }))).toBe('www A hold blocked')
  expect(planText(await home.run(world, { force: [WWW] }))).toBe('www A publish forced')
  expect(planText(await home.run(world))).toBe('www A skip up-to-date')
})

it('a hold outlives a restart and a new address, not a new setting', async () => {
  const home = await oneHost()
  await home.run({ ...home.start(), http: writing(home, saying('badauth')) })
  home.line.A = [ip('192.0.2.3')]
  expect(planText(await home.run(home.start()))).toBe('www A hold auth')
  const mended = { ...home.setup.accounts.second!, identity: () => 'another password' }
  Object.assign(home.setup.accounts, { second: mended })
  expect(planText(await home.run(home.start()))).toBe('www A publish changed')
})

it('911: half an hour at least', async () => {
  const home = await oneHost()
  const world = home.start()
  const failed = await home.run({ ...world, http: writing(home, saying('911')) })
  expect(wakeAt(failed)).toBe(failed.finished + 30 * MINUTE)
  home.time.now += 29 * MINUTE
  expect(planText(await home.run(world))).toBe('www A wait pause')
  home.time.now += MINUTE
  expect(planText(await home.run(world))).toBe('www A publish changed')
})

const lost = async () => Promise.reject(new Failure('network', 'reset', { lost: true }))

it('an answer that was lost is read back: it had arrived', async () => {
  const home = await oneHost({ lag: MINUTE })
  const world = home.start()
  const arrives: World['http'] = async (request) => {
    await home.service.http(request)
    return lost()
  }
  const first = await home.run({ ...world, http: writing(home, arrives) })
  expect(first.done).toMatchObject([{ outcome: { kind: 'unknown' } }])
  // The name servers still have the old set: that contradicts nothing.
  expect(provenText(first)).toBe('www A visible 0/3')
  expect(memoryOf(first.state, KEY).confirmed?.at).toBeLessThan(first.started) // of the set before
  const { requests } = home.service
  home.time.now += MINUTE
  const second = await home.run(world)
  expect(planText(second)).toBe('www A skip adopted')
  expect(provenText(second)).toBe('www A confirmed 2/3')
  expect(memoryOf(second.state, KEY)).toMatchObject({
    published: { addresses: ['192.0.2.2'] },
    previous: { addresses: ['192.0.2.1'] },
    confirmed: { state: 'confirmed' },
  })
  expect(home.service.requests).toBe(requests)
})

it('an answer that was lost is read back: it had not', async () => {
  const home = await oneHost({ lag: MINUTE })
  const world = home.start()
  await home.run({ ...world, http: writing(home, lost) })
  const plans = new Set<string>()
  const begun = home.time.now
  while (home.time.now < begun + 5 * MINUTE) {
    plans.add(planText(await home.run(world)))
    home.time.now += 30 * SECOND
  }
  expect([...plans]).toEqual(['www A wait pause'])
  expect(planText(await home.run(world))).toBe('www A publish read-back')
  expect({ held: home.service.held(RRSET), repeats: home.service.repeats }).toEqual({ held: ['192.0.2.2'], repeats: 0 })
})

it('a lost answer, then a third address that is refused, then the old one again: nothing is forgotten', async () => {
  const home = await oneHost({ lag: MINUTE })
  const world = home.start()
  const arrives: World['http'] = async (request) => {
    await home.service.http(request)
    return lost()
  }
  await home.run({ ...world, http: writing(home, arrives) }) // .2 is there, and we do not know
  home.line.A = [ip('192.0.2.3')]
  await home.run({ ...world, http: writing(home, async () => Promise.reject(new Failure('network', 'refused'))) })
  home.line.A = [ip('192.0.2.1')] // as published before
  for (let minute = 0; minute < 40; minute++) {
    home.time.now += MINUTE
    await home.run(world)
  }
  expect({ held: home.service.held(RRSET), repeats: home.service.repeats }).toEqual({ held: ['192.0.2.1'], repeats: 0 })
})

it('the very first answer is lost: nothing is published yet, for all we know', async () => {
  const home = await oneHost({ lag: MINUTE })
  home.disk.synced = JSON.stringify(EMPTY)
  const world = home.start()
  const first = await home.run({ ...world, http: writing(home, lost) })
  expect(provenText(first)).toBe('www A visible 0/3')
  expect(memoryOf(first.state, KEY)).toMatchObject({ intent: { addresses: ['192.0.2.2'] } })
  expect(memoryOf(first.state, KEY).published).toBeUndefined()
  home.time.now += 5 * MINUTE
  expect(planText(await home.run(world))).toBe('www A publish read-back')
})
