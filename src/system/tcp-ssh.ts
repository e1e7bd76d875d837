import { type ChildProcessByStdio, spawn } from 'node:child_process'
import process from 'node:process'
import { Duplex, type Readable, type Writable } from 'node:stream'
import { Failure } from '../core/failure.ts'
import { type Milliseconds, SECOND } from '../core/instant.ts'
import type { Endpoint } from '../dns/endpoint.ts'
import type { Connection } from '../ports/tcp.ts'
import { connectionOver } from './connection.ts'
import { cancelled, silent, whereOf } from './tcp-failure.ts'

interface Circumstances {
  readonly timeout: Milliseconds
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Of stderr, in which ssh tells how far it is. */
const MOST_STDERR = 256 * 1024
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'USER', 'LOGNAME', 'SSH_AUTH_SOCK', 'XDG_RUNTIME_DIR']

/**
 * A connection that starts at another machine: `ssh -W`. Whether it is there, ssh tells only among its debugging lines;
 * a server that speaks first tells it too.
 */
export function connectBySsh(
  server: Endpoint,
  host: string,
  { timeout, signal, env }: Circumstances,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled(server))
    const child = spawn('ssh', argumentsOf(server, host), { env: passedOn(env), stdio: 'pipe', detached: true })
    let told = ''
    let open = true
    const settle = (how: () => void) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      child.stdout.off('readable', isThere)
      how()
    }
    const fail = (failure: Failure) =>
      settle(() => {
        stop(child)
        reject(failure)
      })
    const isThere = () => {
      if (child.stdout.readableLength === 0 && !OPEN.test(told)) return
      settle(() => {
        const carrier = Duplex.from({ readable: child.stdout, writable: child.stdin })
        resolve(connectionOver(carrier, `${whereOf(server)} (from ${host})`, () => stop(child)))
      })
    }
    const onAbort = () => fail(cancelled(server))
    const timer = setTimeout(() => fail(lateOf(told, server, host, timeout)), timeout)
    signal.addEventListener('abort', onAbort)
    child.on('error', (error: NodeJS.ErrnoException) => fail(notStarted(error)))
    child.on('close', () => fail(failureOf(told, server, host)))
    child.stdin.on('error', () => undefined) // the carrier tells it
    child.stdout.on('readable', isThere)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (told.length < MOST_STDERR) told += text
      isThere()
    })
  })
}

function argumentsOf({ address, port }: Endpoint, host: string): readonly string[] {
  const target = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  // No passwords asked for; a login of its own, since one that is shared does not tell whether the connection came about.
  const options = ['BatchMode=yes', 'ControlMaster=no', 'ControlPath=none', 'LogLevel=DEBUG2']
  return [...options.flatMap((option) => ['-o', option]), '-W', target, '--', host]
}

const passedOn = (env: Circumstances['env']) =>
  Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))

const LOGGED_IN = /^Authenticated to |^debug1: Authentication succeeded/m
const OPEN = /^debug2: channel 0: open confirm /m
const REFUSED = /^channel 0: open failed: ([^\r\n]{0,200})/m

const lateOf = (told: string, server: Endpoint, host: string, timeout: Milliseconds): Failure =>
  LOGGED_IN.test(told)
    ? silent(server, timeout)
    : new Failure('network', `ssh ${host} was not logged in within ${timeout / SECOND} s`)

/** What ssh says of sshd's answer (its texts are never translated), else why it did not get so far. */
function failureOf(told: string, server: Endpoint, host: string): Failure {
  const why = REFUSED.exec(told)?.[1]
  if (why === undefined) {
    const last = told.split(/[\r\n]+/).findLast((line) => line !== '' && !/^debug\d: /.test(line))
    return new Failure('network', `ssh ${host}: ${printable(last ?? 'it ended without a word')}`)
  }
  if (/timed out/.test(why)) return silent(server)
  if (/Network is unreachable|not supported|Cannot assign/.test(why)) {
    return new Failure('network', `${host} has no route to ${whereOf(server)}`, { reason: 'no-route' })
  }
  if (/^connect failed: /.test(why)) {
    const message = `${whereOf(server)} refuses the connection (from ${host}: ${printable(why)})`
    return new Failure('network', message, { reason: 'refused' })
  }
  return new Failure(
    'network',
    `ssh ${host} passes no connections on: ${printable(why)} (AllowTcpForwarding in its sshd_config)`,
  )
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)

const notStarted = ({ code }: NodeJS.ErrnoException): Failure =>
  new Failure('network', `ssh could not be started: ${code === 'ENOENT' ? 'it is not there' : (code ?? 'unknown')}`)

/** With what it has started: a ProxyCommand, a jump host's ssh. */
function stop({ pid }: ChildProcessByStdio<Writable, Readable, Readable>): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // It has ended meanwhile.
  }
}
