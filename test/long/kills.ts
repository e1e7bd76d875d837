// `npm run kills -- --count 1000 [--seed S]`: kill -9 again and again, against a service that punishes every repeat.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RoundDocument } from '../../src/report/document.ts'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import {
  killActing,
  killAnswered,
  killOneShot,
  killStarting,
  type Line,
  runInPeace,
  stateIn,
  targetsIn,
} from '../support/killing.ts'
import { startDaemon } from '../support/program.ts'
import { random } from '../support/random.ts'
import { canMount, mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000' }, seed: { type: 'string' } } })
const count = Number(values.count)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const next = random(seed)
const HOST = 'home.dyn.example'
/** Longer than a lost answer is waited for before it is sent again. */
const PATIENCE = 6 * 60_000

interface Place {
  readonly name: 'disk' | 'small disk'
  readonly line: Line
  readonly disk?: SmallDisk
  address: string
  /** What happened there, a line a step. */
  readonly trail: string[]
}

const counts = { repeats: 0, lost: 0, damaged: 0, wrong: 0 }
const seen = { 'one-shots': 0, daemons: 0, 'on a full disk': 0, current: 0, waits: 0, unwritable: 0 }
const since = Date.now()

console.error(`seed ${seed}`) // a run that is cut off can be run again
// Not in /tmp, which may be memory.
const folder = mkdtempSync('/var/tmp/mxhome-kills-')
const places: Place[] = [{ name: 'disk', line: await openDyndnsLine([HOST], folder), address: '', trail: [] }]
if (canMount()) {
  const line = await openDyndnsLine([HOST], folder)
  places.push({
    name: 'small disk',
    line,
    disk: mountSmallDisk(join(line.folder.path, 'state')),
    address: '',
    trail: [],
  })
} else console.error('the full disk is left out: mounting one takes root')

function moveTo(place: Place, nth: number): void {
  place.address = `198.18.${nth >> 8}.${nth & 255}`
  place.line.address(place.address)
}

/** The disk is full before the program starts, fills up while it runs, or has room. */
async function killOnce(place: Place, nth: number): Promise<void> {
  const { line, disk } = place
  const space = disk ? next() : 1
  const room = space < 0.4 ? 'full' : space < 0.7 ? 'full at the news' : 'free'
  if (space < 0.4) disk?.fill()
  if (space < 0.7) seen['on a full disk'] += 1
  const news = () => {
    if (space < 0.7) disk?.fill()
    moveTo(place, nth)
  }
  // Every second one at each place, in either kind.
  const isDaemon = Math.floor(nth / places.length) % 2 === 1
  seen[isDaemon ? 'daemons' : 'one-shots'] += 1
  note(place, `${nth} ${isDaemon ? 'daemon' : 'one-shot'}, disk ${room}: before`)
  if (isDaemon && next() < 0.6) return killActing(line, next, news)
  news()
  if (isDaemon) return killStarting(line, next)
  return next() < 0.5 ? killOneShot(line, next) : killAnswered(line, next)
}

const tell = (text: string) => console.error(text)

/** How many steps before it explain a repeat. */
const TELLING = 8
function note({ line, trail, address }: Place, step: string): void {
  const memory = JSON.stringify(targetsIn(line))
  trail.push(`  ${step}, the line has ${address}, the service ${line.service.holds(HOST)}, the disk ${memory}`)
  trail.splice(0, trail.length - TELLING)
}

function look(place: Place, nth: number): void {
  const state = stateIn(place.line)
  if (typeof state === 'string') return
  counts.damaged += 1
  tell(`kill ${nth} (${place.name}): the state is damaged: ${state.damaged}`)
}

async function live(place: Place, nth: number): Promise<void> {
  const peace = await runInPeace(place.line, HOST, place.address)
  if (peace.end !== 'wrong') seen[peace.end] += 1
  for (const [what, is] of [
    ['lost', peace.lost],
    ['damaged', peace.damaged],
    ['wrong', peace.end === 'wrong'],
  ] as const) {
    if (!is) continue
    counts[what] += 1
    tell(`after kill ${nth} (${place.name}): ${what} ${'text' in peace ? peace.text : ''}`)
  }
}

/** Nothing is left to send, or to find out. */
const isKnown = (target: RoundDocument['targets'][number] | undefined) =>
  target?.action === 'skip' || target?.outcome === 'updated'

/** A daemon runs undisturbed until the service holds what the line has. */
async function settle({ name, line, disk, address }: Place): Promise<void> {
  disk?.free()
  const daemon = startDaemon({ ...line.settings, MXHOME_SCHEDULE: '* * * * * *' }, line.folder.path, await freePort())
  const deadline = Date.now() + PATIENCE
  const holds = () => String(line.service.holds(HOST)) === address
  const isOver = () => Date.now() > deadline
  const round = await daemon.until(
    'the line is settled',
    ({ targets }) => (holds() && isKnown(targets[0])) || isOver(),
    Infinity,
  )
  const settled = holds() && isKnown(round.targets[0])
  if (!settled) {
    counts.lost += 1
    tell(`${name}: the service ends with ${line.service.holds(HOST)}, the line has ${address}\n${daemon.log()}`)
  }
  await daemon.stop()
}

try {
  for (let nth = 1; nth <= count; nth++) {
    const place = places[nth % places.length]!
    const { repeats } = place.line.service.counters
    await killOnce(place, nth)
    note(place, `${nth} killed`)
    look(place, nth)
    if (next() < 0.5) place.disk?.free()
    if (next() < 0.5) await live(place, nth)
    note(place, `${nth} over`)
    if (place.line.service.counters.repeats > repeats)
      tell(`kill ${nth} (${place.name}): a repeat\n${place.trail.join('\n')}`)
    if (nth % 100 === 0) tell(`${nth} kills, ${Math.round((Date.now() - since) / 1000)} s`)
  }
  await Promise.all(places.map(settle))
  for (const { line } of places) counts.repeats += line.service.counters.repeats + line.service.counters.abuse
} finally {
  for (const { line, disk } of places) {
    disk?.leave()
    await line.leave()
  }
  rmSync(folder, { recursive: true, force: true })
}
const updates = places.reduce((sum, { line }) => sum + line.service.counters.updates, 0)
const list = (all: Record<string, number>) =>
  Object.entries(all)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ')
const seconds = Math.round((Date.now() - since) / 1000)
console.log(`kills ${count}: ${list(counts)} | ${list(seen)}, updates ${updates} | seed ${seed}, ${seconds} s`)
process.exitCode = Object.values(counts).some((number) => number > 0) ? 1 : 0
