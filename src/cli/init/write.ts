import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { InitFile } from '../../config/init-files.ts'
import type { Hide } from '../../core/secrets.ts'
import type { Provider } from '../../providers/provider.ts'
import { differenceText } from '../../report/difference-text.ts'
import { writeTogether } from '../../system/write-together.ts'
import { TEMPORARY } from '../exit-codes.ts'
import { yamlPlaces } from '../read-configuration.ts'
import { readFile } from '../read-file.ts'
import type { Draft } from './draft.ts'
import { hiderOfOld } from './old-text.ts'
import { isService, unwritable } from './place.ts'
import { type Refusal, refuse, type Session } from './session.ts'

/** Writes what differs from what lies there: nothing is replaced that was not shown and agreed to. */
export async function writeFiles(
  dir: string,
  { files, secrets }: Draft,
  all: readonly Provider[],
  session: Session,
): Promise<readonly string[] | Refusal> {
  const { dialog, given, say } = session
  const changed: InitFile[] = []
  let replaces = false
  for (const file of files) {
    const path = join(dir, file.path)
    const old = await readFile(path)
    if ('text' in old && old.text === file.text) continue
    changed.push(file)
    if ('error' in old && old.missing) continue
    replaces = true
    const hide = 'text' in old ? await hiderOfOld({ path, text: old.text }, secrets, given.form, all) : String
    say(described(file, path, old, hide))
  }
  if (replaces && !given.overwrite) {
    if (!dialog)
      return refuse(`${dir} holds a configuration already, which differs as shown: add --overwrite to replace it`)
    if (!(await dialog.yes('Replace what lies there?', false))) return refuse('nothing was written', 1)
  }
  try {
    if (changed.length > 0) await writeTogether(dir, changed)
  } catch (error) {
    return refuse(unwritable(dir, (error as NodeJS.ErrnoException).code ?? String(error)), TEMPORARY)
  }
  return changed.map(({ path }) => join(dir, path))
}

type Old = Awaited<ReturnType<typeof readFile>>

function described(file: InitFile, path: string, old: Old, hide: Hide): string {
  if ('error' in old) return `\n${path} is there, and cannot be read: ${old.error}`
  if (file.secret) return `\n${path} holds another value.`
  const [before, after] = [hide(old.text), hide(file.text)]
  if (before === after) return `\n${path} differs in what is secret alone.`
  const lines = differenceText(before, after).split('\n')
  return [`\n${path} is there already:`, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** What to type next, with the options that lead to this configuration. */
export function nextCommands(dir: string, { given }: Session): readonly (readonly [command: string, what: string])[] {
  const file = join(dir, given.form === 'yaml' ? 'mxhome.yaml' : '.env')
  const first = yamlPlaces(process.env).find((place) => existsSync(place))
  const usual = given.form === 'yaml' ? first : '.env'
  const found = usual !== undefined && resolve(usual) === resolve(file)
  const option = given.form === 'yaml' ? '--config' : '--env-file'
  const mxhome = `${isService(dir) ? 'sudo ' : ''}mxhome${found ? '' : ` ${option} ${quoted(file)}`}`
  return [
    [`${mxhome} update --dry-run`, 'what would be done now? Nothing is sent'],
    isService(dir)
      ? ['sudo systemctl enable --now mxhome', 'starts the service']
      : [`${mxhome} update`, 'does it, once; the service does it again and again'],
  ]
}

const quoted = (path: string): string => (/^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
