import { expect, it } from 'vitest'
import type { Wish } from '../../src/app/setup.ts'
import type { Config } from '../../src/config/config.ts'
import { Failure } from '../../src/core/failure.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/instant.ts'
import { memoryOf } from '../../src/core/state.ts'
import type { World } from '../../src/ports/world.ts'
import { documentOf } from '../../src/report/document.ts'
import { name } from '../support/config.ts'
import { type Home, homeLine } from '../support/home-line.ts'
import { planText, provenText } from '../support/plan-text.ts'
import { ip } from '../support/targets.ts'

const WWW = { owner: name('www.example.net'), type: 'A' } as const
const API = { owner: name('mail.example.org'), type: 'A' } as const
const FOREIGN = [ip('192.0.2.66')]
const OURS = [ip('192.0.2.1')]

/** One host at a service that cannot be read, another at an API; both hold the line's address. */
async function twoAccounts(driftInterval: Config['driftInterval']) {
  const account = { zones: undefined, settings: { username: 'anna', password: 's3cr3t' } }
  const home = await homeLine({
    config: {
      hosts: [{ name: WWW.owner }, { name: API.owner }],
      types: ['A'],
      accounts: [
        { ...account, name: 'second', use: 'noip', zones: [name('example.net')] },
        { ...account, name: 'api', use: 'zone-api', settings: {}, zones: [name('example.org')] },
      ],
      driftInterval,
    },
  })
  home.line.A = OURS
  return home
}

/** A round a minute; the minutes at which something was sent. */
async function sendings(home: Home, world: World, minutes: number): Promise<readonly string[]> {
  const sent: string[] = []
  for (let minute = 1; minute <= minutes; minute++) {
    home.time.now += MINUTE
    const { done } = await home.run(world)
    sent.push(...done.map(({ action }) => `${minute} ${action.target.owner} ${action.why}`))
  }
  return sent
}

it('a service that cannot be read: half an hour after the name servers were seen to show it, and once a day', async () => {
  const home = await twoAccounts(10 * MINUTE)
  const world = home.start()
  await sendings(home, world, 5)
  home.service.put(WWW, FOREIGN)
  // Seen by the next look (the last one was at most 10 min ago, the name servers lag 3 min).
  const sent = await sendings(home, world, 60)
  expect(sent).toEqual([expect.stringMatching(/^(3[3-9]|4[0-3]) www.example.net drifted$/)])
  expect(home.service.held(WWW)).toEqual(OURS)

  home.service.put(WWW, FOREIGN)
  expect(await sendings(home, world, 120)).toEqual([])
  home.time.now += 22 * HOUR
  expect(await sendings(home, world, 60)).toEqual([expect.stringMatching(/www.example.net drifted$/)])
  expect(home.service.held(WWW)).toEqual(OURS)
})

it('the correction tells what it replaces: what the name servers showed, not what had been published', async () => {
  const home = await twoAccounts(10 * MINUTE)
  const world = home.start()
  home.service.put(WWW, FOREIGN)
  const round = async (wish: Partial<Wish> = {}) => documentOf(await home.run(world, wish)).targets[0]!
  for (let minute = 0; minute < 60; minute++) {
    home.time.now += MINUTE
    const planned = await round({ dryRun: true })
    const { why, before, after } = await round()
    if (why !== 'drifted') continue
    expect({ before, after }).toEqual({ before: FOREIGN, after: OURS })
    expect(planned).toMatchObject({ why: 'drifted', before: FOREIGN, outcome: null })
    return
  }
  expect.unreachable('it was never put right')
})

it('what is right again in time is left alone, and forgotten', async () => {
  const home = await twoAccounts(10 * MINUTE)
  const world = home.start()
  home.service.put(WWW, FOREIGN)
  await sendings(home, world, 20)
  expect(memoryOf(world.store.last(), `second ${WWW.owner} A`).drift?.addresses).toEqual(FOREIGN)
  home.service.put(WWW, OURS)
  expect(await sendings(home, world, 40)).toEqual([])
  expect(memoryOf(world.store.last(), `second ${WWW.owner} A`).drift).toBeUndefined()
})

