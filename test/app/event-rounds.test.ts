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
