import type { Setup } from '../../src/app/setup.ts'
import type { openObserver } from '../../src/cli/observer.ts'
import { Failure } from '../../src/core/failure.ts'
import { type Instant, type Milliseconds, SECOND } from '../../src/core/instant.ts'
import type { Round } from '../../src/core/round.ts'
import type { World } from '../../src/ports/world.ts'
import { NO_DATAGRAMS } from '../support/no-datagrams.ts'
import type { Chance } from './chance.ts'
import type { VirtualTime } from './virtual-time.ts'
import type { Outside } from './world.ts'

export type LogLine = { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly text: string }

/** What the machine tells to whoever watches it. */
export interface Watcher {
  readonly onStart: () => void
  readonly onRound: (round: Round, process: Process) => void
  readonly onRest: (process: Process) => void
  readonly onLog: (line: LogLine, process: Process) => void
  readonly onBug: (error: unknown) => void
}

/** One life of the program, from its start to its end. */
export interface Process {
  dead: boolean
  calls: number
  /** Dies at that call. */
  dieAt: number
  /** Is told to stop at that call. */
  stopAt: number
  readonly what: 'daemon' | 'force'
  readonly store: World['store']
  routes?: ReturnType<typeof openObserver>['routes']
  hint?: (hint: 'kernel' | 'reload' | 'schedule') => void
  /** The schedule counts anew from now. */
  reschedule?: () => void
  setup: Setup
  stop?: AbortController
  diskWrites: number
  /** When its last round began, by the world's clocks. */
  roundAt: Instant
}

interface Surroundings {
  readonly time: VirtualTime
  readonly out: Outside
  readonly chance: Chance
  readonly watcher: Watcher
  readonly kill: (process: Process) => void
}

/** A new one each time: what waits for one promise that all share would be kept for ever. */
export const never = () => new Promise<never>(() => {})

/** The world as one process sees it: from its death on nothing answers any more. */
export function worldOf(process: Process, { time, out, chance, watcher, kill }: Surroundings): World {
  const alive =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (process.dead) return never()
      const nth = process.calls++
      if (nth === process.stopAt) {
        // As the call begins: nothing leaves any more; or just after: what has left is no longer waited for.
        if (nth % 2 === 0) process.stop?.abort()
        else time.after(1, () => process.stop?.abort())
      }
      if (nth === process.dieAt) {
        if (process.dieAt % 2 === 0) void call(...args).catch(() => {}) // the call's effect still happens
        kill(process)
        return never()
      }
      const result = await call(...args).catch((thrown: unknown) => {
        if (process.dead) return never()
        throw thrown
      })
      return process.dead ? never() : result
    }
  const sleep: World['clock']['sleep'] = async (ms, signal) => {
    if (process.dead) return never()
    await time.clock.sleep(ms, signal)
    return process.dead ? never() : undefined
  }
  const clock = { now: time.clock.now, sleep }
  const waited = async <T>(
    call: () => { ms: Milliseconds; come: T | Failure },
    signal: AbortSignal,
    lost: boolean,
  ): Promise<T> => {
    if (signal.aborted) throw new Failure('cancelled', 'not asked any more')
    const { ms, come } = call()
    if (ms > 0) await time.clock.sleep(ms, signal)
    if (signal.aborted) throw new Failure('cancelled', 'no longer waited for', { lost })
    if (come instanceof Failure) throw come
    return come
  }
  const log = (level: LogLine['level']) => (message: string, fields?: unknown) =>
    watcher.onLog({ level, text: fields === undefined ? message : `${message} ${JSON.stringify(fields)}` }, process)
  return {
    clock,
    http: alive(async (request, signal) => waited(() => out.call(request), signal, request.purpose === 'write')),
    dns: {
      query: alive(async (question, signal) => {
        if (!out.isOnline()) throw new Failure('network', 'network is unreachable')
        const asked = () => {
          const { reply, ms } = out.ask(question)
          return { ms: ms < SECOND ? 0 : ms, come: reply }
        }
        return waited(asked, signal, false)
      }),
      send: alive(async (message, server, _, signal) => {
        const { body } = await waited(() => out.send(message, server), signal, true)
        return new Uint8Array(Buffer.from(body, 'base64'))
      }),
      resolvers: async () => [{ address: out.names.resolver, port: 53 }],
      lookup: async () => [],
    },
    interfaces: {
      addresses: alive(async () => out.addresses()),
      defaultRoute: async () => 'ppp0',
      defaultRoutes: async () => [],
      gateway: async () => undefined,
    },
    exec: { run: async () => Promise.reject(new Failure('network', 'no programs')), lines: async () => {} },
    history: { append: async () => {}, read: async () => [] },
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    publicIp: () => Promise.reject(new Failure('network', 'none')),
    serve: () => Promise.reject(new Failure('network', 'no listeners')),
    udp: NO_DATAGRAMS,
    tcp: { connect: () => Promise.reject(new Failure('network', 'no connections')) },
    store: { ...process.store, update: alive(process.store.update) as World['store']['update'] },
    random: chance.next,
    unguessable: (length) => Uint8Array.from({ length }, () => Math.floor(chance.next() * 256)),
  }
}
