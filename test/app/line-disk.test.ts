import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE } from '../../src/core/instant.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'
import { daemon } from '../support/daemon.ts'
import { type Home, homeLine, published } from '../support/home-line.ts'
import { memoryStore } from '../support/memory-store.ts'
import { planText } from '../support/plan-text.ts'
import { ip } from '../support/targets.ts'

const WWW = name('www.example.net')
const MAIL = name('mail.example.org')
const PROBLEM = 'cannot write /var/lib/mxhome/state.json: no space left on device'

/** One host at a service that cannot be read, another at an API. */
const twoAccounts = () =>
  homeLine({
    config: {
      hosts: [{ name: WWW }, { name: MAIL }],
      types: ['A'],
      accounts: [
        { name: 'second', use: 'noip', zones: [name('example.net')], settings: { username: 'a', password: 'b' } },
        { name: 'api', use: 'zone-api', zones: [name('example.org')], settings: {} },
      ],
    },
  })
const held = ({ service, api }: Home) => [
  String(service.held({ owner: WWW, type: 'A' })),
  String(api.held({ owner: MAIL, type: 'A' })),
]

/** A store that counts how often the folder is locked and written. */
function counted(home: Home) {
  const store = memoryStore(home.disk)
  let locks = 0
  const exclusive: World['store']['exclusive'] = (work, signal) => {
    locks += 1
    return store.exclusive(work, signal)
  }
  return {
    store: { ...store, exclusive },
    counts: () => ({ locks, writes: store.writes(), requests: home.service.requests }),
  }
}

it('a one-shot that cannot remember sends nothing to a service that punishes repeats, but writes at an API', async () => {
  const home = await twoAccounts()
  const world = { ...home.start(), store: memoryStore(home.disk, { problem: PROBLEM }) }
  const { requests } = home.service
  const { done, findings, plan } = await home.run(world, { needsDisk: true })
  expect(planText({ plan })).toBe('www A publish changed, mail A publish changed')
  expect(done.map(({ outcome }) => outcome.kind).toSorted()).toEqual(['failed', 'updated'])
  expect(findings).toContainEqual(
    expect.objectContaining({ id: 'state-unwritable', severity: 'error', message: PROBLEM }),
  )
  expect(held(home)).toEqual(['192.0.2.1', '192.0.2.2'])
  expect(home.service.requests).toBe(requests)
})

it('a daemon goes on in memory, and sends once', async () => {
  const home = await twoAccounts()
  const world = { ...home.start(), store: memoryStore(home.disk, { problem: PROBLEM }) }
  const { requests } = home.service
  await home.run(world)
  home.time.now += MINUTE
  const { findings } = await home.run(world)
  expect(held(home)).toEqual(['192.0.2.2', '192.0.2.2'])
  expect(home.service.requests - requests).toBe(1)
  expect(findings.map(({ id }) => id)).toContain('state-unwritable')
})

it('a dry run plans; it sends nothing, writes nothing, locks nothing, asks no name server to confirm', async () => {
  const home = await homeLine()
  const { store, counts } = counted(home)
  const before = counts()
  const asked = home.queries.length
  const found = await home.run({ ...home.start(), store }, { dryRun: true })
  expect(found).toMatchObject({ dryRun: true, done: [], confirmations: new Map() })
  expect(planText(found)).toBe(
    'home A publish changed with 2001:db8::1, home AAAA skip up-to-date, mx A publish changed, www A publish changed',
  )
  expect(counts()).toEqual(before)
  expect(published(home)).toBe(1)
  const names = home.queries.slice(asked).map((one) => one.split(' ').slice(1).join(' '))
  expect(new Set(names)).toEqual(new Set(['mx.ddns.net AAAA', 'www.example.net AAAA'])) // for the companions
})

it('a dry run before anything is known', async () => {
  const home = await homeLine()
  home.disk.synced = JSON.stringify({ salt: 's', targets: {}, mx: {} })
  const { store, counts } = counted(home)
  const before = counts()
  const found = await home.run({ ...home.start(), store }, { dryRun: true, force: 'all' })
  expect(found.plan.map(({ kind }) => kind)).toEqual(['publish', 'publish', 'publish', 'publish'])
  expect({ ...counts(), targets: store.last().targets }).toEqual({ ...before, targets: {} })
})

