import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'

const PROGRAM = resolve('dist/mxhome.js')

/** A Node.js that users run the program on. */
export interface Node {
  readonly path: string
  /** `Node 24`. */
  readonly name: string
  readonly version: string
}

/** The machine's own and that of the checkout, each major version once; the newest last. */
export function nodes(): readonly Node[] {
  const paths = ['/usr/bin/node', resolve('node_modules/.bin/node')].filter((path) => existsSync(path))
  const found = paths.map((path): Node => {
    const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim()
    return { path, version, name: `Node ${version.slice(1).split('.')[0]}` }
  })
  return [...new Map(found.map((one) => [one.name, one])).values()].toSorted((a, b) => a.name.localeCompare(b.name))
}

export type Settings = Readonly<Record<string, string>>

/** What a user's shell would give it, and nothing of ours. */
export const environment = (cwd: string, settings: Settings = {}): NodeJS.ProcessEnv => ({
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: cwd,
  MXHOME_STATE_DIR: join(cwd, 'state'),
  ...settings,
})

export interface Ended {
  readonly code: number | null
  /** From the start of the process to its end. */
  readonly ms: number
  readonly output: string
  readonly errors: string
}

/** Runs a program to its end. */
export async function timed(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Ended> {
  const [program = '', ...args] = argv
  const started = performance.now()
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { output: '', errors: '' }
  child.stdout.on('data', (chunk) => (texts.output += chunk))
  child.stderr.on('data', (chunk) => (texts.errors += chunk))
  const closed = once(child, 'close')
  const [code] = (await once(child, 'exit')) as [number | null]
  const ms = performance.now() - started
  await closed
  return { code, ms, ...texts }
}

export const mxhome = ({ path }: Node, ...args: readonly string[]): readonly string[] => [path, PROGRAM, ...args]

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A process that is measured while it lives; it ends with this one. */
export function started(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): ChildProcess {
  const [program = '', ...args] = argv
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.on('exit', () => running.delete(child))
  child.stdout?.resume()
  return child
}

/** Of a process that lives: what it keeps in memory, in bytes. */
export function residentOf({ pid }: ChildProcess): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) * 1024
}

/** What all its threads have computed so far, in milliseconds; it is counted in hundredths of a second (proc(5)). */
export function computedBy({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** How often its threads have fallen asleep so far, hence been woken up. */
export function wakeUpsOf({ pid }: ChildProcess): number {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const counts = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8'))
  return counts.reduce((sum, text) => sum + Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(text)?.[1] ?? 0), 0)
}