it('the correction takes the other family along, which only the name servers know', async () => {
  const home = await twoAccounts(10 * MINUTE)
  const world = home.start()
  const six = { ...WWW, type: 'AAAA' } as const
  home.service.put(six, [ip('2001:db8::99')])
  home.service.put(WWW, FOREIGN)
  expect(await sendings(home, world, 60)).toHaveLength(1)
  expect([home.service.held(WWW), home.service.held(six)]).toEqual([OURS, ['2001:db8::99']])
})

it('two families of a host that drift apart are one request, hence one correction a day', async () => {
  const host = name('home.ddns.net')
  const home = await homeLine({
    config: { hosts: [{ name: host, types: ['A', 'AAAA'] }], driftInterval: 10 * MINUTE },
  })
  const world = home.start()
  await sendings(home, world, 10)
  home.records[`${host} A`] = [{ type: 'A', address: ip('192.0.2.66') }] // name servers that stand still
  expect(await sendings(home, world, 60)).toEqual([expect.stringMatching(/^\d+ home.ddns.net drifted$/)])
  home.records[`${host} AAAA`] = [{ type: 'AAAA', address: ip('2001:db8::66') }]
  expect(await sendings(home, world, 120)).toEqual([])
  home.time.now += 22 * HOUR
  expect(await sendings(home, world, 60)).not.toEqual([])
})

it('an API: by the next interval at the latest, and told what it held', async () => {
  const home = await twoAccounts(HOUR)
  const world = home.start()
  home.api.put(API, FOREIGN)
  home.time.now += 61 * MINUTE
  const { done } = await home.run(world)
  expect(done).toMatchObject([{ action: { why: 'drifted' }, before: FOREIGN, outcome: { kind: 'updated' } }])
  expect(home.api.held(API)).toEqual(OURS)
})

it('an API is read once an interval', async () => {
  const home = await twoAccounts(HOUR)
  const world = home.start()
  await sendings(home, world, 60)
  const { reads } = home.api
  await sendings(home, world, 180)
  expect(home.api.reads - reads).toBe(3)
})

it('an API that cannot be read proves nothing', async () => {
  const home = await twoAccounts(HOUR)
  const world = home.start()
  home.api.readFails = new Failure('unavailable', 'down')
  home.api.put(API, FOREIGN)
  home.time.now += 61 * MINUTE
  expect(planText(await home.run(world))).toBe('www A skip up-to-date, mail A skip up-to-date')
})

it('off: nobody looks', async () => {
  const home = await twoAccounts('off')
  const world = home.start()
  const { reads } = home.api
  home.api.put(API, FOREIGN)
  home.service.put(WWW, FOREIGN)
  home.time.now += 2 * DAY
  expect(await sendings(home, world, 40)).toEqual([])
  expect(home.api.reads).toBe(reads)
})

it('a round for one host does not take the turn of the others', async () => {
  const home = await twoAccounts(HOUR)
  const world = home.start()
  home.api.put(API, FOREIGN)
  home.time.now += 61 * MINUTE
  await home.run(world, { only: [WWW.owner] })
  expect(home.api.held(API)).toEqual(FOREIGN)
  await home.run(world)
  expect(home.api.held(API)).toEqual(OURS)
})

it('force reads an API again, and writes', async () => {
  const home = await twoAccounts('off')
  const world = home.start()
  home.api.put(API, FOREIGN)
  const { done } = await home.run(world, { force: [API.owner] })
  expect(done).toMatchObject([{ action: { why: 'forced' }, before: FOREIGN }])
})

it('while a foreign set is seen, the name servers are asked every round', async () => {
  const home = await twoAccounts(10 * MINUTE)
  const world = home.start()
  home.service.put(WWW, FOREIGN)
  await sendings(home, world, 15)
  home.time.now += MINUTE
  expect(provenText(await home.run(world))).toBe('www A contradicted 0/3')
})

it('a clock that was ahead does not put the next look off', async () => {
  const home = await twoAccounts(HOUR)
  const world = home.start()
  home.time.now += 30 * DAY
  await home.run(world)
  home.time.now -= 30 * DAY
  home.api.put(API, FOREIGN)
  await home.run(world)
  expect(home.api.held(API)).toEqual(OURS)
})
