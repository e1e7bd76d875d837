import type { Listener } from '../app/daemon/loop.ts'
import type { Setup } from '../app/setup.ts'
import { historyOf } from '../core/history.ts'
import { type Instant, MINUTE } from '../core/instant.ts'
import type { State } from '../core/state.ts'
import type { World } from '../ports/world.ts'
import { documentOf, type RoundDocument, timeOf } from '../report/document.ts'
import { type HealthMemory, healthOf, NOTHING_YET, nextHealthMemory } from '../report/health.ts'
import { isLive } from '../report/live.ts'
import { logLines } from '../report/round-log.ts'
import type { Route } from '../system/health-server.ts'
import type { NotifySocket } from '../system/notify-socket.ts'

interface Place {
  readonly version: string
  readonly world: World
  readonly state: () => State
  readonly setup: () => Setup
  readonly socket: NotifySocket
}

/** Remembers the daemon's last round, and shows it: to the log, the history, the health endpoint, the service manager. */
export function openObserver({ version, world, socket }: Place) {
  const { clock, log, history } = world
  const startedAt = clock.now()
  let document: RoundDocument | undefined
  let memory: HealthMemory = NOTHING_YET
  let running: Instant | undefined
  let lastStarted: Instant | undefined
  let wake: Instant | undefined

  const listener: Listener = {
    onStart(at, because) {
      running = at
      lastStarted = at
      log.debug('a round starts', { because })
      socket.ready()
    },
    onRound(round) {
      const next = documentOf(round)
      for (const { level, message, fields } of logLines(next, document)) log[level](message, fields)
      memory = nextHealthMemory(memory, next, clock.now())
      document = next
      history
        .append(historyOf(round))
        .catch((error: unknown) => log.warn('the history could not be written', { error: String(error) }))
      socket.status(health().status)
    },
    onFailure(failure) {
      log.error('a round failed', {
        kind: failure.kind,
        error: failure.message,
        ...(failure.kind === 'bug' && { stack: failure.stack }),
      })
    },
    onRest(at) {
      running = undefined
      wake = at
    },
  }
  const health = () => healthOf({ document, memory, now: clock.now(), startedAt, version })
  const live = () =>
    isLive({
      lastRoundStarted: lastStarted ?? startedAt,
      roundRunningSince: running,
      now: clock.now(),
      limit: 15 * MINUTE,
    })

  const routes = (path: string): Route | undefined => {
    const now = health()
    switch (path) {
      case '/healthz':
        return { status: now.httpStatus, type: 'application/health+json', body: JSON.stringify(now.body) }
      case '/livez':
        return { status: live() ? 204 : 503 }
      case '/readyz':
        return { status: document ? 204 : 503 }
      case '/status': {
        const shown = document ?? {
          started: null,
          finished: null,
          addresses: { A: null, AAAA: null },
          targets: [],
          findings: [],
        }
        const nextRound = wake === undefined ? null : timeOf(wake)
        const body = { ...shown, health: now.body.status, nextRound, version }
        return { status: 200, type: 'application/json', body: JSON.stringify(body) }
      }
      default:
        return undefined
    }
  }
  return { listener, routes, isLive: live }
}
