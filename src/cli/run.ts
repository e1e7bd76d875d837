import { openHints } from '../app/daemon/hints.ts'
import { live } from '../app/daemon/loop.ts'
import { openPush } from '../app/daemon/push.ts'
import { openReload } from '../app/daemon/reload.ts'
import { openWatch } from '../app/daemon/watch.ts'
import { carriedOver, prepare } from '../app/setup.ts'
import type { Config, Problem } from '../config/config.ts'
import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import { describeDiskError } from '../system/folder.ts'
import { serveHealth } from '../system/health-server.ts'
import { acquire } from '../system/lock.ts'
import { describeHolder } from '../system/lock-holder.ts'
import { openNotifySocket } from '../system/notify-socket.ts'
import { every, type Ticking } from '../system/schedule.ts'
import { type ExitCode, OK, TEMPORARY } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openObserver } from './observer.ts'
import { openProgram } from './open-program.ts'
import { readConfiguration } from './read-configuration.ts'

const GRACE = 4.5 * SECOND // systemd and the user expect an end within 5 s

const FAREWELL = SECOND

/** The daemon: a round at start, on schedule, on SIGUSR1, on a network event, at the end of a pause. */
export async function run(context: Context): Promise<ExitCode> {
  const { terminal, version } = context
  const program = await openProgram(context, { what: 'mxhome run' })
  if ('code' in program) return program.code
  const { hide } = program
  let { setup } = program
  const { log, clock } = program.world
  const stop = new AbortController()

  const problems: string[] = []
  const { stateDir } = setup.config
  const daemon = await acquire(stateDir, 'daemon', 'mxhome run', { waitMs: 0 }, stop.signal).catch((error: unknown) => {
    const problem = `a second daemon would not be noticed: ${describeDiskError(error, stateDir)}`
    problems.push(problem)
    log.warn('the state folder takes no lock', { problem })
    return undefined
  })
  if (daemon && 'holder' in daemon) {
    const remedy = 'end that one first, or give this one another stateDir'
    terminal.err(`mxhome: a daemon runs on ${stateDir} already: ${describeHolder(daemon.holder)}; ${remedy}\n`)
    return TEMPORARY
  }

  let schedule: Ticking | undefined
  const hints = openHints(clock.now, (ms, work) => void setTimeout(work, ms).unref())
  const push = openPush(
    program.world,
    () => setup,
    () => hints.give('push'),
    stop.signal,
  )
  const { world } = push
  const socket = openNotifySocket(log)
  const warnings = () => [...problems, ...push.problems()]
  const scheduled = () => schedule?.next()
  const watching = openWatch({ world, log, onHint: hints.give }, stop.signal)
  const { unheard } = watching
  const observer = openObserver({ version, world, socket, scheduled, warnings, heard: hints.heard, unheard })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort())
  process.on('SIGUSR1', () => hints.give('signal'))
  process.on('SIGHUP', openReload(readAgain, log))

  schedule = every(setup.config.schedule, () => hints.give('schedule'))
  watching.follow(setup.config)
  const health = await serveHealth({ ...setup.config, routes: observer.routes }, log)
  if (health.problem) problems.push(health.problem)
  await push.follow()
  const feeding = socket.feed(observer.isLive)

  async function readAgain(): Promise<void> {
    const next = await readConfiguration(context.options).catch(Failure.from)
    if (next instanceof Failure || !next.config) {
      const found = next instanceof Failure ? [next.message] : next.problems.map(describeInOneLine)
      log.error('the configuration is wrong; the old one stays in force', { problems: found })
      return
    }
    hide(next.secrets)
    for (const problem of next.problems) log.warn('the configuration', { problem: describeInOneLine(problem) })
    if (atStart(next.config) !== atStart(setup.config))
      log.warn('stateDir, listen and log take effect at the next start')
    const prepared = carriedOver(setup, prepare(next.config, next.providers, world, version))
    const ticking = every(next.config.schedule, () => hints.give('schedule'))
    schedule?.stop()
    schedule = ticking
    setup = prepared
    watching.follow(setup.config)
    await push.follow()
    log.info('configuration read again')
    hints.give('reload')
  }

  log.info('mxhome starts', { version, schedule: setup.config.schedule })
  stop.signal.addEventListener('abort', () => {
    socket.stopping()
    setTimeout(() => process.exit(OK), GRACE).unref() // an answer that never comes must not keep the service manager waiting
  })
  await live(() => setup, hints, observer.listener, world, stop.signal)
  const late = new AbortController()
  await Promise.race([watching.ended(), clock.sleep(FAREWELL, late.signal)]) // routers are told that nobody listens any more
  late.abort()
  schedule?.stop()
  feeding.stop()
  await health.stop()
  if (daemon) daemon.release()
  log.info('mxhome ends')
  return OK
}

const atStart = ({ stateDir, listen, listenToken, log }: Config) => JSON.stringify([stateDir, listen, listenToken, log])

/** In the log, where each message has one line. */
const describeInOneLine = ({ setting, found, expected, remedy }: Problem): string =>
  `${setting}: found ${found}; expected ${expected}${remedy === undefined ? '' : `; ${remedy}`}`
