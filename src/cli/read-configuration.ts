import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../config/config.ts'
import type { FileText, Reading } from '../config/environment.ts'
import { type Loaded, loadConfig } from '../config/load-config.ts'
import { SETTINGS } from '../config/settings.ts'
import { Failure } from '../core/failure.ts'
import { loadProvider, providerIds } from '../providers/index.ts'
import type { GlobalOptions } from './index.ts'

/** Reads the configuration from where the user put it. Rejects with a Failure `rejected` when a file named by an option is not there. */
export async function readConfiguration({
  config,
  envFile,
}: Pick<GlobalOptions, 'config' | 'envFile'>): Promise<Loaded> {
  const { env } = process
  const yaml = config === undefined ? firstOf(yamlPlaces(env)) : fileOf(config, '--config')
  const dotenv = envFile === undefined ? firstOf(['.env']) : fileOf(envFile, '--env-file')
  const loaded = await loadConfig({
    env,
    yaml,
    dotenv,
    readFile,
    catalogue: { ids: providerIds, load: loadProvider },
    hasVarLib: existsSync('/var/lib/mxhome'),
    tty: process.stderr.isTTY === true,
  })
  return withScheduleJudged(loaded)
}

/** The scheduler's own word on an expression; it is loaded only for one that differs from the usual. */
async function withScheduleJudged(loaded: Loaded): Promise<Loaded> {
  const { config } = loaded
  if (!config || config.schedule === SETTINGS.schedule.default) return loaded
  const { validateSchedule } = await import('../system/schedule.ts')
  if (validateSchedule(config.schedule) === undefined) return loaded
  const problem: Problem = {
    setting: SETTINGS.schedule.env,
    found: `"${config.schedule}"`,
    expected: SETTINGS.schedule.kind.expected,
    severity: 'error',
  }
  return { ...loaded, config: undefined, problems: [...loaded.problems, problem] }
}

function yamlPlaces({ XDG_CONFIG_HOME, HOME }: NodeJS.ProcessEnv): readonly string[] {
  const home = XDG_CONFIG_HOME ?? (HOME && join(HOME, '.config'))
  return ['mxhome.yaml', ...(home ? [join(home, 'mxhome', 'mxhome.yaml')] : []), '/etc/mxhome/mxhome.yaml']
}

const firstOf = (paths: readonly string[]): FileText | undefined => {
  const found = paths.find((path) => existsSync(path))
  return found === undefined ? undefined : fileOf(found, 'the configuration')
}

function fileOf(path: string, named: string): FileText {
  const found = readFile(path)
  if ('error' in found)
    throw new Failure('rejected', `${named}: ${path}: ${found.error}; expected a file that this user may read`)
  return { path, ...found }
}

/** A text file of at most 1 MiB. */
function readFile(path: string): Reading {
  try {
    const { mode, size } = statSync(path)
    if (size > 1_048_576) return { error: 'larger than 1 MiB', missing: false }
    return { text: readFileSync(path, 'utf8'), mode: mode & 0o777 }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const words: Record<string, string> = {
      ENOENT: 'no such file',
      EACCES: 'not readable for this user',
      EISDIR: 'is a folder',
    }
    return { error: words[code ?? ''] ?? `cannot be read (${code})`, missing: code === 'ENOENT' }
  }
}
