import { existsSync } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
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
  const changed: (InitFile & { readonly replaces: boolean; readonly old: Old })[] = []
  for (const file of files) {
    const path = join(dir, file.path)
    const old = await readFile(path)
    if ('text' in old && old.text === file.text) continue
    const replaces = await isThere(path)
    if (replaces && (await isFolder(path))) return refuse(`${path} is a folder: name another place by --dir`, TEMPORARY)
    changed.push({ ...file, replaces, old })
    if (!replaces) continue
    const hide = 'text' in old ? await hiderOfOld({ path, text: old.text }, secrets, given.form, all) : String
    say(described(file, path, old, hide))
  }
  if (changed.some(({ replaces }) => replaces) && !given.overwrite) {
    if (!dialog)
      return refuse(`${dir} holds a configuration already, which differs as shown: add --overwrite to replace it`)
    if (!(await dialog.yes('Replace what lies there?', false))) return refuse('nothing was written', 1)
  }
  for (const { path, old } of changed) {
    if (textOf(await readFile(join(dir, path))) !== textOf(old)) return refuse(changedMeanwhile(dir), TEMPORARY)
  }
  try {
    if (changed.length > 0) await writeTogether(dir, changed)
  } catch (error) {
    const { code = String(error), path = dir } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return refuse(changedMeanwhile(dir), TEMPORARY)
    return refuse(unwritable(code === 'ENOTDIR' ? path : dir, code), TEMPORARY)
  }
  return changed.map(({ path }) => join(dir, path))
}

type Old = Awaited<ReturnType<typeof readFile>>

const textOf = (read: Old) => ('text' in read ? read.text : undefined)

/** Also a link that leads nowhere. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

const changedMeanwhile = (dir: string) =>
  `someone else has written in ${dir} meanwhile, so that nothing was written: run it again, to see what lies there now`

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
