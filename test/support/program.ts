import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { StatusDocument } from '../../src/report/status-text.ts'

const PROGRAM = resolve('dist/mxhome.js')
/** The machine's own node, as a user has it, not the one of the checkout. */
export const NODE = existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath

export type Settings = Readonly<Record<string, string>>

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Daemon {
  readonly child: ChildProcess
  readonly log: () => string
  readonly status: () => Promise<StatusDocument>
  /** Awaits that the status meets a condition; fails with the log when it never does: after 20 s, unless it is asked more often. */
  readonly until: (what: string, meets: (status: StatusDocument) => boolean, tries?: number) => Promise<StatusDocument>
  /** Awaits that the log tells of it: the status shows it only until the next round, which may follow at once. */
  readonly confirmed: (host: string, address: string) => Promise<void>
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

/** A folder of the test's own, for the working directory and the state; `leave` removes it. */
export function openFolder(parent = tmpdir()): { readonly path: string; readonly leave: () => void } {
  const path = mkdtempSync(join(parent, 'mxhome-test-'))
  return { path, leave: () => rmSync(path, { recursive: true, force: true }) }
}

function start(args: readonly string[], settings: Settings, cwd: string): ChildProcess {
  const env = { PATH: process.env.PATH, HOME: cwd, MXHOME_STATE_DIR: join(cwd, 'state'), ...settings }
  return spawn(NODE, [PROGRAM, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const texts = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => (texts.stdout += chunk))
  child.stderr?.on('data', (chunk) => (texts.stderr += chunk))
  return texts
}

/** Runs the built program to its end. */
export async function mxhome(args: readonly string[], settings: Settings, cwd: string): Promise<Ended> {
  const child = start(args, settings, cwd)
  const texts = collect(child)
  const [code] = await once(child, 'close')
  return { code, ...texts }
}

/** Starts one that the test will kill. */
export const startMxhome = start

/** Starts the daemon; its health endpoint listens on `port`. */
export function startDaemon(settings: Settings, cwd: string, port: number): Daemon {
  const own = { MXHOME_LISTEN: `127.0.0.1:${port}`, MXHOME_WATCH: 'off', MXHOME_DOCTOR_INTERVAL: 'off' }
  const child = start(['run'], { ...own, ...settings }, cwd)
  const texts = collect(child)
  const kill = () => child.kill('SIGKILL')
  process.on('exit', kill)
  const gone = once(child, 'close')
  const status = async () => (await (await fetch(`http://127.0.0.1:${port}/status`)).json()) as StatusDocument
  const log = () => texts.stderr
  const isConfirmed = (host: string, address: string) => {
    const lines = linesOf(log()).filter((line) => line.host === host)
    const published = lines.findLastIndex(({ message, after }) => message === 'published' && String(after) === address)
    return published >= 0 && lines.slice(published).some(({ message }) => message === 'confirmed')
  }
  const daemon: Daemon = {
    child,
    log,
    status,
    async confirmed(host, address) {
      await daemon.until(`${host} is confirmed at ${address}`, () => isConfirmed(host, address))
    },
    async until(what, meets, tries = 400) {
      let last: StatusDocument | undefined
      for (let left = tries; left > 0; left--) {
        last = await status().catch(() => undefined)
        if (last && meets(last)) return last
        if (child.exitCode !== null) break
        await pause(50)
      }
      throw new Error(`never: ${what}\nstatus: ${JSON.stringify(last, null, 1)}\nlog:\n${log()}`)
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const [code] = await gone
      process.off('exit', kill)
      return code
    },
  }
  return daemon
}

/** The log has a JSON document a line; the last one may be under way. */
const linesOf = (log: string): Record<string, unknown>[] =>
  log.split('\n').flatMap((line) => (/^{.*}$/.test(line) ? [JSON.parse(line)] : []))