it('an idle round writes nothing, sends nothing, locks nothing, asks no name server', async () => {
  const home = await homeLine()
  await home.live(3)
  const { store, counts } = counted(home)
  const world = { ...home.start(), store }
  const before = counts()
  const asked = home.queries.length
  for (let nth = 0; nth < 5; nth++) {
    home.time.now += MINUTE
    expect((await home.run(world)).plan.map(({ kind }) => kind)).toEqual(Array(4).fill('skip'))
  }
  expect(counts()).toEqual(before)
  expect(home.queries.length).toBe(asked)
})

it('neither does one in which a pause goes on, nor one without an address', async () => {
  const home = await homeLine()
  const world = home.start()
  const http: World['http'] = async (request, signal) =>
    request.purpose === 'read' ? world.http(request, signal) : { status: 503, headers: {}, body: '' }
  for (let nth = 0; nth < 2; nth++) await home.run({ ...world, http }) // the first failure of an account ends its round
  const { store, counts } = counted(home)
  const before = counts()
  expect(planText(await home.run({ ...world, store }))).toBe(
    'home A wait pause, home AAAA skip up-to-date, mx A wait pause, www A wait pause',
  )
  home.line.A = 'silent'
  expect(planText(await home.run({ ...world, store }))).toContain('home A skip address-unknown')
  expect(counts()).toEqual(before)
})

it('what is not confirmed is asked again every round without a lock, and remembered once', async () => {
  const home = await homeLine({ lag: 60 * MINUTE })
  const { store, counts } = counted(home)
  const world = { ...home.start(), store }
  await home.run(world)
  const states: string[] = []
  const locks: number[] = []
  for (const minutes of [10, 10, 60]) {
    const before = counts().locks
    home.time.now += minutes * MINUTE
    const { confirmations } = await home.run(world)
    states.push([...new Set([...confirmations.values()].map(({ state }) => state))].join())
    locks.push(counts().locks - before)
  }
  expect(states).toEqual(['contradicted', 'contradicted', 'confirmed'])
  expect(locks).toEqual([0, 0, 1])
})

it('another process has sent meanwhile: what is on disk by then counts', async () => {
  const home = await homeLine()
  const other = home.start()
  const mine = memoryStore(home.disk)
  // The lock is ours only when the other one has finished; then the state is read again.
  let read: World['store'] = mine
  const store: World['store'] = {
    ...mine,
    last: () => read.last(),
    update: (change) => read.update(change),
    exclusive: async (work) => {
      if (read === mine) {
        await home.run(other)
        read = memoryStore(home.disk)
      }
      return work()
    },
  }
  const { requests } = home.service
  const found = await home.run({ ...home.start(), store })
  expect(found.plan.map(({ kind }) => kind)).toEqual(Array(4).fill('skip'))
  expect(home.service.requests - requests).toBe(3)
  expect(home.service.repeats).toBe(0)
  home.line.A = [ip('192.0.2.3')]
  expect((await home.run({ ...home.start(), store })).done).toHaveLength(3)
})

it('what somebody has mended beside the daemon is seen by its next round, although it had nothing to do', async () => {
  const home = await homeLine({ lag: 0 })
  const service = { refuses: true }
  const world = (store: World['store']): World => {
    const real = home.start()
    return {
      ...real,
      store,
      http: async (request, signal) =>
        request.purpose === 'write' && service.refuses
          ? { status: 200, headers: {}, body: 'badauth' }
          : real.http(request, signal),
    }
  }
  const mine = world(memoryStore(home.disk))
  await home.run(mine)
  const held = planText(await home.run(mine))
  expect(held).toContain('hold')
  service.refuses = false
  await home.run(world(memoryStore(home.disk)), { force: 'all' })
  home.line.A = [ip('192.0.2.3')]
  expect(planText(await home.run(mine))).not.toContain('hold')
  expect(String(home.service.held({ owner: name('mx.ddns.net'), type: 'A' }))).toBe('192.0.2.3')
})

it('what another process has published since the line was looked at is not undone: it is looked at again', async () => {
  const home = await homeLine({ lag: 0 })
  const other = home.start()
  const mine = memoryStore(home.disk)
  let turns = 0
  const exclusive: World['store']['exclusive'] = async (work, signal) => {
    if (turns++ === 0) {
      home.time.now += 1
      home.line.A = [ip('192.0.2.9')]
      await home.run(other)
      home.time.now += 1
      await mine.catchUp()
    }
    return mine.exclusive(work, signal)
  }
  const { repeats } = home.service
  const found = await home.run({ ...home.start(), store: { ...mine, exclusive } })
  expect(planText(found)).not.toContain('publish')
  expect(String(home.service.held({ owner: name('mx.ddns.net'), type: 'A' }))).toBe('192.0.2.9')
  expect(home.service.repeats).toBe(repeats)
})

