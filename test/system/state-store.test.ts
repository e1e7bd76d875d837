import { execFileSync, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { State } from '../../src/core/state.ts'
import type { Fields } from '../../src/ports/log.ts'
import { acquire } from '../../src/system/lock.ts'
import { openStateStore } from '../../src/system/state-store.ts'

const never = new AbortController().signal
const NOW = Date.UTC(2026, 10, 25, 12)
const said: { level: string; message: string; fields: Fields | undefined }[] = []
const say = (level: string) => (message: string, fields?: Fields) => void said.push({ level, message, fields })
const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mxhome-state-'))
  file = join(dir, 'state.json')
  said.length = 0
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = (where = dir, waitMs?: number) =>
  openStateStore({ dir: where, clock: { now: () => NOW }, log, ...(waitMs !== undefined && { waitMs }) })
const writing =
  (owner: string, at = 1) =>
  (state: State) => ({
    state: { ...state, targets: { ...state.targets, [owner]: { writes: [at], forced: [] } } },
  })
const failure = async (work: Promise<unknown>): Promise<Failure> => {
  const thrown = await work.catch((error: unknown) => error)
  if (!(thrown instanceof Failure)) throw new Error(`no Failure: ${String(thrown)}`)
  return thrown
}
const owners = ({ targets }: State) => Object.keys(targets)

describe('what is kept', () => {
  it('a new state has a salt and is not written before it changes', async () => {
    const store = await open()
    expect(store.last()).toEqual({ salt: expect.stringMatching(/^[0-9a-f]{32}$/), targets: {}, mx: {} })
    expect((await open()).last().salt).not.toBe(store.last().salt)
    await store.update((state) => ({ state }))
    await store.exclusive(() => store.update((state) => ({ state: { ...state } })), never)
    expect(existsSync(file)).toBe(false)
  })

  it('a change is on disk when update resolves, mode 0600, and read by the next', async () => {
    const store = await open()
    expect(await store.update((state) => ({ ...writing('a')(state), answer: 42 }))).toMatchObject({ answer: 42 })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, ...store.last() })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await open()).last()).toEqual(store.last())
    expect(store.problem()).toBeUndefined()
  })

  it('nothing changed: the file is not touched', async () => {
    const store = await open()
    await store.update(writing('a'))
    const before = statSync(file)
    await store.update((state) => ({ state: structuredClone(state) }))
    expect(statSync(file)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs })
  })

  it('changes come one after the other, and one that throws stops none', async () => {
    const store = await open()
    const count = (state: State) => writing('a', (state.targets['a' as never]?.writes[0] ?? 0) + 1)(state)
    const thrown = store.update(() => {
      throw new Error('broken')
    })
    await Promise.all([
      ...Array.from({ length: 20 }, () => store.update(count)),
      expect(thrown).rejects.toThrow('broken'),
    ])
    expect(store.last().targets).toEqual({ a: { writes: [20], forced: [] } })
  })

  it('what another process has written is taken over without the lock, and nothing of it is lost', async () => {
    const [mine, theirs] = [await open(), await open()]
    await theirs.update(writing('a'))
    expect(owners(mine.last())).toEqual([])
    await theirs.exclusive(async () => mine.catchUp(), new AbortController().signal)
    expect(owners(mine.last())).toEqual(['a'])
    const seen = mine.last()
    await mine.catchUp()
    expect(mine.last(), 'the same file').toBe(seen)
    await mine.update(writing('b'))
    const own = mine.last()
    await mine.catchUp()
    expect(mine.last(), 'its own').toBe(own)
    expect(owners((await open()).last())).toEqual(['a', 'b'])
  })

  it('who waits for the folder does not wait twice, and a file that is damaged is left to who takes the lock', async () => {
    const [mine, theirs] = [await open(), await open()]
    await mine.update(writing('a'))
    const [begun, over] = [new EventEmitter(), new EventEmitter()]
    const begins = once(begun, 'it')
    const turn = mine.exclusive(async () => {
      begun.emit('it')
      await once(over, 'it')
    }, new AbortController().signal)
    await begins
    writeFileSync(file, '{')
    await mine.catchUp()
    expect(owners(mine.last())).toEqual(['a'])
    over.emit('it')
    await turn
    await mine.catchUp()
    expect([owners(mine.last()), readFileSync(file, 'utf8')]).toEqual([['a'], '{'])
    await theirs.catchUp()
    await mine.update(writing('b'))
    expect(owners((await open()).last())).toEqual(['a', 'b'])
  })

  it('a missing folder is made, for this user alone', async () => {
    const deep = join(dir, 'a', 'b')
    const store = await open(deep)
    await store.update(writing('a'))
    expect(statSync(deep).mode & 0o777).toBe(0o700)
    expect(store.problem()).toBeUndefined()
  })

  it('a folder that vanishes while we run is made again', async () => {
    const deep = join(dir, 'a')
    const store = await open(deep)
    await store.update(writing('a'))
    rmSync(deep, { recursive: true })
    await store.update((state) => ({ state }))
    expect(owners((await open(deep)).last())).toEqual(['a'])
  })
})

