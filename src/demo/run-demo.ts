import { lastLines } from './daemon-process.ts'
import { introduction, invitation } from './demo-texts.ts'
import { type OpenStage, openStage } from './open-stage.ts'
import { SCENES } from './scenes.ts'
import { keepRunning } from './stay.ts'
import { seconds } from './timeline.ts'

export interface DemoOptions {
  /** The program and its first arguments, `[process.execPath, '.../dist/mxhome.js']`; `run --config FILE` is added. */
  readonly command: readonly string[]
  /** Keep all running after the scenes, until Ctrl-C. */
  readonly stay: boolean
  /** Writes text as it is, to stdout. */
  readonly print: (text: string) => void
  readonly colour: boolean
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * A home line on loopback, and the real program as a process of its own against it. Resolves to 0 when all came out as
 * shown, else to 1; never rejects. Nothing is left behind: no process, no port, no file.
 */
export async function runDemo(options: DemoOptions): Promise<0 | 1> {
  const { stay } = options
  const print = (line: string) => options.print(`${line}\n`)
  const stop = new AbortController()
  let stage: OpenStage | undefined
  const onSignal = () => (stop.signal.aborted ? process.exit(1) : stop.abort())
  const onExit = () => stage?.leave() // a second Ctrl-C, or a fault of ours
  for (const name of SIGNALS) process.on(name, onSignal)
  process.on('exit', onExit)
  try {
    const started = Date.now()
    stage = await openStage({ ...options, print }, stop.signal)
    for (const line of introduction(stage)) print(line)
    const shown = await playAll(stage)
    if (!stop.signal.aborted) await conclude(stage, shown, Date.now() - started, print)
    const code = shown === SCENES.length && stage.timeline.shortfalls().length === 0 ? 0 : 1
    if (!stay && code === 0) print('To try it yourself, add --stay: all of it then keeps running.')
    if (!stay || stop.signal.aborted) return code
    for (const line of invitation(stage)) print(line)
    if (await keepRunning(stage, stop.signal)) return code
    print(`mxhome ${stage.daemon.ended()}`)
    return 1
  } catch (thrown) {
    print(`The demo could not be set up: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    return 1
  } finally {
    const stopped = stop.signal.aborted
    stop.abort()
    await stage?.close()
    process.removeListener('exit', onExit)
    for (const name of SIGNALS) process.removeListener(name, onSignal)
    if (stopped) print('Stopped: all processes are ended, all files removed.')
  }
}

/** How many scenes were played to their end: each begins with what the one before has left. */
async function playAll(stage: OpenStage): Promise<number> {
  for (const [index, { title, about, play }] of SCENES.entries()) {
    stage.timeline.scene(title, about)
    const played = await play(stage).then(
      () => true,
      (thrown: unknown) => {
        if (stage.timeline.isOver()) return false
        throw thrown
      },
    )
    if (!played) return index
  }
  return SCENES.length
}

async function conclude(
  { status, timeline, daemon, home }: OpenStage,
  shown: number,
  took: number,
  print: (line: string) => void,
): Promise<void> {
  if (shown === SCENES.length) {
    const health = await status.health()
    timeline.heading('Health', `${status.url}/healthz`)
    timeline.check(
      'it answers 200 and "pass"',
      health?.code === 200 && health.status === 'pass',
      JSON.stringify(health),
    )
  }
  const shortfalls = timeline.shortfalls()
  const { updates, repeats } = home.dyndns.counters
  print('')
  if (shortfalls.length === 0) {
    print(
      `All ${shown} scenes came out as shown, in ${seconds(took)}: ${home.hosted.writes()} records written, ${updates} DynDNS updates, ${repeats} repeats, no other record touched.`,
    )
    return
  }
  print(`${shown} of ${SCENES.length} scenes were played; not as shown:`)
  for (const text of shortfalls) print(`  ${text}`)
  print('The end of the log of mxhome:')
  for (const line of lastLines(daemon.logFile, 12)) print(`  ${line}`)
}
