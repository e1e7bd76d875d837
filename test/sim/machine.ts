import { openHints } from '../../src/app/daemon/hints.ts'
import { live } from '../../src/app/daemon/loop.ts'
import { round } from '../../src/app/round.ts'
import { prepare } from '../../src/app/setup.ts'
import { openObserver } from '../../src/cli/observer.ts'
import type { Config } from '../../src/config/config.ts'
import { Failure } from '../../src/core/failure.ts'
import { DAY, MINUTE, type Milliseconds, SECOND } from '../../src/core/instant.ts'
import type { Round } from '../../src/core/round.ts'
import type { DomainName } from '../../src/dns/name.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { Chance } from './chance.ts'
import { type Disk, diskStore } from './disk.ts'
import type { Home } from './home.ts'
import { never, type Process, type Watcher, worldOf as worldOfProcess } from './process.ts'
import type { VirtualTime } from './virtual-time.ts'
import type { Outside } from './world.ts'

/** The box on which mxhome runs: its disk, its processes, how they die and are started again. */
export function machine(
  home: Home,
  time: VirtualTime,
  out: Outside,
  disk: Disk,
  providers: ReadonlyMap<string, Provider>,
  chance: Chance,
  watcher: Watcher,
) {
  let config: Config = home.config
  let daemon: Process | undefined
  let briskUntil = 0
  let onDeath: (process: Process) => void = () => {}

  const worldOf = (process: Process) => worldOfProcess(process, { time, out, chance, watcher, kill })

  function born(what: Process['what'], dieAt: number): Process {
    const me = {}
    const clock = {
      now: time.clock.now,
      sleep: async (ms: number, signal: AbortSignal) =>
        process.dead ? never() : time.clock.sleep(ms, signal).then(() => (process.dead ? never() : undefined)),
    }
    const store = diskStore(disk, clock, me)
    const process: Process = {
      dead: false,
      calls: 0,
      dieAt,
      stopAt: Number.POSITIVE_INFINITY,
      what,
      store,
      setup: undefined as never,
      diskWrites: disk.writes,
      roundAt: time.now(),
    }
    locks.set(process, me)
    process.setup = prepare(config, providers, worldOf(process), '1.0.0')
    return process
  }
  const locks = new Map<Process, object>()

  function kill(process: Process): void {
    if (process.dead) return
    process.dead = true
    if (disk.lock === locks.get(process)) disk.lock = undefined // a dead process holds nothing
    locks.delete(process)
    if (process === daemon) daemon = undefined
    onDeath(process)
  }

  function start(): void {
    const process = born('daemon', Number.POSITIVE_INFINITY)
    daemon = process
    const world = worldOf(process)
    const socket = { ready() {}, status() {}, reloading() {}, stopping() {}, feed: () => ({ stop() {} }) }
    let nextTick = time.clock.now()
    const observer = openObserver({
      ...{ version: '1.0.0', world, socket: socket as never },
      scheduled: () => nextTick,
      heard: () => [],
      unheard: () => [],
      warnings: () => [],
    })
    process.routes = observer.routes
    const hints = openHints(
      time.clock.now,
      (ms, work) => void time.at(time.now() + ms, () => process.dead || work(), true),
    )
    process.hint = (hint) => void time.at(time.now(), () => process.dead || hints.give(hint), true)
    let turn = 0
    const later = () => {
      const mine = ++turn
      const wait = time.now() < briskUntil ? 5 * MINUTE : home.schedule
      nextTick = time.clock.now() + wait
      const tick = () => {
        if (process.dead || mine !== turn) return
        later()
        hints.give('schedule')
      }
      time.at(time.now() + wait, tick, true)
    }
    process.reschedule = later
    later()
    const { listener } = observer
    const told = {
      ...listener,
      onStart(...begin: Parameters<typeof listener.onStart>) {
        process.roundAt = time.now()
        watcher.onStart()
        listener.onStart(...begin)
      },
      onRound(one: Round) {
        listener.onRound(one)
        watcher.onRound(one, process)
      },
      onRest(wake: number | undefined) {
        listener.onRest(wake)
        watcher.onRest(process)
      },
      onFailure(failure: Failure) {
        listener.onFailure(failure)
        if (failure.kind === 'bug') watcher.onBug(failure)
      },
    }
    process.stop = new AbortController()
    live(() => process.setup, hints, told, world, process.stop.signal).catch(watcher.onBug)
  }

  return {
    daemon: () => daemon,
    config: () => config,
    start,
    /** Something happens: a home that looks often then does so for half an hour. */
    stir() {
      if (!home.isBrisk) return
      briskUntil = time.now() + 30 * MINUTE
      daemon?.reschedule?.()
    },
    /** The machine loses power, or the process is killed, now or at one of its next calls; it comes back. */
    crash(calls: number, how: 'killed' | 'power', ms: Milliseconds) {
      const process = daemon
      if (!process) return
      process.dieAt = process.calls + calls
      onDeath = (dead) => {
        if (dead !== process) return
        if (how === 'power') {
          for (const other of locks.keys()) kill(other)
          disk.written = disk.synced
        }
        onDeath = () => {}
        time.after(ms, () => daemon || start())
      }
      process.hint?.('kernel')
      time.after(DAY, () => kill(process)) // one that has nothing to do dies all the same
    },
    /** SIGTERM at one of its next calls: the running round is ended, at the latest after 5 s; it is started again. */
    stop(calls: number, ms: Milliseconds) {
      const process = daemon
      const { stop } = process ?? {}
      if (!process || !stop || process.stopAt < Number.POSITIVE_INFINITY) return
      stop.signal.addEventListener('abort', () => {
        time.after(5 * SECOND, () => kill(process))
        time.after(5 * SECOND + ms, () => daemon || start())
      })
      process.stopAt = process.calls + calls
      process.hint?.('kernel')
      time.after(MINUTE, () => stop.abort()) // one that has nothing to do is stopped while it waits
    },
    reload(next: Config) {
      config = next
      if (!daemon) return
      daemon.setup = prepare(config, providers, worldOf(daemon), '1.0.0')
      daemon.hint?.('reload')
    },
    /** `mxhome --force` beside the daemon, of all or of these. */
    async force(calls: number, owners: readonly DomainName[], onEnd: () => void) {
      const process = born('force', calls)
      const world = worldOf(process)
      const stop = new AbortController().signal
      watcher.onStart()
      const died = new Promise<void>((resolve) => time.after(30 * 60 * SECOND, resolve))
      const done = round(process.setup, { force: owners.length > 0 ? owners : 'all', needsDisk: true }, world, {
        stop,
        hurry: stop,
      })
      await Promise.race([
        done.then(
          (one) => watcher.onRound(one, process),
          (error: unknown) => Failure.from(error).kind === 'bug' && watcher.onBug(error),
        ),
        died,
      ])
      kill(process)
      onEnd()
    },
  }
}
