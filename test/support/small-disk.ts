import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const BLOCK = Buffer.alloc(4096, 1)

/** Mounting takes root. */
export const canMount = () => process.getuid?.() === 0

/** A file system of its own, so small that one file fills it. */
export function mountSmallDisk(path: string, size = '64k') {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', path])
  const filler = join(path, 'filler')
  return {
    /** From now on every write fails with ENOSPC. */
    fill() {
      const file = openSync(filler, 'a')
      try {
        for (;;) writeSync(file, BLOCK)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      } finally {
        closeSync(file)
      }
    },
    /** As somebody does who is short of space: what fills it goes, and old history too. */
    free() {
      rmSync(filler, { force: true })
      rmSync(join(path, 'history.jsonl'), { force: true })
    },
    leave: () => void execFileSync('umount', ['--lazy', path]),
  }
}

export type SmallDisk = ReturnType<typeof mountSmallDisk>
