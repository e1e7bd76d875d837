import { randomBytes } from 'node:crypto'
import { chmod, chown, link, lstat, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { geteuid } from 'node:process'
import { ensureFolder, syncFolder } from './folder.ts'

interface Written {
  /** Within the folder. */
  readonly path: string
  readonly text: string
  /** What lies there may go; else nothing lies there, and what has come meanwhile stays. */
  readonly replaces: boolean
}

interface Draft extends Written {
  readonly draft: string
  readonly file: string
}

/**
 * Writes several files of a folder, all or none: each first under another name, and only when all lie there they get their
 * own. For this user alone; in a folder that root shares with a service's group, for that group as well, which has to read
 * them. Rejects with the system's error, and leaves nothing behind; EEXIST: someone else has written there meanwhile.
 */
export async function writeTogether(dir: string, files: readonly Written[]): Promise<void> {
  const made: string[] = []
  const drafts: Draft[] = []
  const placed: string[] = []
  try {
    await ensureFolder(dir)
    const group = await groupOf(dir)
    for (const one of files) {
      const file = join(dir, one.path)
      const folder = dirname(file)
      if (folder !== dir && (await makeFolder(folder))) made.push(folder)
      if (folder !== dir && group !== undefined) await share(folder, group, 0o750)
      await sweep(file)
      // Of its own: another one that writes here at this moment must not put ours in its place.
      const draft = `${file}.${randomBytes(4).toString('hex')}.new`
      drafts.push({ ...one, draft, file })
      const handle = await open(draft, 'wx', 0o600)
      try {
        await handle.writeFile(one.text)
        await handle.chmod(0o600)
        await handle.sync()
      } finally {
        await handle.close()
      }
      if (group !== undefined) await share(draft, group, 0o640)
    }
    // What refers to the others comes last.
    for (const one of drafts.toReversed()) {
      await place(one)
      if (!one.replaces) placed.push(one.file)
    }
  } catch (error) {
    for (const path of [...placed, ...drafts.map(({ draft }) => draft)]) await rm(path, { force: true }).catch(() => {})
    for (const folder of made) await rmdir(folder).catch(() => {}) // not with what another one has put into it
    throw error
  }
  for (const folder of new Set(drafts.map(({ file }) => dirname(file)))) await syncFolder(folder)
}

/** Some file systems know no second name of a file. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']

async function place({ draft, file, replaces }: Draft): Promise<void> {
  if (replaces) return rename(draft, file)
  try {
    await link(draft, file)
    await rm(draft)
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await rename(draft, file)
  }
}

/** Whoever writes for longer was killed. */
const STALE = 60_000
const DRAFT = /\.[\da-f]{8}\.new$/

/** What a killed one has left: its secrets would lie there for ever. */
async function sweep(file: string): Promise<void> {
  const [folder, name] = [dirname(file), basename(file)]
  const left = (await readdir(folder)).filter((one) => one.startsWith(`${name}.`) && DRAFT.test(one))
  for (const one of left) {
    const path = join(folder, one)
    const found = await lstat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > STALE) await rm(path, { force: true })
  }
}

/** true: it was not there. A link to a folder is none: as root one would write, and change owners, wherever it leads. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if ((await lstat(path)).isDirectory()) return false
    throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR', path })
  }
}

async function groupOf(dir: string): Promise<number | undefined> {
  if (geteuid?.() !== 0) return undefined
  const { gid } = await stat(dir)
  return gid === 0 ? undefined : gid
}

async function share(path: string, group: number, mode: number): Promise<void> {
  await chown(path, 0, group)
  await chmod(path, mode)
}
