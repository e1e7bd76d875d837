import { expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE, SECOND } from '../../src/core/instant.ts'
import type { TargetKey } from '../../src/core/plan.ts'
import type { Round } from '../../src/core/round.ts'
import { wakeAt } from '../../src/core/wake.ts'
import type { World } from '../../src/ports/world.ts'
import { documentOf } from '../../src/report/document.ts'
import { name } from '../support/config.ts'
import { homeLine } from '../support/home-line.ts'
import { interfacesWith, onHost } from '../support/source-world.ts'
import { ip } from '../support/targets.ts'

const DSL = '192.0.2.7'
const LTE = '192.0.2.8'
const HOST = name('mail.example.net')
const KEY: TargetKey = `api ${HOST} A`
const line = (of: string) => ({
  ...{ name: of, interface: undefined, ipSources: [`http:http://ip.example.org/${of}`], quorum: undefined },
  ...{ lineDownAfter: 30 * SECOND, failbackAfter: 10 * MINUTE },
})
const FAILOVER: Partial<Config> = {
  lines: [line('dsl'), line('lte')],
  hosts: [{ name: HOST, line: ['dsl', 'lte'] }],
  types: ['A'],
  accounts: [{ use: 'zone-api', name: 'api', zones: [name('example.net')], settings: {} }],
}

/** A home whose lines answer as the test says; a round at each moment. */
async function twoLines() {
  const home = await homeLine({ lag: 0, config: FAILOVER })
  const up: Record<string, boolean> = { dsl: true, lte: true }
  const world = home.start()
  const http: World['http'] = async ({ url }) => {
    const of = url.endsWith('dsl') ? 'dsl' : 'lte'
    return { status: up[of] ? 200 : 503, headers: {}, body: of === 'dsl' ? DSL : LTE }
  }
  const round = (also: Partial<World> = {}): Promise<Round> => home.run({ ...world, http, ...also })
  const after = async (ms: number) => {
    home.time.now += ms
    return round()
  }
  const shown = ({ plan, state }: Round) => {
    const [action] = plan
    const published = state.targets[KEY]?.published?.addresses.join()
    return [action?.kind, 'why' in action! ? action.why : '', published]
  }
  return { home: { ...home, world }, up, round, after, shown }
}

it('waits for half a minute, takes the next line, and comes back after ten minutes', async () => {
  const { home, up, round, after, shown } = await twoLines()
  expect(shown(await round())).toEqual(['publish', 'changed', DSL])
  expect(shown(await after(MINUTE))).toEqual(['skip', 'up-to-date', DSL])

  up.dsl = false
  const waiting = await after(MINUTE)
  expect(shown(waiting)).toEqual(['wait', 'line-down', DSL])
  const [document] = documentOf(waiting).targets
  expect(document).toMatchObject({
    line: 'dsl',
    lines: ['dsl', 'lte'],
    error: { kind: 'network', retryAt: expect.any(String) },
  })
  expect(wakeAt(waiting)).toBe(waiting.finished + 30 * SECOND)

  const over = await after(30 * SECOND)
  expect(shown(over)).toEqual(['publish', 'changed', LTE])
  expect(documentOf(over).targets[0]).toMatchObject({ line: 'lte', after: [LTE], outcome: 'updated' })
  const { synced } = home.disk
  expect(shown(await after(5 * MINUTE))).toEqual(['skip', 'up-to-date', LTE])
  expect(home.disk.synced).toBe(synced) // an idle round writes nothing

  up.dsl = true
  const back = await after(MINUTE)
  expect(shown(back)).toEqual(['skip', 'up-to-date', LTE])
  expect(wakeAt(back)).toBe(back.finished + 10 * MINUTE)
  expect(shown(await after(9 * MINUTE))).toEqual(['skip', 'up-to-date', LTE])
  expect(shown(await after(MINUTE))).toEqual(['publish', 'changed', DSL])
})