it('nor what it has published while this round still waited for the others that it asks', async () => {
  const home = await homeLine({ lag: 0 })
  const other = home.start()
  const mine = memoryStore(home.disk)
  const real = home.start()
  let asked = 0
  const http: World['http'] = async (request, signal) => {
    const answer = await real.http(request, signal)
    if (!request.url.includes('ip.example.org') || request.family === 6 || asked++ > 0) return answer
    home.time.now += 1
    home.line.A = [ip('192.0.2.9')]
    await home.run(other)
    home.time.now += 1
    return answer
  }
  const exclusive: World['store']['exclusive'] = async (work, signal) => {
    await mine.catchUp()
    return mine.exclusive(work, signal)
  }
  await home.run({ ...real, http, store: { ...mine, exclusive } })
  expect(String(home.service.held({ owner: name('mx.ddns.net'), type: 'A' }))).toBe('192.0.2.9')
})

it('who had to wait for the folder looks again, and not for ever', async () => {
  const home = await homeLine({ lag: 0 })
  const mine = memoryStore(home.disk)
  let turns = 0
  const exclusive: World['store']['exclusive'] = (work, signal) => {
    turns += 1
    home.time.now += MINUTE
    home.line.A = [ip(`192.0.2.${10 + turns}`)]
    return mine.exclusive(work, signal)
  }
  const found = await home.run({ ...home.start(), store: { ...mine, exclusive } })
  expect(found.done).not.toEqual([])
  expect(String(home.service.held({ owner: name('mx.ddns.net'), type: 'A' }))).toBe('192.0.2.12')
})

it('a daemon whose disk takes nothing sends, and is killed: the next one sees it at the name servers, and repeats nothing', async () => {
  const home = await homeLine({ lag: 0 })
  const full = { ...home.start(), store: memoryStore(home.disk, { problem: PROBLEM }) }
  await home.run(full)
  expect(published(home)).toBe(4)
  const { requests } = home.service

  const looks = () => home.queries.filter((query) => query.endsWith(' A')).length
  const looksBefore: number[] = []
  const next = await daemon(home, ({ http }) => ({
    http: (request, signal) => {
      if (request.purpose === 'write') looksBefore.push(looks())
      return http(request, signal)
    },
  }))
  await next.rested(1)
  expect(planText(next.rounds[0]!)).toBe(
    'home A skip adopted, home AAAA skip up-to-date, mx A skip adopted, www A skip adopted',
  )
  expect([home.service.requests - requests, home.service.repeats]).toEqual([0, 0])

  // From now on the disk is believed: a new address goes out without a look.
  home.line.A = [ip('192.0.2.3')]
  const before = looks()
  next.hints.give('signal')
  await next.rested(2)
  expect([published(home), home.service.repeats, looksBefore[0]]).toEqual([4, 0, before])
  next.stop.abort()
  await next.end
})

it('a disk that could not be written is tried at the end of each round, also of one that has nothing to do', async () => {
  const home = await homeLine({ lag: 0 })
  const { store, counts } = counted(home)
  const world = { ...home.start(), store }
  await home.run(world)
  const { locks } = counts()
  await home.run(world)
  expect(counts().locks, 'nothing to do').toBe(locks)
  await home.run({ ...world, store: { ...store, problem: () => 'full' } })
  expect(counts().locks).toBe(locks + 1)
})

it('a confirmation that cannot be noted in time does not make a round fail that has sent', async () => {
  const home = await homeLine({ lag: 0 })
  const inner = memoryStore(home.disk)
  let turns = 0
  const exclusive =
    (failure: Failure): World['store']['exclusive'] =>
    (work, signal) =>
      turns++ === 0 ? inner.exclusive(work, signal) : Promise.reject(failure)
  const at = (failure: Failure) => home.run({ ...home.start(), store: { ...inner, exclusive: exclusive(failure) } })
  expect((await at(new Failure('unavailable', 'in use', { reason: 'locked' }))).done).toHaveLength(3)
  home.line.A = [ip('192.0.2.3')]
  turns = 0
  await expect(at(new Failure('bug', 'of ours'))).rejects.toMatchObject({ kind: 'bug' })
})
