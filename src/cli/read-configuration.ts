import { isUtf8 } from 'node:buffer'
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
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
    expected: `${SETTINGS.schedule.kind.expected}; minutes 0-59, hours 0-23, days 1-31, months 1-12, weekdays 0-7`,
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
    throw new Failure(
      'rejected',
      `${named}: ${path || '""'}: ${found.error}; expected a text file that this user may read`,
    )
  return { path, ...found }
}

const LONGEST = 1_048_576

/** A text file of at most 1 MiB, or a pipe. */
function readFile(path: string): Reading {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const { mode } = fstatSync(file)
    const bytes = readBytes(file)
    if (bytes.length > LONGEST) return { error: 'larger than 1 MiB', missing: false }
    // An editor of Windows writes UTF-16, or a password's umlauts in its own code page: neither would fit.
    if (!isUtf8(bytes)) return { error: 'not in UTF-8: save it so', missing: false }
    return { text: bytes.toString('utf8'), mode: mode & 0o777 }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const words: Record<string, string> = {
      ENOENT: 'no such file',
      ENOTDIR: 'no such file',
      EACCES: 'not readable for this user',
      EISDIR: 'is a folder',
    }
    return { error: words[code ?? ''] ?? `cannot be read (${code})`, missing: code === 'ENOENT' || code === 'ENOTDIR' }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Up to one byte too many: the size that a device or a pipe tells is none. */
function readBytes(file: number): Buffer {
  const bytes = Buffer.alloc(LONGEST + 1)
  let length = 0
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = readSync(file, bytes, length, bytes.length - length, null)
  }
  return bytes.subarray(0, length)
}