it('gives up a line whose provider is dead, although its own end keeps the address', async () => {
  const kept = { ...line('dsl'), ipSources: ['http:http://ip.example.org/dsl', 'interface:eth0'] }
  const home = await homeLine({ lag: 0, config: { ...FAILOVER, lines: [kept, line('lte')] } })
  const world = { ...home.start(), interfaces: interfacesWith([onHost('eth0', DSL)]) }
  let dsl: string | number = DSL
  const http: World['http'] = async ({ url }) => {
    if (url.endsWith('lte')) return { status: 200, headers: {}, body: LTE }
    if (dsl === '') throw new Failure('network', 'ip.example.org: no answer', { reason: 'silent' })
    return typeof dsl === 'number' ? { status: dsl, headers: {}, body: '' } : { status: 200, headers: {}, body: dsl }
  }
  const round = async (ms: number) => {
    home.time.now += ms
    const { plan, state } = await home.run({ ...world, http })
    const [action] = plan
    return [action && 'why' in action && action.why, state.lines?.dsl?.link?.state]
  }
  await round(0)
  expect(home.api.held({ owner: HOST, type: 'A' })).toEqual([ip(DSL)])
  dsl = 503 // it is reached: the line lives
  expect(await round(MINUTE)).toEqual(['up-to-date', 'up'])
  dsl = ''
  expect(await round(MINUTE)).toEqual(['up-to-date', 'unsure'])
  expect(await round(30 * SECOND)).toEqual(['changed', 'down'])
  expect(home.api.held({ owner: HOST, type: 'A' })).toEqual([ip(LTE)])
  for (let nth = 0; nth < 5; nth++)
    expect(await round(5 * MINUTE), 'those outside never rest').toEqual(['up-to-date', 'down'])
  dsl = DSL
  expect(await round(MINUTE)).toEqual(['up-to-date', 'returning'])
  expect(await round(10 * MINUTE)).toEqual(['changed', 'up'])
  expect(home.api.held({ owner: HOST, type: 'A' })).toEqual([ip(DSL)])
})

it('remembers it over a restart', async () => {
  const { home, up, round, after } = await twoLines()
  await round()
  up.dsl = false
  await after(MINUTE)
  await after(MINUTE)
  const saved = JSON.parse(home.disk.synced)
  expect(saved.lines).toMatchObject({ dsl: { link: { state: 'down' } }, lte: { link: { state: 'up' } } })
})

it('off while a line was unsure: it has its time when the box starts, and no other line is taken for it', async () => {
  const { home, up, round, after, shown } = await twoLines()
  await round()
  up.dsl = false
  await after(MINUTE)
  const blind = await after(10 * MINUTE) // shut down seconds later, and the network is not ready yet
  expect(shown(blind)).toEqual(['wait', 'line-down', DSL])
  expect(wakeAt(blind)).toBe(blind.finished + 30 * SECOND)
  expect(JSON.parse(home.disk.synced).lines.dsl.link).toMatchObject({ state: 'unsure', begun: 2 })
  await after(15 * SECOND)
  up.dsl = true
  expect(shown(await after(5 * SECOND))).toEqual(['skip', 'up-to-date', DSL])
  up.dsl = false
  await after(MINUTE)
  expect(shown(await after(30 * SECOND))).toEqual(['publish', 'changed', LTE])
})

it('one-shots of cron, every five minutes: the third gives the line up', async () => {
  const { up, round, after, shown } = await twoLines()
  await round()
  up.dsl = false
  expect(shown(await after(5 * MINUTE))).toEqual(['wait', 'line-down', DSL])
  expect(shown(await after(5 * MINUTE))).toEqual(['wait', 'line-down', DSL])
  expect(shown(await after(5 * MINUTE))).toEqual(['publish', 'changed', LTE])
})

it('a line that was cut off when it was first looked for is used as soon as it has an address', async () => {
  const dialling = { ...line('dsl'), ipSources: ['interface:ppp0'] }
  const home = await homeLine({ lag: 0, config: { ...FAILOVER, lines: [dialling, line('lte')] } })
  const held = () => home.api.held({ owner: HOST, type: 'A' })
  const world = home.start()
  expect([held(), world.store.last().lines?.dsl?.link?.state]).toEqual([[ip('192.0.2.1')], 'down'])
  home.time.now += MINUTE
  await home.run({ ...world, interfaces: interfacesWith([onHost('ppp0', DSL)]) })
  expect(held()).toEqual([ip(DSL)])
  home.time.now += MINUTE
  await home.run(world)
  expect(held(), 'it was seen now: it has to come back').toEqual([ip('192.0.2.2')])
  home.time.now += MINUTE
  await home.run({ ...world, interfaces: interfacesWith([onHost('ppp0', DSL)]) })
  expect(held()).toEqual([ip('192.0.2.2')])
})

