import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ensureFolder } from '../../src/system/folder.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mxhome-folder-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('makes it and those above, for this user alone, also when several do at once', async () => {
  const deep = join(dir, 'a/b/c')
  await Promise.all([ensureFolder(deep), ensureFolder(deep), ensureFolder(join(dir, 'a/b'))])
  expect(['a', 'a/b', 'a/b/c'].map((path) => statSync(join(dir, path)).mode & 0o777)).toEqual([0o700, 0o700, 0o700])
  await ensureFolder(deep)
})

it('a file in its place, or in the place of one above: the system says so', async () => {
  writeFileSync(join(dir, 'file'), '')
  await expect(ensureFolder(join(dir, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(ensureFolder(join(dir, 'file/a/b'))).rejects.toMatchObject({ code: 'EEXIST' })
})

it.skipIf(process.platform !== 'linux')('comes to an end where the one above is there and takes none', async () => {
  await expect(ensureFolder('/proc/mxhome/state')).rejects.toMatchObject({ code: 'ENOENT' })
})
