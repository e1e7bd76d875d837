import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquire } from '../../src/system/lock.ts'
import { describeHolder } from '../../src/system/lock-holder.ts'

const never = new AbortController().signal
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mxhome-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const take = async (where = dir, name = 'lock', waitMs = 0) => acquire(where, name, 'mxhome test', { waitMs }, never)
const held = async (where = dir, name = 'lock', waitMs = 0) => {
  const lock = await take(where, name, waitMs)
  if ('holder' in lock) throw new Error(`held by ${describeHolder(lock.holder)}`)
  return lock
}

describe('one process', () => {
  it('the second is told who the first is', async () => {
    const lock = await held()
    expect(await take()).toEqual({
      holder: {
        pid: process.pid,
        host: expect.any(String),
        since: expect.stringMatching(/^2.*Z$/),
        what: 'mxhome test',
      },
    })
    lock.release()
    ;(await held()).release()
  })

  it('locks of other names and folders do not meet', async () => {
    const other = mkdtempSync(join(tmpdir(), 'mxhome-lock-'))
    const locks = [await held(), await held(dir, 'daemon'), await held(other)]
    for (const lock of locks) lock.release()
    rmSync(other, { recursive: true })
  })

  it('who waits gets it after the release', async () => {
    const lock = await held()
    const next = held(dir, 'lock', 30_000)
    lock.release()
    ;(await next).release()
  })

  it('waiting ends with the signal', async () => {
    const lock = await held()
    const stop = new AbortController()
    const waiting = acquire(dir, 'lock', 'x', { waitMs: 30_000 }, stop.signal)
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' })
    lock.release()
    expect(readdirSync(dir)).toEqual(['lock.1'])
  })

  it('leaves at most two files, whatever was there', async () => {
    writeFileSync(join(dir, 'lock.notes'), '')
    writeFileSync(join(dir, 'lock.007'), '')
    for (let turn = 0; turn < 12; turn++) (await held()).release()
    expect(readdirSync(dir).sort()).toEqual(['lock.007', 'lock.11', 'lock.12', 'lock.notes'])
  })

  it('a folder whose path is too long for a socket', async () => {
    const deep = join(dir, 'x'.repeat(120), 'y'.repeat(120))
    mkdirSync(deep, { recursive: true })
    const lock = await held(deep)
    expect(await take(deep)).toMatchObject({ holder: { pid: process.pid } })
    lock.release()
    ;(await held(deep)).release()
    expect(readdirSync(deep).sort()).toEqual(['lock.1', 'lock.2'])
  })

  it('a folder that is not there is the system error', async () => {
    await expect(take(join(dir, 'missing'))).rejects.toMatchObject({ code: expect.stringMatching(/ENOENT|EACCES/) })
  })

  it('a holder that accepts but says nothing still holds', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(join(dir, 'lock.1'), resolve))
    expect(await take()).toEqual({
      holder: expect.objectContaining({ pid: 0, what: 'a process that does not answer' }),
    })
    silent.close()
  })
})

describe('many processes', () => {
  const children = new Set<ChildProcess>()
  function start(log: string): ChildProcess {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'lock-child.ts'), dir, log], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    children.add(child)
    return child
  }
  const ended = (child: ChildProcess) =>
    new Promise<string>((resolve) => {
      let stderr = ''
      child.stderr!.on('data', (chunk) => {
        stderr += chunk
      })
      child.on('close', (code, signal) => resolve(code === 0 || signal !== null ? '' : `${code} ${signal} ${stderr}`))
    })
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    children.clear()
  })
  const counted = () => (existsSync(join(dir, 'counter')) ? Number(readFileSync(join(dir, 'counter'), 'utf8')) : 0)
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  it('never two holders, no increment lost, though holders are killed', async () => {
    const logs = mkdtempSync(join(tmpdir(), 'mxhome-log-'))
    const done: Promise<string>[] = []
    let nth = 0
    const launch = () => {
      const child = start(join(logs, String(nth++)))
      done.push(ended(child))
      return child
    }
    const running = Array.from({ length: 5 }, launch)
    const KILLS = 12
    for (let kill = 1; kill <= KILLS; kill++) {
      const from = counted()
      await until(() => counted() > from + 1 + Math.random() * 8)
      const victim = Math.floor(Math.random() * running.length)
      running[victim]!.kill('SIGKILL')
      running[victim] = launch()
    }
    for (const child of running) child.kill('SIGTERM')
    expect((await Promise.all(done)).filter(Boolean)).toEqual([])
    const increments = readdirSync(logs).reduce((sum, log) => sum + readFileSync(join(logs, log), 'utf8').length, 0)
    rmSync(logs, { recursive: true })
    expect(existsSync(join(dir, 'violations')) ? readFileSync(join(dir, 'violations'), 'utf8') : '').toBe('')
    expect(counted()).toBeGreaterThanOrEqual(increments)
    // One that is killed between the counter and its log has counted, but not noted it.
    expect(counted()).toBeLessThanOrEqual(increments + KILLS)
    ;(await held()).release()
    expect(readdirSync(dir).filter((file) => file.startsWith('lock'))).toHaveLength(2)
  })

  it('a killed holder is followed at once', async () => {
    const child = start(join(dir, 'log'))
    await until(() => counted() > 0)
    child.kill('SIGSTOP')
    const running = await take()
    if ('holder' in running) expect(running.holder.pid).toBe(0)
    else running.release()
    child.kill('SIGKILL')
    ;(await held(dir, 'lock', 30_000)).release()
  })
})
