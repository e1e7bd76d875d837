import { chown, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { geteuid } from 'node:process'

/**
 * Makes a folder, and those above it, for this program's user alone; one that is there stays as it is. Not by mkdir's own
 * `recursive`: where nobody can make a folder although the one above is there (/proc, an automounter's), it never ends.
 */
export async function ensureFolder(dir: string): Promise<void> {
  if (await isFolder(dir)) return
  const above = dirname(dir)
  if (above !== dir) await ensureFolder(above)
  await mkdir(dir, { mode: 0o700 }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' || !(await isFolder(dir))) throw error
  })
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/**
 * Replaces a file so that at any moment, also after kill -9 or a power cut, either the old or the new text is there;
 * resolves when the new one would survive. Mode 0600. Rejects with the system's error and leaves the old text.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const dir = dirname(file)
  const draft = `${file}.new`
  try {
    // One that a killed process of another user left could not be opened for writing, but removed.
    await rm(draft, { force: true })
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.chmod(0o600)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await giveToOwner(draft, dir)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw error
  }
  await syncFolder(dir)
}

/** What root writes must stay readable for the service, whose folder it is. */
export async function giveToOwner(file: string, dir: string): Promise<void> {
  if (geteuid?.() !== 0) return
  const { uid, gid } = await stat(dir)
  if (uid !== 0) await chown(file, uid, gid).catch(() => {})
}

export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r')
  // Some file systems know no fsync of folders.
  const error = await folder.sync().catch((error: NodeJS.ErrnoException) => error)
  await folder.close()
  if (error && !['EINVAL', 'ENOTSUP', 'EBADF'].includes(error.code ?? '')) throw error
}

const RUN_AS_OWNER = 'run it as the user whose folder it is: sudo -u mxhome mxhome ...'

/** A system error met in a folder, for people: what it means and what to do. */
export function describeDiskError(error: unknown, dir: string): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return `no space is left for ${dir}: free some`
  if (code === 'EROFS') return `${dir} lies on a read-only file system: mount it writable, or name another stateDir`
  if (code === 'EACCES' || code === 'EPERM') return `this user may not write in ${dir}: ${RUN_AS_OWNER}`
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EEXIST')
    return `${dir} is no folder and cannot be made one: move away what is there, or name another stateDir`
  return `${dir} cannot be written: ${code ?? message}`
}

/** The same for a file that cannot be read. */
export function describeUnreadable(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM') return `this user may not read ${file}: ${RUN_AS_OWNER}`
  return `${file} cannot be read: ${code ?? message}`
}