it('three rounds are enough where a third of the time lies between them; a line that only reconnects is kept', async () => {
  const { up, round, after, shown } = await twoLines()
  await round()
  up.dsl = false
  for (let i = 0; i < 5; i++) expect(shown(await after(SECOND))).toEqual(['wait', 'line-down', DSL])
  up.dsl = true
  expect(shown(await after(SECOND))).toEqual(['skip', 'up-to-date', DSL])
  up.dsl = false
  await after(SECOND)
  expect(shown(await after(10 * SECOND))).toEqual(['wait', 'line-down', DSL])
  expect(shown(await after(10 * SECOND))).toEqual(['publish', 'changed', LTE])
})

it('what is learnt of a line is of when it was looked at, however long the round waits for the folder', async () => {
  const { home, up, round, after, shown } = await twoLines()
  await round()
  up.dsl = false
  await after(MINUTE)
  home.time.now += 30 * SECOND
  const { store } = home.world
  let turns = 0
  const exclusive: typeof store.exclusive = (work, stop) => {
    if (turns++ === 0) home.time.now += 2 * MINUTE
    return store.exclusive(work, stop)
  }
  expect(shown(await round({ store: { ...store, exclusive } }))).toEqual(['publish', 'changed', LTE])
})

it('where no line has an address, nothing is changed', async () => {
  const { up, round, after, shown } = await twoLines()
  await round()
  up.dsl = false
  up.lte = false
  for (let minute = 0; minute < 5; minute++) await after(MINUTE)
  expect(shown(await after(MINUTE))).toEqual(['skip', 'address-unknown', DSL])
  up.lte = true
  expect(shown(await after(MINUTE))).toEqual(['publish', 'changed', LTE])
})

it('what is planned is not remembered in a dry run', async () => {
  const { home, up, round } = await twoLines()
  await round()
  up.dsl = false
  const before = home.disk.synced
  await home.run({ ...home.start(), http: async () => ({ status: 503, headers: {}, body: '' }) }, { dryRun: true })
  expect(home.disk.synced).toBe(before)
})

/** A box with both families on eth0, at a zone API; `six`: what the kernel shows of IPv6. */
async function leaving(whenGone: 'keep' | 'remove') {
  const home = await homeLine({
    lag: 0,
    config: {
      ...{ types: ['A', 'AAAA'], ipSources: ['interface:eth0'], whenGone, hosts: [{ name: HOST }] },
      accounts: [{ use: 'zone-api', name: 'api', zones: [name('example.net')], settings: {} }],
    },
  })
  let six: 'there' | 'gone' | 'unreadable' = 'there'
  const world = home.start()
  const round = (next: typeof six) => {
    six = next
    home.time.now += 5 * MINUTE
    const own = [onHost('eth0', '192.0.2.7'), ...(six === 'there' ? [onHost('eth0', '2001:db8::7')] : [])]
    const addresses = six === 'unreadable' ? async () => Promise.reject(new Error('no')) : async () => own
    return home.run({ ...world, interfaces: { ...interfacesWith(own, { 4: 'eth0' }), addresses } })
  }
  const held = () => home.api.held({ owner: HOST, type: 'AAAA' })
  return { home, round, held }
}

it('removes the record of a family that is gone, in the third round over ten minutes, and proves it', async () => {
  const { round, held } = await leaving('remove')
  await round('there')
  expect(held()).toEqual([ip('2001:db8::7')])
  await round('gone')
  await round('unreadable') // the line may be down: it begins anew
  await round('gone')
  await round('gone')
  expect(held()).toEqual([ip('2001:db8::7')])
  const { done, confirmations, plan } = await round('gone')
  expect(held()).toEqual([])
  expect(done).toMatchObject([{ action: { rrset: { type: 'AAAA', addresses: [] } }, outcome: { kind: 'updated' } }])
  expect([...confirmations.values()]).toMatchObject([{ state: 'confirmed' }])
  expect(plan.map((action) => action.kind)).toEqual(['skip', 'publish'])
  expect((await round('gone')).plan.map((action) => 'why' in action && action.why)).toEqual(['up-to-date', 'off'])
  await round('there')
  expect(held()).toEqual([ip('2001:db8::7')])
})

it('keeps it unless it is told otherwise', async () => {
  const { round, held } = await leaving('keep')
  await round('there')
  for (let i = 0; i < 6; i++) await round('gone')
  expect(held()).toEqual([ip('2001:db8::7')])
})
