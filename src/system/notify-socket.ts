import { spawn } from 'node:child_process'
import type { Milliseconds } from '../core/instant.ts'
import type { Log } from '../ports/log.ts'
import { readEnvironment } from './environment.ts'

/** What the service manager is told (sd_notify(3)); without one, nothing happens. */
export interface NotifySocket {
  /** Once; further calls say nothing. */
  readonly ready: () => void
  /** Shown by `systemctl status`. */
  readonly status: (text: string) => void
  readonly stopping: () => void
  /** Feeds the watchdog as long as `isLive` says yes; starves it on purpose when it says no. */
  readonly feed: (isLive: () => boolean) => { readonly stop: () => void }
}

interface Manager {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly pid: number
  /** systemd-notify unless named. */
  readonly program?: string
}

/**
 * Node has no datagram UNIX sockets, so `systemd-notify` (part of systemd, hence there where the unit runs) sends each
 * message; the unit needs NotifyAccess=all. Without `--no-block`: a child that has gone before the manager looks it up
 * is not believed to be of the unit, and its message is lost.
 */
export function openNotifySocket(
  log: Log,
  { env, pid, program = 'systemd-notify' }: Manager = readEnvironment(),
): NotifySocket {
  const { NOTIFY_SOCKET, PATH = '/usr/bin:/bin' } = env
  let last: Promise<void> = Promise.resolve()
  let [isReady, shown, complained] = [false, '', false]

  const complain = (problem: string) => {
    if (!complained) log.warn('the service manager cannot be told', { problem })
    complained = true
  }
  const send = (...words: readonly string[]) => {
    if (!NOTIFY_SOCKET) return
    // One after the other: a status must not overtake the next.
    last = last
      .then(() => sendBy(program, words, { NOTIFY_SOCKET, PATH }))
      .catch((error: Error) => complain(error.message))
  }
  return {
    ready() {
      if (isReady) return
      isReady = true
      send('READY=1')
    },
    status(text) {
      const line = text.replace(/[\p{C}]+/gu, ' ')
      if (line === shown) return
      shown = line
      send(`STATUS=${line}`)
    },
    stopping: () => send('STOPPING=1'),
    feed(isLive) {
      const every = watchdogInterval(env, pid)
      if (!NOTIFY_SOCKET || every === undefined) return { stop: () => {} }
      const timer = setInterval(() => isLive() && send('WATCHDOG=1'), every)
      timer.unref()
      return { stop: () => clearInterval(timer) }
    },
  }
}

/**
 * A quarter of what the manager waits, so that one left out is no end: right after this machine has slept, rounds look overdue
 * for a minute. undefined: it does not watch this process.
 */
export function watchdogInterval(
  { WATCHDOG_USEC, WATCHDOG_PID }: Manager['env'],
  pid: number,
): Milliseconds | undefined {
  const micros = Number(WATCHDOG_USEC)
  const mine = !WATCHDOG_PID || Number(WATCHDOG_PID) === pid
  return mine && Number.isSafeInteger(micros) && micros > 0 ? Math.max(1, Math.floor(micros / 4000)) : undefined
}

function sendBy(program: string, words: readonly string[], env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env, stdio: 'ignore', timeout: 5000 })
    child.on('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new Error(`${program} could not be started: ${code}`)),
    )
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))))
  })
}
