import { join, resolve } from 'node:path'
import { describeProblems } from '../../config/describe-problems.ts'
import { loadProvider, providerIds } from '../../providers/index.ts'
import type { Provider } from '../../providers/provider.ts'
import { CONFIGURATION, type ExitCode, INTERRUPTED, OK } from '../exit-codes.ts'
import type { Context } from '../index.ts'
import { readConfiguration } from '../read-configuration.ts'
import { howToGive, openAccount } from './account.ts'
import { openDialog } from './dialog.ts'
import { findDomain } from './domain.ts'
import type { Draft } from './draft.ts'
import { isEnd, openEnding } from './ending.ts'
import { type Given, type Options, readOptions } from './given.ts'
import { givenSettings } from './given-settings.ts'
import { chooseHosts } from './hosts.ts'
import { usualFolder, whyNotWritable } from './place.ts'
import { isRefusal, openSession, type Refusal, refuse, type Session } from './session.ts'
import { missingSettings } from './settings.ts'
import { objectionText, showAddresses } from './try-out.ts'
import { nextCommands, writeFiles } from './write.ts'

/** Asks what a configuration needs, tries it out, and writes it. */
export async function init(context: Context, options: Options): Promise<ExitCode> {
  const { terminal } = context
  const ending = openEnding()
  try {
    const outcome = await setUp(context, options, ending)
    if (!isRefusal(outcome)) return outcome
    terminal.err(`mxhome: ${outcome.refused}\n`)
    return outcome.code
  } catch (thrown) {
    if (!ending.aborted && !isEnd(thrown)) throw thrown
    terminal.err('\nmxhome: ended; nothing was written\n')
    return INTERRUPTED
  }
}

async function setUp(context: Context, options: Options, signal: AbortSignal): Promise<ExitCode | Refusal> {
  const given = readOptions(options)
  if (isRefusal(given)) return given
  if (context.options.config !== undefined)
    return refuse('init writes a configuration: name its folder by --dir, not --config')
  const dir = resolve(given.dir ?? (await usualFolder(given.form)))
  const mayAsk = !given.yes && process.stdin.isTTY === true && context.terminal.interactive
  const dialog = mayAsk ? await openDialog({ colour: context.terminal.colour, signal }) : undefined
  const session = await openSession(context, given, dialog, signal)
  if (isRefusal(session)) return session
  const all = (await Promise.all(providerIds.map((id) => loadProvider(id)))).filter((one) => one !== undefined)
  const lacking = dialog ? undefined : await whatIsMissing(given, all, session)
  if (lacking) return lacking
  const unwritable = await whyNotWritable(dir)
  if (unwritable) return unwritable

  const seen = await findDomain(suffixesOf(all), session)
  if (isRefusal(seen)) return seen
  const hosts = await chooseHosts(seen, session)
  const draft = await openAccount({ seen, hosts, dir }, all, session)
  if (isRefusal(draft)) return draft
  await showAddresses(draft, session)
  return write(dir, draft, all, session)
}

/** Nobody can be asked: everything that has no answer is told at once. */
async function whatIsMissing(given: Given, all: readonly Provider[], session: Session): Promise<Refusal | undefined> {
  const provider = all.find(({ id }) => id === given.provider)
  const silent: Session = { ...session, say: () => {} }
  const found = provider ? await givenSettings(provider, silent) : undefined
  if (isRefusal(found)) return found
  const settings = provider ? missingSettings(provider, found?.settings ?? {}).filter(({ required }) => required) : []
  const missing = [
    ...(given.yes ? [] : ['--yes']),
    ...(given.domain === undefined ? ['--domain NAME'] : []),
    ...settings.map(howToGive),
  ]
  if (missing.length === 0) return undefined
  const unknown = provider
    ? ''
    : '. The provider, if its name servers do not tell: --provider ID, and what it needs (mxhome providers ID)'
  return refuse(`${given.yes ? '' : 'there is no terminal to ask in; '}missing: ${missing.join('; ')}${unknown}`)
}

const suffixesOf = (all: readonly Provider[]): readonly string[] => all.flatMap(({ suffixes = [] }) => suffixes)

async function write(
  dir: string,
  draft: Draft,
  all: readonly Provider[],
  session: Session,
): Promise<ExitCode | Refusal> {
  const { dialog, given, say, context } = session
  const { terminal } = context
  const [main, ...others] = draft.files
  if (dialog && !given.yes) {
    const shown = main!.text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`)
    if (given.form === 'yaml') say(`${join(dir, main!.path)}:\n${shown.join('\n')}\n`)
    const names = [main!, ...others].map(({ path }) => path).join(' and ')
    if (!(await dialog.yes(`Write ${names} into ${dir}?`, true))) return refuse('nothing was written', 1)
  }
  const written = await writeFiles(dir, draft, all, session)
  if (isRefusal(written)) return written
  for (const path of written) terminal.out(`written ${path}\n`)
  if (written.length === 0) terminal.out(`${dir} holds this configuration already\n`)
  const file = join(dir, main!.path)
  const { envFile } = context.options
  const beside = envFile === undefined ? {} : { envFile }
  const { config, problems } = await readConfiguration(
    given.form === 'yaml' ? { config: file, ...beside } : { envFile: file },
  )
  if (problems.length > 0) terminal.err(describeProblems(problems))
  if (!config) return CONFIGURATION
  terminal.out(`${draft.objection ? objectionText(draft.objection) : 'The configuration is right.'}\n\nNext:\n`)
  const next = nextCommands(dir, session)
  const width = Math.max(...next.map(([command]) => command.length))
  for (const [command, what] of next) terminal.out(`  ${command.padEnd(width)}   # ${what}\n`)
  return OK
}
