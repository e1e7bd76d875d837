import { chmod, chown, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { geteuid } from 'node:process'
import { ensureFolder, syncFolder } from './folder.ts'

interface Written {
  /** Within the folder. */
  readonly path: string
  readonly text: string
}

/**
 * Writes several files of a folder, all or none: each first under another name, and only when all lie there they get their
 * own. For this user alone; in a folder that root shares with a service's group, for that group as well, which has to read
 * them. Rejects with the system's error, and leaves nothing behind.
 */
export async function writeTogether(dir: string, files: readonly Written[]): Promise<void> {
  const made: string[] = []
  const drafts: { readonly draft: string; readonly file: string }[] = []
  try {
    await ensureFolder(dir)
    const group = await groupOf(dir)
    for (const { path, text } of files) {
      const file = join(dir, path)
      const folder = dirname(file)
      if (folder !== dir && (await mkdir(folder, { mode: 0o700 }).then(yes, ifThere))) made.push(folder)
      if (folder !== dir && group !== undefined) await share(folder, group, 0o750)
      const draft = `${file}.new`
      drafts.push({ draft, file })
      await rm(draft, { force: true })
      const handle = await open(draft, 'wx', 0o600)
      try {
        await handle.writeFile(text)
        await handle.chmod(0o600)
        await handle.sync()
      } finally {
        await handle.close()
      }
      if (group !== undefined) await share(draft, group, 0o640)
    }
    // What refers to the others comes last.
    for (const { draft, file } of drafts.toReversed()) await rename(draft, file)
  } catch (error) {
    for (const { draft } of drafts) await rm(draft, { force: true }).catch(() => {})
    for (const folder of made) await rm(folder, { recursive: true, force: true }).catch(() => {})
    throw error
  }
  for (const folder of new Set(drafts.map(({ file }) => dirname(file)))) await syncFolder(folder)
}

const yes = () => true

function ifThere(error: NodeJS.ErrnoException): boolean {
  if (error.code !== 'EEXIST') throw error
  return false
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