describe('what cannot be read', () => {
  const memory = (more: object) =>
    JSON.stringify({ version: 1, salt: 'x', targets: { a: { writes: [], forced: [], ...more } }, mx: {} })
  const pushed = (line: object) =>
    JSON.stringify({ version: 1, salt: 'x', targets: {}, mx: {}, pushed: { default: line } })
  const TROUBLE = { kind: 'network', message: 'm', times: 1, at: 1, until: 'hold', identity: 'i' }
  const damage: [string, string, string][] = [
    ['empty', '', 'it is empty'],
    ['cut off', '{"version":1,"salt":"abc","targ', 'it is not JSON, or cut off'],
    ['zeros', '\0'.repeat(500), 'it is not JSON, or cut off'],
    ['a list', '[]', 'it holds no object'],
    ['without a version', '{"salt":"x","targets":{},"mx":{}}', 'its version is undefined, not 1'],
    ['without targets', '{"version":1,"salt":"x","mx":{}}', 'targets is not'],
    [
      'targets of another shape',
      '{"version":1,"salt":"x","targets":{"a":{"writes":"many","forced":[]}},"mx":{}}',
      'targets is not',
    ],
    ['trouble of an unknown kind', memory({ trouble: { ...TROUBLE, kind: 'toString' } }), 'targets is not'],
    ['trouble whose answer is lost, or not', memory({ trouble: { ...TROUBLE, lost: 'no' } }), 'targets is not'],
    ['a doubt that is no set', memory({ doubt: { addresses: '192.0.2.1', at: 1 } }), 'targets is not'],
    ['a doubt without a time', memory({ doubt: { addresses: ['192.0.2.1'] } }), 'targets is not'],
    ['an address that was told, and is none', pushed({ A: { addresses: ['5.9.1'], at: 1 } }), 'pushed is not'],
    ['an IPv6 address told as IPv4', pushed({ A: { addresses: ['2a02:908::1'], at: 1 } }), 'pushed is not'],
    ['told at no date', pushed({ A: { addresses: ['5.9.1.7'], at: 9e15 } }), 'pushed is not'],
    ['a prefix of 200 bits', pushed({ prefix: { address: '2a02:908::', length: 200, at: 1 } }), 'pushed is not'],
    ['a host that is no name', pushed({ hosts: { names: ['box'], at: 1 } }), 'pushed is not'],
    ['without salt', '{"version":1,"salt":"","targets":{},"mx":{}}', 'salt is not'],
  ]
  it.each(damage)(
    'damaged (%s): said, and set aside whole with the first write, said where',
    async (_what, text, why) => {
      writeFileSync(file, text)
      const store = await open()
      expect(said.splice(0)).toMatchObject([{ level: 'warn', fields: { file, why: expect.stringContaining(why) } }])
      expect(readdirSync(dir), 'who only reads leaves it').toEqual(['state.json'])

      await store.update((state) => ({ state }))
      const aside = join(dir, 'state.json.damaged-2026-11-25T12-00-00.000Z')
      expect(readdirSync(dir).filter((name) => name.startsWith('state'))).toEqual([basename(aside)])
      expect(readFileSync(aside, 'utf8')).toBe(text)
      expect(said).toMatchObject([{ level: 'warn', fields: { file: aside, why: expect.stringContaining(why) } }])
      await store.update(writing('a'))
      expect(owners((await open()).last())).toEqual(['a'])
    },
  )

  it('a doubt and a lost answer as this program writes them are read', async () => {
    writeFileSync(file, memory({ doubt: { addresses: ['192.0.2.1'], at: 1 }, trouble: { ...TROUBLE, lost: true } }))
    expect(owners((await open()).last())).toEqual(['a'])
    expect(said).toEqual([])
  })

  it('what the router told is kept, of each line', async () => {
    const line = {
      A: { addresses: ['5.9.1.7'], at: 1 },
      AAAA: { addresses: [], at: 1 },
      prefix: { address: '2a02:908:1::', length: 56, at: 1 },
      hosts: { names: ['home.dyn.example'], at: 1 },
    }
    writeFileSync(file, pushed(line))
    const store = await open()
    await store.update(writing('b'))
    expect((await open()).last().pushed).toEqual({ default: line })
    expect(said).toEqual([])
  })

  it('fields that we do not know survive', async () => {
    writeFileSync(
      file,
      '{"version":1,"salt":"x","targets":{"a":{"writes":[],"forced":[],"later":7}},"mx":{},"more":[1]}',
    )
    const store = await open()
    await store.update(writing('b'))
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ more: [1], targets: { a: { later: 7 } } })
  })

  it('of a newer version: refused, untouched', async () => {
    const text = '{"version":2,"all":"different"}'
    writeFileSync(file, text)
    const failed = await failure(open())
    expect(failed.kind).toBe('unsupported')
    expect(failed.message).toBe(
      `${file} has version 2, this program knows 1: run the newer program, or name another stateDir`,
    )
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(readdirSync(dir)).toEqual(['state.json'])
  })

  it('a newer program that takes over while we run is not overwritten', async () => {
    const store = await open()
    await store.update(writing('a'))
    writeFileSync(file, '{"version":2}')
    expect((await failure(store.update(writing('b')))).kind).toBe('unsupported')
    expect((await failure(store.exclusive(async () => {}, never))).kind).toBe('unsupported')
    expect(readFileSync(file, 'utf8')).toBe('{"version":2}')
  })

  it('damage while we run costs nothing: what we know is written anew', async () => {
    const store = await open()
    await store.update(writing('a'))
    writeFileSync(file, '')
    await store.update((state) => ({ state }))
    expect(owners((await open()).last())).toEqual(['a'])
    expect(said.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })
})

