import { setMaxListeners } from 'node:events'
import { prepare, type Setup } from '../app/setup.ts'
import type { Config } from '../config/config.ts'
import { describeProblems } from '../config/describe-problems.ts'
import type { Loaded } from '../config/load-config.ts'
import type { Log } from '../ports/log.ts'
import type { StateStore } from '../ports/state-store.ts'
import type { World } from '../ports/world.ts'
import { openForgetfulStore } from '../system/forgetful-store.ts'
import { openLog } from '../system/log.ts'
import { openStateStore } from '../system/state-store.ts'
import { openWorld } from '../system/world.ts'
import { CONFIGURATION, type ExitCode } from './exit-codes.ts'
import type { Context } from './index.ts'
import { readConfiguration } from './read-configuration.ts'

export interface Program {
  readonly setup: Setup
  readonly world: World
  readonly loaded: Loaded
  /** These are secrets as well: the log shows them no more. */
  readonly hide: (secrets: readonly string[]) => void
}

/** Configuration, state and world of one process; else the exit code, after all problems have been told. */
export async function openProgram(
  context: Context,
  { what = 'mxhome', asksOnly = false }: { readonly what?: string; readonly asksOnly?: boolean } = {},
): Promise<Program | { readonly code: ExitCode }> {
  const { terminal, version, options, atEnd } = context
  const loaded = await readConfiguration(options, asksOnly)
  context.keep?.(loaded.secrets)
  if (loaded.problems.length > 0) terminal.err(describeProblems(loaded.problems))
  const { config } = loaded
  if (!config) return { code: CONFIGURATION }
  setMaxListeners(MOST_QUESTIONS)
  const log = openLog({ ...config.log, ...(options.logLevel && { level: options.logLevel }), secrets: loaded.secrets })
  const hide = (secrets: readonly string[]) => {
    log.redact(secrets)
    context.keep?.(secrets)
  }
  atEnd(log.flush)
  const world = openWorld({ dir: config.stateDir, version, log, store: await storeFor(config, log, what) })
  return { setup: prepare(config, loaded.providers, world, version), world, loaded, hide }
}

/** One signal ends all the questions of an examination: so many listeners are no leak yet. */
const MOST_QUESTIONS = 2000

/** Without an account nothing is kept, and no folder is made. */
async function storeFor({ accounts, stateDir: dir }: Config, log: Log, what: string): Promise<StateStore> {
  if (accounts.length === 0) return openForgetfulStore()
  return openStateStore({ dir, clock: { now: Date.now }, log, what })
}
