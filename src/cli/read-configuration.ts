import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../config/config.ts'
import type { FileText } from '../config/environment.ts'
import { type Loaded, loadConfig } from '../config/load-config.ts'
import { SETTINGS } from '../config/settings.ts'
import { Failure } from '../core/failure.ts'
import { loadProvider, providerIds } from '../providers/index.ts'
import type { GlobalOptions } from './index.ts'
import { readFile } from './read-file.ts'

/** Reads the configuration from where the user put it. Rejects with a Failure `rejected` when a file named by an option is not there. */
export async function readConfiguration(
  { config, envFile }: Pick<GlobalOptions, 'config' | 'envFile'>,
  asksOnly = false,
): Promise<Loaded> {
  const { env } = process
  const yaml = await (config === undefined ? firstOf(yamlPlaces(env)) : namedFile(config, '--config'))
  const dotenv = await (envFile === undefined ? firstOf(['.env']) : namedFile(envFile, '--env-file'))
  const loaded = await loadConfig({
    env,
    yaml,
    dotenv,
    readFile,
    catalogue: { ids: providerIds, load: loadProvider },
    hasVarLib: existsSync('/var/lib/mxhome'),
    tty: process.stderr.isTTY === true,
    asksOnly,
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
    expected: `${SETTINGS.schedule.kind.expected}; minutes 0-59, hours 0-23, days 1-31, months 1-12, weekdays 0-7`,
    severity: 'error',
  }
  return { ...loaded, config: undefined, problems: [...loaded.problems, problem] }
}

/** Where mxhome.yaml is looked for, the first that is there counts. */
export function yamlPlaces({ XDG_CONFIG_HOME, HOME }: NodeJS.ProcessEnv): readonly string[] {
  const home = XDG_CONFIG_HOME ?? (HOME && join(HOME, '.config'))
  return ['mxhome.yaml', ...(home ? [join(home, 'mxhome', 'mxhome.yaml')] : []), '/etc/mxhome/mxhome.yaml']
}

export const firstOf = async (paths: readonly string[]): Promise<FileText | undefined> => {
  const found = paths.find((path) => existsSync(path))
  return found === undefined ? undefined : namedFile(found, 'the configuration')
}

export async function namedFile(path: string, named: string): Promise<FileText> {
  const found = await readFile(path)
  if ('error' in found) {
    const remedy = found.remedy ? `; ${found.remedy}` : ''
    throw new Failure(
      'rejected',
      `${named}: ${path || '""'}: ${found.error}; expected a text file that this user may read${remedy}`,
    )
  }
  return { path, ...found }
}