const root = process.getuid?.() === 0
const child = (args: string[], asNobody = false): Record<string, unknown> => {
  const script = [process.execPath, join(import.meta.dirname, 'state-child.ts'), ...args] as [string, ...string[]]
  const argv = asNobody ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...script] : script
  return JSON.parse(execFileSync(argv[0]!, argv.slice(1), { encoding: 'utf8' }).trim().split('\n').at(-1)!)
}

describe.skipIf(!root)('a disk that refuses (mounts and other users: needs root)', () => {
  let mounted = false
  const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'pipe' })
  beforeEach(() => {
    mount('-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', dir)
    mounted = true
  })
  afterEach(() => {
    if (mounted) execFileSync('umount', ['-l', dir])
    mounted = false
  })
  const fill = () => {
    for (const size of [4096, 1]) {
      try {
        for (let n = 0; ; n++) writeFileSync(join(dir, `filler-${size}-${n}`), 'x'.repeat(size))
      } catch {}
    }
  }
  const empty = () => {
    for (const name of readdirSync(dir)) if (name.startsWith('filler')) rmSync(join(dir, name))
  }

  it('full: said, kept in memory, written when there is room again', async () => {
    const store = await open()
    await store.update(writing('a'))
    fill()
    expect(await store.update((state) => ({ ...writing('b')(state), answer: 1 }))).toMatchObject({ answer: 1 })
    expect(store.problem()).toBe(`no space is left for ${dir}: free some`)
    expect(owners(store.last())).toEqual(['a', 'b'])
    expect(owners((await open()).last())).toEqual(['a'])
    // Read again under the lock: what could not be written must not be forgotten.
    await store.exclusive(async () => expect(owners(store.last())).toEqual(['a', 'b']), never)
    await store.update(writing('c'))
    expect(said.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect(readdirSync(dir)).not.toContain('state.json.new')
    empty()
    await store.update((state) => ({ state }))
    expect(store.problem()).toBeUndefined()
    expect(owners((await open()).last())).toEqual(['a', 'b', 'c'])
  })

  it('full: what another process wrote meanwhile is joined with what we could not write', async () => {
    const store = await open()
    await store.update((state) => writing('b')(writing('a')(state).state))
    fill()
    await store.update((state) => writing('mine')(writing('a', 2)(state).state))
    empty()
    await (await open()).update((state) => writing('theirs')(writing('b', 3)(state).state))
    await store.update((state) => ({ state }))
    const { targets } = (await open()).last()
    expect(targets).toMatchObject({ a: { writes: [2] }, b: { writes: [3] }, mine: {}, theirs: {} })
  })

  it('read-only: said, and work runs without the lock', async () => {
    await (await open()).update(writing('a'))
    mount('-o', 'remount,ro', dir)
    const store = await open()
    await store.exclusive(() => store.update(writing('b')), never)
    expect(store.problem()).toContain('read-only file system')
    expect(owners(store.last())).toEqual(['a', 'b'])
    mount('-o', 'remount,rw', dir)
    await store.update((state) => ({ state }))
    expect(store.problem()).toBeUndefined()
    expect(owners((await open()).last())).toEqual(['a', 'b'])
  })

  it('read-only and damaged: said, the file stays until it can be set aside', async () => {
    writeFileSync(file, 'junk')
    mount('-o', 'remount,ro', dir)
    const store = await open()
    await store.exclusive(async () => {}, new AbortController().signal)
    expect(store.problem()).toContain('is damaged (it is not JSON, or cut off) and cannot be set aside')
    await store.update(writing('a'))
    mount('-o', 'remount,rw', dir)
    await store.update((state) => ({ state }))
    expect(readdirSync(dir).filter((name) => name.includes('damaged'))).toHaveLength(1)
    expect(owners((await open()).last())).toEqual(['a'])
  })

  it("another user's folder: said with the remedy", () => {
    chmodSync(dir, 0o755)
    writeFileSync(file, '{"version":1,"salt":"x","targets":{},"mx":{}}')
    expect(child([dir, 'once'], true)).toEqual({
      problem: expect.stringContaining('sudo -u mxhome mxhome'),
      targets: ['x'],
    })
  })

  it('a file that the system does not give just now: not for good, so that the service is started again', async () => {
    symlinkSync('state.json', file) // ELOOP, as a card may give EIO
    await expect(open()).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining(file) })
  })

  it("another user's file: refused with the remedy", () => {
    chmodSync(dir, 0o755)
    writeFileSync(file, '{"version":1,"salt":"x","targets":{},"mx":{}}', { mode: 0o600 })
    const answer = child([dir, 'read'], true)
    expect(answer).toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining(`this user may not read ${file}`),
    })
    expect(answer.message).toContain('sudo -u mxhome mxhome')
  })

  it('a folder that cannot be made: said', () => {
    chmodSync(dir, 0o755)
    const answer = child([join(dir, 'sub', 'dir'), 'once'], true)
    expect(answer).toMatchObject({ problem: expect.stringContaining('may not write'), targets: ['x'] })
  })

  it("what root writes stays the service's", () => {
    chownSync(dir, 65534, 65534)
    expect(child([dir, 'once', 'root'])).toEqual({ targets: ['root'] })
    expect(child([dir, 'once', 'service'], true)).toEqual({ targets: ['root', 'service'] })
    expect(child([dir, 'once', 'again'])).toEqual({ targets: ['root', 'service', 'again'] })
  })
})

