import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SECOND } from '../core/instant.ts'
import { pause } from '../system/pause.ts'

/** The real program in a process of its own. */
export interface DaemonProcess {
  readonly pid: number
  readonly logFile: string
  /** How it ended, while that was not wished for. */
  readonly ended: () => string | undefined
  /** Asks it to end; after 6 s it is killed. */
  readonly stop: () => Promise<void>
  /** At once, for a process that is about to exit itself. */
  readonly kill: () => void
}

interface Start {
  /** The program and its arguments. */
  readonly argv: readonly string[]
  readonly folder: string
  /** All of its environment, PATH apart. */
  readonly env: Readonly<Record<string, string>>
}

/** It promises to be gone 5 s after SIGTERM. */
const GRACE = 6 * SECOND

/** Starts the program in a folder, with nothing of the caller's environment: the user's own settings must not reach it. */
export function startDaemon({ argv: [program = '', ...args], folder, env }: Start): DaemonProcess {
  const logFile = join(folder, 'mxhome.log')
  const log = openSync(logFile, 'a')
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let ended: string | undefined
  child.once('error', (error) => {
    ended = `could not be started (${error.message})`
  })
  child.once('exit', (code, signal) => {
    ended ??= signal ? `was ended by ${signal}` : `ended with code ${code}`
  })
  return {
    pid: child.pid ?? 0,
    logFile,
    ended: () => ended,
    stop: () => stop(child),
    kill: () => {
      if (isRunning(child)) child.kill('SIGKILL')
    },
  }
}

const isRunning = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid !== undefined && exitCode === null && signalCode === null

async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return
  const gone = once(child, 'exit')
  const inTime = new AbortController()
  child.kill('SIGTERM')
  await Promise.race([gone, pause(GRACE, inTime.signal)])
  inTime.abort()
  if (!isRunning(child)) return
  child.kill('SIGKILL')
  await gone
}

/** The end of its log, for someone who must find out what went wrong. */
export function lastLines(file: string, count: number): readonly string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count)
  } catch {
    return []
  }
}
