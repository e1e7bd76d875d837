import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, expect } from 'vitest'
import { openDyndnsLine } from './dyndns-line.ts'
import { type Daemon, type Ended, mxhome, type Settings, startDaemon, startMxhome } from './program.ts'

export const HOST = 'home.dyn.example'
export const TOKEN = 'a7c4d0ad-114e-40ef-ba1d-d217904a50f2'
export const DUCK: Settings = { MXHOME_HOSTS: 'anna.duckdns.org', MXHOME_PROVIDER: 'duckdns' }

/** A line with a strict service, and the ways to run the built program on what is wrong. Cleans up behind the tests of a file. */
export async function openBadInput() {
  const line = await openDyndnsLine([HOST])
  const { folder, settings } = line
  afterAll(line.leave)
  const at = (path: string) => join(folder.path, path)
  const file = (path: string, text: string | Buffer, mode = 0o600) => {
    writeFileSync(at(path), text, { mode })
    chmodSync(at(path), mode)
  }

  /** Whatever was wrong: no stack trace, no secret, no escape sequence where nothing is a terminal. */
  function proper(ended: Ended): Ended {
    const said = ended.stdout + ended.stderr
    expect(said).not.toMatch(/^\s+at .*:\d+/m)
    expect(said).not.toContain('fault of mxhome')
    expect(said).not.toContain('\x1b')
    for (const secret of [line.secret, TOKEN]) expect(said).not.toContain(secret)
    return ended
  }

  const run = async (args: readonly string[], more: Settings = {}, base = settings) =>
    proper(await mxhome(args, { ...base, ...more }, folder.path))

  /** Refused before anything was done: the whole complaint on stderr, nothing on stdout. */
  async function refusal(code: number, args: readonly string[], more: Settings = {}, base = settings): Promise<string> {
    const ended = await run(args, more, base)
    expect({ code: ended.code, stdout: ended.stdout }, ended.stderr).toEqual({ code, stdout: '' })
    return ended.stderr
  }

  /** Another program, or mxhome by another way than `node dist/mxhome.js`. */
  async function command(file: string, args: readonly string[], env: Settings): Promise<Ended> {
    const child = spawn(file, args, { cwd: folder.path, env: { PATH: process.env.PATH, HOME: folder.path, ...env } })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    const [code] = await once(child, 'close')
    return proper({ code, stdout, stderr })
  }

  /** What a failed test leaves running, or lying where every command would read it. */
  const running: ChildProcess[] = []
  afterEach(() => {
    for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
    rmSync(at('.env'), { force: true })
  })
  function daemonOf(more: Settings, port: number, base = settings): Daemon {
    const daemon = startDaemon({ ...base, ...more }, folder.path, port)
    running.push(daemon.child)
    return daemon
  }
  function started(args: readonly string[], all: Settings): ChildProcess {
    const child = startMxhome(args, all, folder.path)
    running.push(child)
    return child
  }

  let addresses = 0
  /** The line gets an address that it has not had. */
  function newAddress(): string {
    const address = `203.0.113.${++addresses}`
    line.address(address)
    return address
  }

  /** A state folder of its own, and an address that the line has not had. */
  function anew(): { readonly state: string; readonly more: Settings; readonly address: string } {
    const address = newAddress()
    const state = at(`state-${addresses}`)
    return { state, more: { MXHOME_STATE_DIR: state }, address }
  }
  return { anew, at, command, daemonOf, file, folder, line, newAddress, proper, refusal, run, settings, started }
}

export async function until(meets: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600 && !meets(); tries++) await pause(20)
  expect(meets(), 'met within 12 s').toBe(true)
}

export async function listening<S extends Server>(server: S, port: number): Promise<S> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