describe('several processes', () => {
  it('exclusive reads what others have written', async () => {
    const [one, other] = [await open(), await open()]
    await one.update(writing('a'))
    await other.exclusive(async () => expect(owners(other.last())).toEqual(['a']), never)
    await other.update(writing('b'))
    await one.update(writing('c'))
    expect(owners((await open()).last())).toEqual(['a', 'b', 'c'])
    expect(one.last().salt).toBe(other.last().salt)
  })

  it('a holder that stays is named after the wait', async () => {
    const store = await open(dir, 0)
    const lock = await acquire(dir, 'lock', 'mxhome run', { waitMs: 0 }, never)
    const failed = await failure(store.exclusive(async () => {}, never))
    expect(failed).toMatchObject({ kind: 'unavailable', reason: 'locked' })
    expect(failed.message).toMatch(new RegExp(`is in use by mxhome run \\(process ${process.pid} on `))
    if ('release' in lock) lock.release()
    expect(await store.exclusive(async () => 'done', never)).toBe('done')
  })

  it('a change that comes while the last write is under way is on disk before the lock is released', async () => {
    const store = await open()
    const slow = 'x'.repeat(2 ** 21) // so much that its write cannot be missed
    const turn = store.exclusive(async () => {
      void store.update((state) => ({ state: { ...state, slow } }))
    }, never)
    while (!existsSync(`${file}.new`)) await setImmediate()
    const beside = store.update(writing('beside'))
    await turn
    expect(owners(JSON.parse(readFileSync(file, 'utf8')) as State)).toEqual(['beside'])
    await beside
  })

  it('work that throws releases the lock', async () => {
    const store = await open(dir, 0)
    await expect(store.exclusive(() => Promise.reject(new Error('broken')), never)).rejects.toThrow('broken')
    expect(await (await open(dir, 0)).exclusive(async () => 'done', never)).toBe('done')
  })

  it('kill -9 at any moment leaves a whole file that holds what was acknowledged', async () => {
    for (let round = 0; round < 6; round++) {
      const writer = spawn(process.execPath, [join(import.meta.dirname, 'state-child.ts'), dir, 'write'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const enough = 3 + Math.floor(Math.random() * 30)
      const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).targets.x.writes[0] : 0
      let acknowledged = 0
      writer.stdout.on('data', (chunk: Buffer) => {
        acknowledged += chunk.length
        if (acknowledged >= enough) writer.kill('SIGKILL')
      })
      await new Promise((resolve) => writer.on('close', resolve))
      const { targets } = (await open()).last()
      const written = (targets as unknown as Record<string, { writes: number[] }>).x!.writes[0]!
      expect(written - before).toBeGreaterThanOrEqual(acknowledged)
      expect(written - before).toBeLessThanOrEqual(acknowledged + 1)
    }
    expect(said.filter(({ level }) => level === 'warn')).toEqual([])
    await (await open()).update(writing('after'))
    expect(readdirSync(dir).filter((name) => !name.startsWith('lock'))).toEqual(['state.json'])
  })

  it('a path that is a file: said', async () => {
    const plain = join(dir, 'plain')
    writeFileSync(plain, '')
    const store = await open(plain)
    await store.update(writing('a'))
    expect(store.problem()).toContain('is no folder')
  })
})
