import type { Problem } from '../../config/config.ts'
import { describeProblems } from '../../config/describe-problems.ts'
import type { Environment, FileText } from '../../config/environment.ts'
import { environment } from '../../config/environment.ts'
import type { Kind } from '../../config/kind.ts'
import { SETTINGS, type SettingKey } from '../../config/settings.ts'
import { readSetting, type Sources } from '../../config/sources.ts'
import type { Asking } from '../../lookup/asking.ts'
import { openOutside } from '../../system/world.ts'
import { CONFIGURATION, type ExitCode, USAGE } from '../exit-codes.ts'
import type { Context } from '../index.ts'
import { firstOf, namedFile } from '../read-configuration.ts'
import { readFile } from '../read-file.ts'
import type { Dialog } from './dialog.ts'
import type { Given } from './given.ts'

/** Why it cannot go on, in one message. */
export interface Refusal {
  readonly refused: string
  readonly code: ExitCode
}

export const refuse = (refused: string, code: ExitCode = USAGE): Refusal => ({ refused, code })

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refused' in value

/** What every step works with. */
export interface Session {
  readonly context: Context
  readonly given: Given
  /** undefined: nobody is asked. */
  readonly dialog: Dialog | undefined
  readonly environment: Environment
  readonly dotenv: FileText | undefined
  readonly outside: ReturnType<typeof openOutside>
  readonly asking: Asking
  readonly signal: AbortSignal
  /** To the person, on stderr. */
  readonly say: (text: string) => void
}

/** The environment of the configuration that is to be made: it holds already, and how name servers are asked may stand there. */
export async function openSession(
  context: Context,
  given: Given,
  dialog: Dialog | undefined,
  signal: AbortSignal,
): Promise<Session | Refusal> {
  const problems: Problem[] = []
  const report = (problem: Problem) => void problems.push(problem)
  const { envFile } = context.options
  const dotenv = await (envFile === undefined ? firstOf(['.env']) : namedFile(envFile, '--env-file'))
  const layers = environment({ env: process.env, dotenv, readFile }, report)
  const sources: Sources = {
    environment: layers,
    yaml: { path: 'mxhome.yaml', text: '' },
    tree: {},
    readFile,
    report,
  }
  const setting = async <T>(key: SettingKey, kind: Kind<readonly T[]>) =>
    (await readSetting({ env: SETTINGS[key].env, at: key, raw: undefined }, kind, sources)).value ?? []
  const resolvers = await setting('resolvers', SETTINGS.resolvers.kind)
  const nameservers = await setting('nameservers', SETTINGS.nameservers.kind)
  const allow = await setting('allowAddresses', SETTINGS.allowAddresses.kind)
  if (problems.some(({ severity }) => severity === 'error')) return refuse(describeProblems(problems), CONFIGURATION)
  const outside = openOutside(context.version)
  const { dns, clock } = outside
  return {
    context,
    given,
    dialog,
    environment: layers,
    dotenv,
    outside,
    asking: { dns, clock, resolvers, nameservers, allow, zones: new Map() },
    signal,
    say: (text) => context.terminal.err(`${text}\n`),
  }
}
