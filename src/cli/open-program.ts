import { prepare, type Setup } from '../app/setup.ts'
import { describeProblems } from '../config/describe-problems.ts'
import type { Loaded } from '../config/load-config.ts'
import { Failure } from '../core/failure.ts'
import type { StateStore } from '../ports/state-store.ts'
import type { World } from '../ports/world.ts'
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
export async function openProgram(context: Context, what = 'mxhome'): Promise<Program | { readonly code: ExitCode }> {
  const { terminal, version, options, atEnd } = context
  const loaded = await readConfiguration(options)
  context.keep?.(loaded.secrets)
  if (loaded.problems.length > 0) terminal.err(describeProblems(loaded.problems))
  const { config } = loaded
  if (!config) return { code: CONFIGURATION }
  const log = openLog({ ...config.log, ...(options.logLevel && { level: options.logLevel }), secrets: loaded.secrets })
  const hide = (secrets: readonly string[]) => {
    log.redact(secrets)
    context.keep?.(secrets)
  }
  atEnd(log.flush)
  const store = await openStateStore({ dir: config.stateDir, clock: { now: Date.now }, log, what }).catch(Failure.from)
  if (store instanceof Failure) throw store
  const world = openWorld({ dir: config.stateDir, version, log, store: store as StateStore })
  return { setup: prepare(config, loaded.providers, world, version), world, loaded, hide }
}
