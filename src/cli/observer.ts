import type { Listener } from '../app/daemon/loop.ts'
import type { Heard, Unheard } from '../core/heard.ts'
import { historyOf } from '../core/history.ts'
import type { Instant } from '../core/instant.ts'
import type { World } from '../ports/world.ts'
import { type DoctorDocument, doctorDocument } from '../report/doctor-document.ts'
import { doctorLogLines } from '../report/doctor-log.ts'
import { documentOf, type RoundDocument, timeOf } from '../report/document.ts'
import { type HealthDocument, healthOf } from '../report/health.ts'
import { type HealthMemory, NO_TROUBLE, nextHealthMemory } from '../report/health-memory.ts'
import { heardDocument, unheardDocument } from '../report/heard.ts'
import { isLive } from '../report/live.ts'
import { logLines } from '../report/round-log.ts'
import { statusDocument } from '../report/status-text.ts'
import type { Route } from '../system/health-server.ts'
import type { NotifySocket } from '../system/notify-socket.ts'

interface Place {
  readonly version: string
  readonly world: World
  readonly socket: NotifySocket
  /** When the schedule starts the next round. */
  readonly scheduled: () => Instant | undefined
  /** By which ways the line was heard of between rounds, the latest first. */
  readonly heard: () => readonly Heard[]
  /** By which not, although somebody can mend that. */
  readonly unheard: () => readonly Unheard[]
  /** What is wrong beside the rounds: a port in use, a second daemon. */
  readonly warnings: () => readonly string[]
}

/** Remembers the daemon's last round, and shows it: to the log, the history, the health endpoint, the service manager. */
export function openObserver({ version, world, socket, scheduled, heard, unheard, warnings }: Place) {
  const { clock, log, history } = world
  const startedAt = clock.now()
  let document: RoundDocument | undefined
  let doctor: DoctorDocument | undefined
  let memory: HealthMemory = NO_TROUBLE
  let running: Instant | undefined
  let lastStarted: Instant | undefined
  /** When the next round was due as the last one ended: the schedule's own next time always lies ahead. */
  let due: Instant | undefined
  let failed: string | undefined

  const listener: Listener = {
    onStart(at, because) {
      running = at
      lastStarted = at
      due = undefined
      log.debug('a round starts', { because })
      socket.ready()
    },
    onRound(round) {
      const next = documentOf(round)
      for (const { level, message, fields } of logLines(next, document)) log[level](message, fields)
      memory = nextHealthMemory(memory, next, clock.now())
      document = next
      failed = undefined
      history
        .append(historyOf(round))
        .catch((error: unknown) => log.warn('the history could not be written', { error: String(error) }))
      socket.status(statusLine(health().health))
    },
    onFailure(failure) {
      // What a fault of our own says may hold anything; only the log hides secrets.
      const why = failure.kind === 'bug' ? 'a fault of mxhome, told in its log' : failure.message
      failed = `the last round failed: ${why}`
      log.error('a round failed', {
        kind: failure.kind,
        error: failure.message,
        ...(failure.kind === 'bug' && { stack: failure.stack }),
      })
    },
    onRest(at) {
      running = undefined
      due = earliest(at, scheduled())
    },
    onExamined(examination) {
      // Nothing could be looked up: what was known before is still the last word.
      if (doctor && examination?.verdict === 'not-known') return
      const next = examination && doctorDocument(examination)
      if (next) for (const { level, message, fields } of doctorLogLines(next, doctor)) log[level](message, fields)
      doctor = next
      socket.status(statusLine(health().health))
    },
  }
  const health = () =>
    healthOf({
      document,
      doctor,
      state: world.store.last(),
      memory,
      now: clock.now(),
      startedAt,
      version,
      nextRoundDue: due,
      warnings: allWarnings(),
    })
  const allWarnings = () => (failed === undefined ? warnings() : [...warnings(), failed])
  const live = () =>
    isLive({
      lastRoundStarted: lastStarted,
      nextRoundDue: due,
      roundRunningSince: running,
      now: clock.now(),
    })

  const routes = (path: string): Route | undefined => {
    const now = health()
    switch (path) {
      case '/healthz':
        return { status: now.httpStatus, type: 'application/health+json', body: JSON.stringify(now.health) }
      case '/livez':
        return { status: live() ? 204 : 503 }
      case '/readyz':
        return { status: document ? 204 : 503 }
      case '/status': {
        const next = due ?? scheduled()
        const nextRound = next === undefined ? null : timeOf(next)
        const shown = {
          health: now.health.status,
          nextRound,
          heard: heardDocument(heard()),
          unheard: unheardDocument(unheard()),
          warnings: allWarnings(),
          version,
          doctor: doctor ?? null,
        }
        return { status: 200, type: 'application/json', body: JSON.stringify(statusDocument(document, shown)) }
      }
      default:
        return undefined
    }
  }
  return { listener, routes, isLive: live }
}

/** Shown by `systemctl status`. */
const statusLine = ({ status, output }: HealthDocument) => (output === undefined ? status : `${status}: ${output}`)

function earliest(...times: readonly (Instant | undefined)[]): Instant | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}
