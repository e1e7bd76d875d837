import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE, type Milliseconds, SECOND } from '../../src/core/instant.ts'
import type { Rdata } from '../../src/dns/message.ts'
import type { Dns } from '../../src/ports/dns.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'
import { daemon } from '../support/daemon.ts'
import { homeLine } from '../support/home-line.ts'
import { EMPTY } from '../support/memory-store.ts'
import { ip } from '../support/targets.ts'

const A = { owner: name('a.example.net'), type: 'A' } as const
const B = { owner: name('b.example.net'), type: 'A' } as const
const MX = 'example.net MX'
const mx = (exchange: string): readonly Rdata[] => [{ type: 'MX', preference: 10, exchange }]
/** As the real look-up waits: three tries of 2 s. */
const SILENCE = 6 * SECOND
const SILENT = '192.0.2.55'
const OTHER = '192.0.2.54'

/** A daemon that keeps the host of one MX, with time passing at a silent name server, and where the test says so at others. */
async function mailHome({ isNew = false } = {}) {
  const records: Record<string, readonly Rdata[]> = { [MX]: mx(A.owner) }
  const account = { use: 'zone-api', name: 'api', zones: [name('example.net')], settings: {} }
  const config = { domains: [{ name: name('example.net') }], hosts: [], types: ['A'] as const, accounts: [account] }
  const home = await homeLine({ lag: 0, records, config })
  if (isNew) home.disk.synced = JSON.stringify(EMPTY)
  const ways = { sourceMs: 0, serverMs: 0, atOther: undefined as string | undefined }
  let clock: World['clock']
  const wait = async (ms: Milliseconds, signal: AbortSignal) => {
    if (ms > 0) await clock.sleep(ms, signal)
    if (signal.aborted) throw new Failure('cancelled', 'no longer waited for')
  }
  const { dns } = home.setup.asking
  const query: Dns['query'] = async (question, signal) => {
    const { address } = question.server
    await wait(address === SILENT ? SILENCE : ways.serverMs, signal)
    const answer = await dns.query(question, signal)
    if (address !== OTHER || question.type !== 'MX' || ways.atOther === undefined) return answer
    return { ...answer, answers: mx(ways.atOther).map((data) => ({ owner: 'example.net', ttl: 60, data })) }
  }
  const asking = { ...home.setup.asking, dns: { ...dns, query } }
  const setup = { ...home.setup, asking, mxHeard: new Map() } // another process
  const one = await daemon({ ...home, setup }, (world) => {
    clock = world.clock
    return {
      http: async (request, signal) => {
        await wait(ways.sourceMs, signal)
        return world.http(request, signal)
      },
    }
  })
  const event = (address: string) => {
    home.line.A = [ip(address)]
    one.hints.give('upnp')
  }
  /** How long it takes from now on, at most a minute. */
  const until = async (isSo: () => boolean) => {
    const since = home.time.now
    while (!isSo() && home.time.now - since < MINUTE) await one.pass(50)
    return home.time.now - since
  }
  const publishing = (address: string, at: typeof A | typeof B = A) =>
    until(() => String(home.api.held(at)) === address)
  const findings = () => [...new Set(one.rounds.map((round) => round.findings.map(({ id }) => id).join(' ')))]
  const end = async () => {
    one.stop.abort()
    await one.end
  }
  return { home, ways, one, event, publishing, until, findings, end }
}

it('a name server of the MX that is silent keeps no address waiting', async () => {
  const { one, event, publishing, findings, end } = await mailHome()
  await one.pass(5 * MINUTE)
  event('192.0.2.3')
  expect(await publishing('192.0.2.3')).toBeLessThan(SECOND)
  await one.pass(MINUTE)
  expect([findings(), one.failures]).toEqual([[''], []])
  await end()
})

it('nor after a restart', async () => {
  const { one, publishing, findings, end } = await mailHome()
  expect(await publishing('192.0.2.2')).toBeLessThan(SECOND)
  await one.pass(9 * SECOND)
  expect([one.begun, findings()]).toEqual([['start'], ['']])
  await end()
})

it('a domain of which nothing is known yet is waited for', async () => {
  const { one, until, end } = await mailHome({ isNew: true })
  expect(await until(() => one.rests.length > 0)).toBeGreaterThan(SILENCE)
  expect(one.rounds[0]?.plan).toHaveLength(1)
  await end()
})

