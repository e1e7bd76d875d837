import { judgeMx, lookUpMx, targetsOf } from '../app/locate.ts'
import { round } from '../app/round.ts'
import type { Setup, Wish } from '../app/setup.ts'
import { nearestHint } from '../config/nearest.ts'
import { historyOf } from '../core/history.ts'
import type { DomainName } from '../dns/name.ts'
import { parseName } from '../dns/name.ts'
import type { World } from '../ports/world.ts'
import { documentOf } from '../report/document.ts'
import { exitCodeOf } from '../report/exit-code.ts'
import { roundText } from '../report/round-text.ts'
import type { ExitCode } from './exit-codes.ts'
import { TEMPORARY, USAGE } from './exit-codes.ts'
import type { Context } from './index.ts'
import { openProgram } from './open-program.ts'
import { print } from './print.ts'
import { withProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

interface Options {
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** One round, then exit: `mxhome update`, `mxhome --force`. */
export async function update(context: Context, given: readonly string[], options: Options): Promise<ExitCode> {
  const { terminal } = context
  const parsed = given.map((text) => parseName(text))
  const bad = given.find((_, i) => parsed[i] === undefined)
  if (bad !== undefined) {
    terminal.err(`mxhome: "${bad}" is not a host name; expected a name such as mail.example.com\n`)
    return USAGE
  }
  const program = await openProgram(context)
  if ('code' in program) return program.code
  const { setup, world } = program
  const names = parsed as readonly DomainName[]
  const stop = stopSignal()
  const stranger = await strangerAmong(names, setup, world, stop)
  if (stranger) {
    terminal.err(`mxhome: ${stranger.message}\n`)
    return stranger.code
  }
  const wish: Wish = {
    force: options.force ? (names.length > 0 ? names : 'all') : 'none',
    dryRun: options.dryRun === true,
    confirmAll: true,
    needsDisk: true,
    afresh: true,
    only: names,
  }
  const done = await withProgress(terminal, !options.json, 'asking the address sources and the name servers', () =>
    round(setup, wish, world, { stop, hurry: stop }),
  )
  if (!wish.dryRun) await world.history.append(historyOf(done))
  const document = documentOf(done)
  const dryRun = wish.dryRun === true
  print(terminal, world.clock.now(), options.json, document, (one, style) => roundText(one, { ...style, dryRun }))
  return exitCodeOf(document, dryRun, names)
}

/** A host that is no target, told before anything is done for the others. MX hosts are known only after a look at the name servers. */
async function strangerAmong(
  names: readonly DomainName[],
  setup: Setup,
  { store, clock }: World,
  stop: AbortSignal,
): Promise<{ readonly message: string; readonly code: ExitCode } | undefined> {
  const { hosts, exclude } = setup.config
  if (names.every((host) => hosts.some(({ name }) => name === host) && !exclude.includes(host))) return undefined
  const state = store.last()
  const located = judgeMx(await lookUpMx(setup, stop), setup, state, clock.now())
  const known = [...new Set(targetsOf(located, setup, state.salt).map(({ owner }) => owner))]
  const strangers = names.filter((name) => !known.includes(name))
  const [first] = strangers
  if (first === undefined || stop.aborted) return undefined
  const targets = known.length > 0 ? `${known.join(', ')} (${nearestHint(first, known)})` : 'none'
  const message = `${strangers.join(', ')} is no target of this configuration; the targets are: ${targets}`
  // A domain that could not be looked up may name it.
  const unknown = located.filter(({ findings }) => findings.some(({ id }) => id === 'mx-unknown'))
  if (unknown.length === 0) return { message, code: USAGE }
  const domains = unknown.map(({ domain }) => domain).join(', ')
  return { message: `${message}; the MX of ${domains} could not be looked up: try again later`, code: TEMPORARY }
}
