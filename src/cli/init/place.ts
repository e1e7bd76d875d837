import { access, constants, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { TEMPORARY } from '../exit-codes.ts'
import { type Refusal, refuse } from './session.ts'

const SERVICE = '/etc/mxhome'

/** The folder that is written where none was named: the service's, if this user may; else one that mxhome reads by itself. */
export async function usualFolder(form: 'yaml' | 'env'): Promise<string> {
  if (form === 'env') return resolve('.')
  if (await may(SERVICE, constants.W_OK)) return SERVICE
  const { XDG_CONFIG_HOME, HOME } = process.env
  return join(XDG_CONFIG_HOME || join(HOME || homedir(), '.config'), 'mxhome')
}

/** Why nothing can be written there; undefined: it can. */
export async function whyNotWritable(dir: string): Promise<Refusal | undefined> {
  for (let folder = resolve(dir); ; folder = dirname(folder)) {
    const code = await access(folder, constants.W_OK | constants.X_OK).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code ?? 'unknown',
    )
    if (await isFile(folder)) return refuse(unwritable(dir, 'ENOTDIR'), TEMPORARY)
    if (code === undefined) return undefined
    if (code !== 'ENOENT' || folder === dirname(folder)) return refuse(unwritable(dir, code), TEMPORARY)
  }
}

/** A system error met in writing there. */
export function unwritable(dir: string, code: string): string {
  if (code === 'EACCES' || code === 'EPERM')
    return `this user may not write in ${dir}: run it with sudo, or name another folder by --dir`
  if (code === 'EROFS') return `${dir} lies on a read-only file system: name another folder by --dir`
  if (code === 'ENOSPC' || code === 'EDQUOT') return `no space is left for ${dir}`
  if (code === 'ENOTDIR' || code === 'EEXIST') return `${dir} is no folder: name another one by --dir`
  return `${dir} cannot be written (${code}): name another folder by --dir`
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  )

const may = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  )

/** Whether the service reads what lies there. */
export const isService = (dir: string): boolean => resolve(dir) === SERVICE
