import { round } from '../app/round.ts'
import type { Wish } from '../app/setup.ts'
import { historyOf } from '../core/history.ts'
import type { DomainName } from '../dns/name.ts'
import { parseName } from '../dns/name.ts'
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
  const wish: Wish = {
    force: options.force ? (names.length > 0 ? names : 'all') : 'none',
    dryRun: options.dryRun === true,
    confirmAll: true,
    needsDisk: true,
    only: names,
  }
  const stop = stopSignal()
  const done = await withProgress(terminal, !options.json, 'asking the address sources and the name servers', () =>
    round(setup, wish, world, { stop, hurry: stop }),
  )
  if (!wish.dryRun) await world.history.append(historyOf(done))
  const document = documentOf(done)
  const unknown = names.filter((name) => !document.targets.some(({ host }) => host === name))
  if (unknown.length > 0) {
    const hosts = [...done.located.flatMap((one) => one.hosts), ...setup.config.hosts.map(({ name }) => name)]
    const known = [...new Set(hosts)].join(', ') || 'none'
    terminal.err(`mxhome: ${unknown.join(', ')} is no target of this configuration; the targets are: ${known}\n`)
    // A domain that could not be looked up may name it.
    return done.findings.some(({ id }) => id === 'mx-unknown') ? TEMPORARY : USAGE
  }
  const dryRun = wish.dryRun === true
  print(terminal, world.clock.now(), options.json, document, (one, style) => roundText(one, { ...style, dryRun }))
  return exitCodeOf(document, dryRun, names)
}
