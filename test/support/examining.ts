import { type ExamineWish, examine } from '../../src/app/examine.ts'
import { prepare } from '../../src/app/setup.ts'
import type { Config } from '../../src/config/config.ts'
import { Failure } from '../../src/core/failure.ts'
import type { HistoryEntry } from '../../src/core/history.ts'
import type { DomainName } from '../../src/dns/name.ts'
import type { World } from '../../src/ports/world.ts'
import { noip } from '../../src/providers/dyndns2/noip.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { ionos } from '../../src/providers/record/ionos.ts'
import { EXAMPLE, never, RESOLVER } from './asking.ts'
import { config, endpoint, name } from './config.ts'
import { fakeZones, type Internet } from './fake-zones.ts'
import { emptyDisk, memoryStore } from './memory-store.ts'
import { NO_DATAGRAMS } from './no-datagrams.ts'

export const DOMAIN = name('example.com')

interface Given {
  readonly internet?: Internet
  readonly config?: Partial<Config>
  /** What the address source says. */
  readonly address?: string
  readonly history?: readonly HistoryEntry[]
  readonly world?: Partial<World>
}

/** A home line whose mail host is mail.example.com, at an account; an internet in which nothing listens on port 25. */
export function examining({ internet = EXAMPLE, address = '5.9.1.7', history = [], ...given }: Given = {}) {
  const { dns: fake, asked } = fakeZones(internet)
  const dns = given.world?.dns ?? fake
  const time = { now: Date.UTC(2026, 10, 4) }
  // Time stands still: a pause ends with its signal alone.
  const sleep: World['clock']['sleep'] = (_, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  const clock = { now: () => time.now, sleep }
  const account = { name: 'home', use: 'noip', zones: [DOMAIN], settings: { username: 'anna', password: 's3cr3t' } }
  const wishes = { domains: [{ name: DOMAIN }], accounts: [account], resolvers: [endpoint(RESOLVER)], nameservers: [] }
  const setup = prepare(
    config({ ...wishes, ...given.config }),
    new Map<string, Provider>([
      ['noip', noip],
      ['ionos', ionos],
    ]),
    { dns, clock },
    '1.0.0',
  )
  const world: World = {
    clock,
    dns,
    http: async () => ({ status: 200, headers: {}, body: address }),
    store: memoryStore(emptyDisk()),
    exec: { run: () => Promise.reject(new Error('no programs')), lines: async () => {} },
    history: { append: async () => {}, read: async () => history },
    interfaces: {
      addresses: async () => [],
      defaultRoute: async () => undefined,
      defaultRoutes: async () => [],
      gateway: async () => undefined,
    },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    serve: () => Promise.reject(new Failure('network', 'no listeners')),
    udp: NO_DATAGRAMS,
    publicIp: () => Promise.reject(new Error('no internet')),
    tcp: { connect: () => Promise.reject(new Failure('network', 'nothing listens', { reason: 'refused' })) },
    random: () => 0,
    unguessable: (length) => new Uint8Array(length),
    ...given.world,
  }
  const run = (domains: readonly DomainName[] = [DOMAIN], wish: Partial<ExamineWish> = {}, signal = never) =>
    examine(setup, { domains, cheap: false, relayTest: false, ...wish }, world, signal)
  return { setup, world, asked, time, run }
}
