import { confirmMx } from '../app/confirm-mx.ts'
import { comparison, lookAtMx } from '../app/look-at-mx.ts'
import { lookAtMxHosts } from '../app/look-at-mx-hosts.ts'
import { type BoundAccount, toolsOf } from '../app/setup.ts'
import { writeMx } from '../app/write-mx.ts'
import { accountFor } from '../config/zones.ts'
import { Failure } from '../core/failure.ts'
import type { MxSet } from '../core/locate.ts'
import { nonexistentText } from '../core/locate-findings.ts'
import { sameMx } from '../core/mx.ts'
import { type MxHost, refusalOfWish, refusalsOfHosts, warningsOf } from '../core/mx-wish.ts'
import type { DomainName } from '../dns/name.ts'
import { changeText, failureText, proofText } from '../report/mx-apply-text.ts'
import type { MxDomainDocument } from '../report/mx-document.ts'
import { mxLines } from '../report/mx-text.ts'
import { plain } from '../report/wrap.ts'
import { askYes } from './ask.ts'
import { byHand } from './by-hand.ts'
import { CONFIGURATION, type ExitCode, OK, TEMPORARY } from './exit-codes.ts'
import type { Program } from './open-program.ts'
import { withProgress } from './progress.ts'
import { styleOf, type Terminal } from './terminal.ts'
import { worstOf } from './worst-of.ts'

/** One domain whose wanted MX RRset is to be written. */
export interface MxTask {
  readonly domain: DomainName
  readonly wanted: MxSet
  /** Agreed to beforehand. */
  readonly yes: boolean
  readonly terminal: Terminal
  readonly program: Program
  readonly signal: AbortSignal
}

/** Looks, refuses or asks, writes, and waits for the name servers. */
export async function applyMx(task: MxTask): Promise<ExitCode> {
  const { domain, wanted, program, terminal, signal } = task
  const { setup, world, loaded } = program
  const bound = setup.accounts[accountFor(domain, Object.values(setup.accounts)) ?? '']
  if (!bound) return refuse(task, CONFIGURATION, noAccountFor(domain))
  const provider = loaded.providers.get(bound.id)
  const refusal = refusalOfWish(domain, wanted, { name: bound.name, most: provider?.facts.mostMx })
  if (refusal) return refuse(task, refusal.code, refusal.message)

  const [seen, hosts] = await withProgress(terminal, true, 'asking the name servers', () =>
    Promise.all([lookAtMx(domain, setup, world, signal), lookAtMxHosts(wanted, setup, world, signal)]),
  )
  say(task, ...mxLines(seen, styleFor(task)))
  if (seen.nxdomain) terminal.err(`mxhome: warning: ${nonexistentText(domain)}\n`)
  const refusals = refusalsOfHosts(domain, hosts)
  if (refusals.length > 0) return worstOf(refusals.map(({ code, message }) => refuse(task, code, message)))
  if (!bound.writeMx) {
    if (isSettled(seen)) return settled(task)
    refuse(task, 1, `mxhome cannot write MX records at ${bound.name} (${provider?.name ?? bound.id})`)
    say(task, await byHand(domain, wanted, seen, provider?.facts.mxForm, setup, styleFor(task), signal))
    return 1
  }
  return carryThrough(task, bound, seen, hosts)
}

async function carryThrough(
  task: MxTask,
  bound: BoundAccount,
  seen: MxDomainDocument,
  hosts: readonly MxHost[],
): Promise<ExitCode> {
  const { domain, wanted, terminal, program, signal } = task
  const { setup, world } = program
  const failed = (failure: Failure, wrote: 'nothing' | 'unknown') => {
    const { code, text } = failureText(failure, bound.name, domain, wrote)
    return refuse(task, code, text)
  }
  const before = await withProgress(terminal, true, `reading at ${bound.name}`, () =>
    bound.readMx!(domain, toolsOf(world, bound, signal)).catch(Failure.from),
  )
  if (before instanceof Failure) return failed(before, 'nothing')
  if (sameMx(before, wanted) && isSettled(seen)) return settled(task)
  if (!sameMx(before, wanted) && !(await agreed(task, bound, before, hosts))) {
    return refuse(task, signal.aborted ? TEMPORARY : 1, 'nothing was written')
  }
  const wish = { domain, mx: wanted, shown: before }
  const outcome = await withProgress(terminal, true, `writing at ${bound.name}`, () =>
    writeMx(bound, wish, world, signal),
  )
  if ('failure' in outcome) return failed(outcome.failure, outcome.kind === 'failed' ? 'nothing' : 'unknown')
  const { proof, servers } = await withProgress(terminal, true, 'waiting for the name servers', () =>
    confirmMx(domain, wanted, setup, world, signal),
  )
  const after = { ...seen, ...comparison(wanted, servers), hosts: [] }
  say(task, '', ...mxLines(after, styleFor(task)), `  ${proofText(proof, bound.name, outcome.kind === 'updated')}`)
  return proof === 'pending' ? TEMPORARY : OK
}

/** Shows what would be written and what speaks against it, and asks. */
async function agreed(task: MxTask, { name }: BoundAccount, before: MxSet, hosts: readonly MxHost[]): Promise<boolean> {
  const { domain, wanted, terminal, program, signal } = task
  const { accounts, config, lists } = program.setup
  say(task, changeText(domain, name, before, wanted, styleFor(task)))
  const warnings = warningsOf(domain, wanted, {
    before,
    isOurs: (owner) => accountFor(owner, Object.values(accounts)) !== undefined,
    named: config.hosts.map((host) => host.name),
    excluded: config.exclude,
    lines: lists,
    hosts,
  })
  for (const warning of warnings) terminal.err(`mxhome: warning: ${plain(warning)}\n`)
  return task.yes || askYes(`Write this at ${name}?`, signal)
}

const styleFor = ({ terminal, program }: MxTask) => styleOf(terminal, program.world.clock.now())

const say = ({ terminal }: MxTask, ...lines: readonly string[]): void => terminal.out(`${lines.join('\n')}\n`)

function refuse({ terminal }: MxTask, code: ExitCode, message: string): ExitCode {
  terminal.err(`mxhome: ${plain(message)}\n`)
  return code
}

/** Every server answers, and as wanted. */
const isSettled = ({ differs, servers }: MxDomainDocument): boolean =>
  !differs && servers.length > 0 && servers.every(({ mx }) => mx !== null)

function settled(task: MxTask): ExitCode {
  say(task, '  As wanted at every name server: nothing to do.')
  return OK
}

const noAccountFor = (domain: DomainName) =>
  `no account of the configuration serves ${domain}: add it to the zones of the one that keeps it (MXHOME_ZONES=${domain}; in YAML: zones: [${domain}])`