it('the round after one that did not hear the MX out does so soon, and follows what has changed', async () => {
  const { home, one, event, publishing, findings, end } = await mailHome()
  await one.pass(5 * MINUTE)
  home.records[MX] = mx(B.owner)
  event('192.0.2.3')
  expect(await publishing('192.0.2.3')).toBeLessThan(SECOND)
  expect(await publishing('192.0.2.3', B)).toBeLessThan(MINUTE)
  await one.pass(5 * MINUTE)
  expect(one.begun).toEqual(['start', 'pause', 'upnp', 'pause'])
  expect([one.rests.at(-1), findings()]).toEqual([undefined, ['', 'mx-host-dropped']])
  await end()
})

it('name servers that contradict each other are told of in every round, heard out or not', async () => {
  const { ways, one, event, publishing, findings, end } = await mailHome()
  ways.atOther = B.owner
  await one.pass(5 * MINUTE)
  const count = one.rounds.length
  for (const address of ['192.0.2.3', '192.0.2.4']) {
    event(address)
    expect(await publishing(address)).toBeLessThan(SECOND)
    expect(await publishing(address, B)).toBe(0)
    await one.pass(5 * MINUTE)
  }
  expect(one.rounds.slice(count)).toHaveLength(4)
  one.rounds.splice(0, count)
  expect(findings()).toEqual(['mx-servers-differ'])
  await end()
})

it('a new address while the old one is still looked for begins the next round within a second', async () => {
  const { home, ways, one, event, publishing, findings, end } = await mailHome()
  await one.pass(5 * MINUTE)
  const { synced } = home.disk
  const count = one.rounds.length
  ways.sourceMs = 5 * SECOND
  ways.serverMs = SILENCE
  one.hints.give('upnp') // the line is gone
  await one.pass(3 * SECOND)
  ways.sourceMs = 20
  ways.serverMs = 20
  event('192.0.2.3')
  await one.pass(0)
  expect([one.begun.length, one.rounds.length, one.failures]).toEqual([count + 2, count, []]) // nothing is told of it
  expect(home.disk.synced).toBe(synced)
  expect(await publishing('192.0.2.3')).toBeLessThan(SECOND)
  await one.pass(MINUTE)
  expect(findings()).toEqual([''])
  await end()
})

it('the line that is looked for was gone: pauses after network faults are over', async () => {
  const { home, ways, one, event, publishing, end } = await mailHome()
  await one.pass(5 * MINUTE)
  home.api.writeFails = new Failure('network', 'no route')
  event('192.0.2.3')
  await one.pass(10 * MINUTE)
  expect(one.rests.at(-1)).toBeGreaterThan(MINUTE)
  ways.sourceMs = 5 * SECOND
  one.hints.give('upnp')
  await one.pass(2 * SECOND)
  ways.sourceMs = 20
  home.api.writeFails = undefined
  one.hints.give('upnp')
  expect(await publishing('192.0.2.3')).toBeLessThan(SECOND)
  await end()
})

it('so does one that comes while a round of the schedule hears the MX out', async () => {
  const { one, event, publishing, end } = await mailHome()
  await one.pass(5 * MINUTE)
  one.hints.give('schedule')
  await one.pass(SECOND)
  event('192.0.2.3')
  expect(await publishing('192.0.2.3')).toBeLessThan(2 * SECOND)
  expect(one.begun.slice(-2)).toEqual(['schedule', 'upnp'])
  await end()
})

it('a round of the schedule after one that made way is in the same hurry', async () => {
  const { home, ways, one, publishing, end } = await mailHome()
  await one.pass(5 * MINUTE)
  home.line.A = [ip('192.0.2.3')]
  ways.sourceMs = 5 * SECOND
  one.hints.give('upnp')
  await one.pass(SECOND)
  one.hints.give('schedule')
  await one.pass(SECOND)
  ways.sourceMs = 20
  expect(one.begun.slice(-2)).toEqual(['upnp', 'schedule'])
  expect(await publishing('192.0.2.3')).toBeLessThan(6 * SECOND)
  await end()
})

it('in a storm of events one round is heard out now and then', async () => {
  const { home, ways, one, event, end } = await mailHome()
  await one.pass(5 * MINUTE)
  ways.sourceMs = 4 * SECOND
  for (let nth = 0; nth < 20; nth++) {
    event('192.0.2.3')
    one.hints.give('signal')
    await one.pass(2 * SECOND)
  }
  expect(home.api.held(A)).toEqual(['192.0.2.3'])
  await end()
})
