import { randomBytes } from 'node:crypto'
import { readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { Failure } from '../core/failure.ts'
import { MINUTE } from '../core/instant.ts'
import type { State } from '../core/state.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { StateStore } from '../ports/state-store.ts'
import { describeDiskError, describeUnreadable, ensureFolder, replaceFile } from './folder.ts'
import { acquire, type Held } from './lock.ts'
import { describeHolder } from './lock-holder.ts'
import { formatStateFile, parseStateFile, STATE_VERSION } from './state-file.ts'
import { mergeStates } from './state-merge.ts'

interface Place {
  readonly dir: string
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  /** Who holds the lock, for those that wait: `mxhome run`. */
  readonly what?: string
  /** How long `exclusive` waits for another process; 2 min unless named. */
  readonly waitMs?: number
}

const FILE = 'state.json'

/**
 * The state in DIR/state.json; the folder is made (0700) if it is missing. Rejects with a Failure `unsupported` for a
 * state of a newer program, which stays untouched, and `rejected` for one that this user may not read. A damaged one is
 * told of, and set aside by whoever takes the lock to write: a command that only reads leaves it where it is.
 */
export async function openStateStore(place: Place): Promise<StateStore> {
  const { dir, log, what = 'mxhome', waitMs = 2 * MINUTE } = place
  const file = join(dir, FILE)
  let trouble: string | undefined
  const met = (problem: string) => {
    if (problem !== trouble) log.error('the state cannot be written', { file, problem })
    trouble = problem
  }
  const damaged = async (why: string) => log.warn('the state file is damaged', { file, why })
  const setAside = async (why: string) => {
    const aside = `${file}.damaged-${new Date(place.clock.now()).toISOString().replaceAll(':', '-')}`
    await rename(file, aside).then(
      () => log.warn('the damaged state file is set aside', { file: aside, why }),
      (error: unknown) => met(`${file} is damaged (${why}) and cannot be set aside: ${describeDiskError(error, dir)}`),
    )
  }
  await ensureFolder(dir).catch((error: unknown) => met(describeDiskError(error, dir)))

  /** Which file was read or written last; taken before it is read. */
  let mark = await markOf(file)
  const first = await readState(place, damaged)
  let found = first !== undefined
  let last: State = first ?? { salt: randomBytes(16).toString('hex'), targets: {}, mx: {} }
  /** What the disk holds, as text; undefined: no longer what we left there, so write at the next occasion. */
  let saved: string | undefined = JSON.stringify(last)
  let held = false
  /** The write that is under way, and the one that will follow it. */
  let writing: Promise<void> | undefined
  let coming: Promise<void> | undefined
  let turns: Promise<unknown> = Promise.resolve()
  let waiting = 0

  async function save(text: string): Promise<void> {
    const content = formatStateFile(last) // before anything is awaited: `text` is what will be saved
    try {
      await ensureFolder(dir)
      await replaceFile(file, content)
      saved = text
      mark = await markOf(file)
      found = true
      if (trouble !== undefined) log.info('the state is written again', { file })
      trouble = undefined
    } catch (error) {
      met(describeDiskError(error, dir))
    }
  }

  async function change<T extends { readonly state: State }>(wish: (state: State) => T): Promise<T> {
    const result = wish(last)
    last = result.state
    coming ??= write()
    await coming
    return result
  }

  /** What is changed until it begins, as by one answer about twenty hosts, is written at once. */
  async function write(): Promise<void> {
    await Promise.all([setImmediate(), writing])
    writing = coming
    coming = undefined
    const text = JSON.stringify(last)
    if (text === saved) {
      trouble = undefined
      return
    }
    last = JSON.parse(text) as State // as another process would find it
    await save(text)
  }

  async function readAgain(isLocked: boolean): Promise<void> {
    mark = await markOf(file) // before: what comes while it is read is read the next time
    const theirs = await readState(place, isLocked ? setAside : damaged).catch((error: unknown) => {
      // A newer program has taken over: nothing of ours may be written any more.
      if (Failure.from(error).kind === 'unsupported') throw error
      met(Failure.from(error).message)
      return 'unreadable' as const
    })
    if (theirs === 'unreadable') return
    if (theirs === undefined) {
      // Without the lock another one may be about to write it anew: what is known of the disk is needed then.
      if (found && isLocked) saved = undefined
      return
    }
    const text = JSON.stringify(theirs)
    if (text !== saved) {
      const clean = saved === undefined || saved === JSON.stringify(last)
      last = clean ? theirs : mergeStates(JSON.parse(saved!) as State, last, theirs)
    }
    saved = text
    found = true
  }

  /** Also what comes while it waits, as from a router that tells its address beside a round: under the lock, or it could overwrite another's. */
  async function written(): Promise<void> {
    let seen: Promise<void> | undefined
    while (seen !== (coming ?? writing)) {
      seen = coming ?? writing
      await seen
    }
  }

  async function lock(signal: AbortSignal): Promise<Held | undefined> {
    try {
      await ensureFolder(dir)
      const lock = await acquire(dir, 'lock', what, { waitMs }, signal)
      if (!('holder' in lock)) return lock
      throw new Failure('unavailable', `${dir} is in use by ${describeHolder(lock.holder)}`, { reason: 'locked' })
    } catch (error) {
      if (error instanceof Failure) throw error
      // A folder that takes no lock takes no state either: there is nothing to guard.
      log.debug('working without the lock', { dir, why: describeDiskError(error, dir) })
      return undefined
    }
  }

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    waiting += 1
    const turn = turns.then(work).finally(() => {
      waiting -= 1
    })
    turns = turn.catch(() => undefined)
    return turn
  }
  /** Who has the folder, or waits for it, reads it anyway. */
  const catchUp = async (): Promise<void> => {
    if (waiting > 0) return
    const isSame = (await markOf(file)) === mark
    if (isSame || waiting > 0) return
    await inTurn(() => readAgain(false)).catch(() => {}) // what is wrong is told by whoever takes the lock
  }
  const exclusive: StateStore['exclusive'] = (work, signal) =>
    inTurn(async () => {
      const lockHeld = await lock(signal)
      try {
        await written()
        await readAgain(true)
        held = true
        return await work()
      } finally {
        await written()
        held = false
        lockHeld?.release()
      }
    })
  const update: StateStore['update'] = (wish) => {
    if (!held) return exclusive(() => update(wish), new AbortController().signal)
    return change(wish)
  }
  return { last: () => last, catchUp, update, exclusive, problem: () => trouble }
}

/** Each write makes another file, in the place of the one before. */
const markOf = (file: string): Promise<string> =>
  stat(file).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    ({ code }: NodeJS.ErrnoException) => String(code),
  )

/** undefined: there is none, or it is damaged, which `onDamage` is told. */
async function readState({ dir }: Place, onDamage: (why: string) => Promise<void>): Promise<State | undefined> {
  const file = join(dir, FILE)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    // What the card, or the system, does not give now it may give at the next start.
    const isOurs = error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EISDIR'
    throw new Failure(isOurs ? 'rejected' : 'unavailable', describeUnreadable(error, file))
  })
  if (text === undefined) return undefined
  const found = parseStateFile(text)
  if (found.kind === 'state') return found.state
  if (found.kind === 'newer') {
    const versions = `has version ${found.version}, this program knows ${STATE_VERSION}`
    throw new Failure('unsupported', `${file} ${versions}: run the newer program, or name another stateDir`)
  }
  await onDamage(found.why)
  return undefined
}
