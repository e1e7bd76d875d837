import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseStateFile } from '../../src/system/state-file.ts'
import type { openDyndnsLine } from './dyndns-line.ts'
import { startMxhome } from './program.ts'

export type Line = Awaited<ReturnType<typeof openDyndnsLine>>
type Next = () => number

/** A one-shot takes about so long here; some are killed before they have begun, some after they have ended. */
const LONGEST = 350
/** From the moment when the service has taken an update, until its answer is on disk. */
const ANSWERING = 20
/** A daemon that is up hears of a new address and sends it within about that time. */
const REACTING = 150
const DAEMON = { MXHOME_LISTEN: 'off', MXHOME_WATCH: 'off', MXHOME_LOG_FORMAT: 'json', MXHOME_SCHEDULE: '0 0 1 1 *' }

/** kill -9 of a one-shot, at a moment of its life. */
export async function killOneShot(line: Line, next: Next): Promise<void> {
  await kill(startMxhome(['update'], line.settings, line.folder.path), pause(next() * LONGEST))
}

/** The same around the answer to its update; it may end before. */
export async function killAnswered(line: Line, next: Next): Promise<void> {
  const child = startMxhome(['update'], line.settings, line.folder.path)
  await kill(child, answered(line, next))
}

/** kill -9 of a daemon that starts, at a moment of its first round. */
export async function killStarting(line: Line, next: Next): Promise<void> {
  await kill(startMxhome(['run'], { ...line.settings, ...DAEMON }, line.folder.path), pause(next() * LONGEST))
}

/** kill -9 of a daemon that has had a round in peace, while it acts on `news`. */
export async function killActing(line: Line, next: Next, news: () => void): Promise<void> {
  const child = startMxhome(['run'], { ...line.settings, ...DAEMON }, line.folder.path)
  const gone = once(child, 'close')
  await Promise.race([told(child, '"round finished"'), gone])
  const moment = next() < 0.5 ? pause(next() * REACTING) : answered(line, next)
  news()
  child.kill('SIGUSR1')
  await kill(child, Promise.race([moment, pause(10 * REACTING)]), gone)
}

/** A daemon whose disk takes nothing sends all the same, and is killed before it is answered. */
export async function killForgetful(line: Line): Promise<void> {
  const child = startMxhome(['run'], { ...line.settings, ...DAEMON }, line.folder.path)
  await kill(child, line.updated())
}

async function answered(line: Line, next: Next): Promise<void> {
  const delay = next() * ANSWERING
  await line.updated()
  // Half of them before a byte of the answer has left.
  if (delay > ANSWERING / 2) await pause(delay - ANSWERING / 2)
}

async function kill(child: ChildProcess, moment: Promise<void>, gone = once(child, 'close')): Promise<void> {
  await Promise.race([moment, gone])
  child.kill('SIGKILL')
  await gone
}

function told(child: ChildProcess, words: string): Promise<void> {
  let text = ''
  return new Promise((resolve) => {
    child.stderr?.on('data', (chunk) => {
      text += chunk
      if (text.includes(words)) resolve()
    })
  })
}

/** undefined: there is none yet. */
function stateFileOf(line: Line) {
  const file = join(line.folder.path, 'state', 'state.json')
  return existsSync(file) ? parseStateFile(readFileSync(file, 'utf8')) : undefined
}

/** What is remembered of each target; undefined: no sound state is there. */
export function targetsIn(line: Line) {
  const found = stateFileOf(line)
  return found?.kind === 'state' ? found.state.targets : undefined
}

/** What the state folder holds: a state, none yet, or why it is damaged. */
export function stateIn(line: Line): 'state' | 'none' | { readonly damaged: string } {
  const found = stateFileOf(line)
  if (!found) return 'none'
  return found.kind === 'state' ? 'state' : { damaged: 'why' in found ? found.why : found.kind }
}

/**
 * One run in peace: `current`, or it waits until it may ask again whether the lost one has arrived: never a guess;
 * `unwritable`: nothing was sent since it could not be remembered. Anything else is `wrong`.
 */
export async function runInPeace(line: Line, host: string, address: string) {
  const { code, document, stderr } = await line.update()
  const [target] = document.targets
  const lost = code === 0 && String(line.service.holds(host)) !== address
  const damaged = stderr.includes('damaged')
  if (code === 0) return { end: 'current', lost, damaged } as const
  if (target?.action === 'wait' && target.why === 'pause') return { end: 'waits', lost, damaged } as const
  if (code === 75 && document.findings?.some(({ id }) => id === 'state-unwritable'))
    return { end: 'unwritable', lost, damaged } as const
  return { end: 'wrong', lost, damaged, text: `exit code ${code}\n${JSON.stringify(target)}\n${stderr}` } as const
}
