import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import process from 'node:process'
import { Failure } from '../core/failure.ts'
import type { Command, Exec } from '../ports/exec.ts'

/** Of stderr, for messages; the rest is dropped. */
const MOST_STDERR = 64 * 1024
const MOST_LINE = 64 * 1024
/** How long a program's own children may hold its output open after it has ended. */
const AFTERGLOW = 500
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin'

/** Programs of this machine: no shell, and of the environment only PATH, HOME and LANG. */
export function openExec(env: Readonly<Record<string, string | undefined>>): Exec {
  const { PATH = DEFAULT_PATH, HOME, LANG } = env
  // `ip` lives in sbin, which is not on everybody's path.
  const clean = {
    PATH: `${PATH}:/usr/sbin:/sbin`,
    ...(HOME !== undefined && { HOME }),
    ...(LANG !== undefined && { LANG }),
  }
  return {
    run: (command, signal) => run(command, clean, signal),
    lines: (argv, onLine, signal) => lines(argv, onLine, clean, signal),
  }
}

function run(
  { purpose, argv: [program, ...args], timeout, maxBytes, input }: Command,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve, reject) => {
    if (signal.aborted) return reject(new Failure('cancelled', `stopped before ${program} was run`))
    // A group of its own, so that what it has started ends with it.
    const child = started(program, () => spawn(program, args, { env, detached: true, stdio: 'pipe' }))
    const [stdout, stderr] = [[] as Buffer[], [] as Buffer[]]
    let [bytes, errorBytes] = [0, 0]
    let afterglow: NodeJS.Timeout | undefined
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      clearTimeout(afterglow)
      signal.removeEventListener('abort', onAbort)
      for (const stream of [child.stdout, child.stderr]) stream?.destroy()
      finish()
    }
    const giveUp = (failure: Failure) =>
      settle(() => {
        killGroup(child)
        reject(failure)
      })
    const lost = purpose === 'write'
    const onAbort = () => giveUp(new Failure('cancelled', `stopped while ${program} was running`, { lost }))
    const timer = setTimeout(
      () => giveUp(new Failure('network', `${program} was not done after ${timeout / 1000} s`, { lost })),
      timeout,
    )
    signal.addEventListener('abort', onAbort)
    child.on('error', (error) => giveUp(notStarted(program, error)))
    if (!child.stdout) return // no file descriptor is left (EMFILE): the error comes in the next turn
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk)
      bytes += chunk.length
      if (bytes > maxBytes) giveUp(new Failure('protocol', `${program} printed more than ${maxBytes} bytes`, { lost }))
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (errorBytes < MOST_STDERR) stderr.push(chunk)
      errorBytes += chunk.length
    })
    const done = (code: number | null, by: NodeJS.Signals | null) => {
      const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString('utf8')
      const status = code ?? 128 + (by ? constants.signals[by] : 0)
      settle(() => resolve({ code: status, stdout: text(stdout), stderr: text(stderr).slice(0, MOST_STDERR) }))
    }
    child.on('close', done)
    child.on('exit', (code, by) => {
      afterglow = setTimeout(() => done(code, by), AFTERGLOW)
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

function lines(
  [program, ...args]: Command['argv'],
  onLine: (line: string) => void,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve()
    const stdio = ['ignore', 'pipe', 'ignore'] as const
    const child = started(program, () => spawn(program, args, { env, detached: true, stdio: [...stdio] }))
    let rest = ''
    const onAbort = () => killGroup(child)
    signal.addEventListener('abort', onAbort)
    child.on('error', (error) => {
      signal.removeEventListener('abort', onAbort)
      reject(notStarted(program, error))
    })
    if (!child.stdout) return // as above
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop()!.slice(0, MOST_LINE)
      if (!signal.aborted) for (const line of parts) onLine(line)
    })
    child.on('close', () => {
      signal.removeEventListener('abort', onAbort)
      if (rest !== '' && !signal.aborted) onLine(rest)
      resolve()
    })
  })
}

/** Some errors come as an event, others are thrown. */
function started<C>(program: string, start: () => C): C {
  try {
    return start()
  } catch (thrown) {
    throw notStarted(program, thrown as NodeJS.ErrnoException)
  }
}

const NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOTDIR: 'it is not there',
  EACCES: 'it may not be executed',
  ETXTBSY: 'it is being written',
  ERR_INVALID_ARG_VALUE: 'its name or an argument holds a character that none can hold (NUL)',
}

/** Arguments may hold secrets: only the program is named. */
function notStarted(program: string, { code }: NodeJS.ErrnoException): Failure {
  const why = (code && NOT_STARTED[code]) ?? code ?? 'unknown'
  return new Failure('network', `${program} could not be started: ${why}`)
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
