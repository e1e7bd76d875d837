import { Failure } from '../../src/core/failure.ts'
import { MINUTE } from '../../src/core/instant.ts'
import type { State } from '../../src/core/state.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { StateStore } from '../../src/ports/state-store.ts'
import { formatStateFile, parseStateFile } from '../../src/system/state-file.ts'

/** What survives a power cut (`synced`), what was handed to the operating system (`written`), who holds the lock. */
export interface Disk {
  synced: string
  written: string
  full: number
  lock: object | undefined
  writes: number
}

export const blankDisk = (salt: string): Disk => {
  const text = formatStateFile({ salt, targets: {}, mx: {} })
  return { synced: text, written: text, full: 0, lock: undefined, writes: 0 }
}

/** What was read last, and before: most who look see what is written, or what is synced. */
let known: readonly { readonly text: string; readonly state: State }[] = []

export function stateOn(text: string): State {
  const before = known.find((one) => one.text === text)
  if (before) return before.state
  const state = parsed(text)
  known = [{ text, state }, ...known.slice(0, 1)]
  return state
}

function parsed(text: string): State {
  const found = parseStateFile(text)
  if (found.kind === 'state') return found.state
  throw new Failure('bug', `the state file is ${found.kind}: ${JSON.stringify(found)}`)
}

/** What was not touched is the same object. */
function isSame(one: State, other: State): boolean {
  const [keys, others] = [Object.keys(one.targets), Object.keys(other.targets)]
  const isAlike = (key: string) => {
    const [mine, its] = [one, other].map(({ targets }) => (targets as Record<string, unknown>)[key])
    return mine === its || JSON.stringify(mine) === JSON.stringify(its)
  }
  if (String(keys) !== String(others) || !keys.every(isAlike)) return false
  return JSON.stringify({ ...one, targets: {} }) === JSON.stringify({ ...other, targets: {} })
}

/** A StateStore on that disk for one process; `me` holds its lock. Every step of a write takes its time. */
export function diskStore(disk: Disk, clock: Clock, me: object): StateStore {
  const never = new AbortController().signal
  let last = parsed(disk.written)
  let problem: string | undefined
  let turns: Promise<unknown> = Promise.resolve()
  let updates: Promise<unknown> = Promise.resolve()

  async function save(): Promise<void> {
    if (disk.full > 0) {
      problem = 'no space left on the disk'
      return
    }
    const written = formatStateFile(last)
    disk.written = written
    known = [{ text: written, state: last }, ...known.slice(0, 1)] // who is started reads the text itself, see below
    disk.writes += 1
    await clock.sleep(5, never)
    if (disk.written === written) disk.synced = written
    problem = undefined
  }

  async function change<T extends { readonly state: State }>(wish: (state: State) => T): Promise<T> {
    const result = wish(last)
    const isNew = result.state !== last && !isSame(result.state, last)
    if (isNew) last = result.state
    if (isNew || problem !== undefined) await save()
    return result
  }

  const exclusive: StateStore['exclusive'] = (work, signal) => {
    const turn = turns.then(async () => {
      const end = clock.now() + 2 * MINUTE
      while (disk.lock !== undefined && disk.lock !== me) {
        if (signal.aborted || clock.now() > end)
          throw new Failure('unavailable', 'the state is in use', { reason: 'locked' })
        await clock.sleep(200, signal)
      }
      disk.lock = me
      try {
        await updates
        if (problem === undefined) last = stateOn(disk.written)
        return await work()
      } finally {
        await updates
        disk.lock = undefined
      }
    })
    turns = turn.catch(() => undefined)
    return turn
  }
  const update: StateStore['update'] = (wish) => {
    if (disk.lock !== me) return exclusive(() => update(wish), never)
    const turn = updates.then(() => change(wish))
    updates = turn.catch(() => undefined)
    return turn
  }
  const catchUp: StateStore['catchUp'] = async () => {
    if (disk.lock !== me && problem === undefined) last = stateOn(disk.written)
  }
  return { last: () => last, catchUp, update, exclusive, problem: () => problem }
}
