import { isUtf8 } from 'node:buffer'
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import type { Reading } from '../config/environment.ts'

const LONGEST = 1_048_576

/** A text file of at most 1 MiB, or a pipe that the shell has opened for us. */
export function readFile(path: string): Reading {
  let file: number | undefined
  try {
    // Before it is opened: that alone waits at a FIFO until someone writes, and starts what some devices do.
    const stats = statSync(path)
    const wrong = whatItIs(stats, path)
    if (wrong !== undefined) return unusable(wrong, 'name an ordinary file')
    file = openSync(path, 'r')
    const bytes = readBytes(file)
    if (bytes.length > LONGEST) return unusable('larger than 1 MiB', 'name the file that holds the text itself')
    // An editor of Windows writes UTF-16, or a password's umlauts in its own code page: neither would fit.
    if (!isUtf8(bytes)) return unusable('not in UTF-8', 'save it as UTF-8')
    return { text: bytes.toString('utf8'), mode: stats.mode & 0o777 }
  } catch (error) {
    const { code = 'unknown', syscall } = error as NodeJS.ErrnoException
    return code === 'EACCES' && syscall === 'stat' ? { ...unreadable(code), hidden: true } : unreadable(code)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const unusable = (error: string, remedy: string) => ({ error, missing: false, remedy })

/** What the shell hands over, as in `--config <(program)`: it is open already, at its other end as well. */
const HANDED_OVER = /^\/dev\/(?:fd\/\d+|stdin)$|^\/proc\/(?:self|\d+)\/fd\/\d+$/

function whatItIs(stats: Stats, path: string): string | undefined {
  if (stats.isFile() || path === '/dev/null') return undefined
  if (stats.isDirectory()) return 'is a folder'
  if (stats.isFIFO()) return HANDED_OVER.test(path) ? undefined : 'is a pipe (FIFO), at which the start would hang'
  return stats.isSocket() ? 'is a socket' : 'is a device'
}

function unreadable(code: string): Extract<Reading, { readonly error: string }> {
  if (code === 'ENOENT' || code === 'ENOTDIR') return { error: 'no such file', missing: true }
  if (code === 'EACCES') return unusable('not readable for this user', 'let the user that mxhome runs as read it')
  return { error: `cannot be read (${code})`, missing: false }
}

/** Up to one byte too many: the size that a pipe tells is none. */
function readBytes(file: number): Buffer {
  const bytes = Buffer.alloc(LONGEST + 1)
  let length = 0
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = readSync(file, bytes, length, bytes.length - length, null)
  }
  return bytes.subarray(0, length)
}
