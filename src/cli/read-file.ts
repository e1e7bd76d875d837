import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Reading } from '../config/environment.ts'

const LONGEST = 1_048_576

/** Milliseconds. */
interface Patience {
  /** With a pipe that nobody has opened to write. */
  readonly nobody: number
  /** With whoever writes: a program that decrypts may ask for a passphrase first. */
  readonly writer: number
}
const PATIENCE: Patience = { nobody: 5_000, writer: 60_000 }
const A_MOMENT = 20

/** A text file of at most 1 MiB, or what a program writes into a pipe: `--config <(program)`, or a FIFO. */
export const readFile = (path: string): Promise<Reading> => readPatiently(path, PATIENCE)

export async function readPatiently(path: string, patience: Patience): Promise<Reading> {
  let file: FileHandle | undefined
  try {
    // Before it is opened: that alone starts what some devices do.
    const stats = await stat(path)
    const isPipe = stats.isFIFO()
    if (!isPipe && !stats.isFile() && path !== '/dev/null')
      return unusable(stats.isDirectory() ? 'is a folder' : stats.isSocket() ? 'is a socket' : 'is a device', ORDINARY)
    // Else that would wait at a FIFO until someone opens its other end, perhaps for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const bytes = isPipe ? await readPipe(file, path, patience) : await readBytes(file)
    if ('error' in bytes) return bytes
    if (bytes.length > LONGEST) return unusable('larger than 1 MiB', 'name the file that holds the text itself')
    // An editor of Windows writes UTF-16, or a password's umlauts in its own code page: neither would fit.
    if (!isUtf8(bytes)) return unusable('not in UTF-8', 'save it as UTF-8')
    return { text: bytes.toString('utf8'), mode: stats.mode & 0o777 }
  } catch (error) {
    const { code = 'unknown', syscall } = error as NodeJS.ErrnoException
    return code === 'EACCES' && syscall === 'stat' ? { ...unreadable(code), hidden: true } : unreadable(code)
  } finally {
    await file?.close()
  }
}

type Refusal = Extract<Reading, { error: string }>

const ORDINARY = 'name an ordinary file'
const unusable = (error: string, remedy: string): Refusal => ({ error, missing: false, remedy })

function unreadable(code: string): Refusal {
  if (code === 'ENOENT' || code === 'ENOTDIR') return { error: 'no such file', missing: true }
  if (code === 'EACCES') return unusable('not readable for this user', 'let the user that mxhome runs as read it')
  return { error: `cannot be read (${code})`, missing: false }
}

/** Up to one byte too many: the size that a file tells may be none. */
async function readBytes(file: FileHandle): Promise<Buffer> {
  const bytes = Buffer.alloc(LONGEST + 1)
  let length = 0
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = (await file.read(bytes, length, bytes.length - length, null)).bytesRead
  }
  return bytes.subarray(0, length)
}

/** What the shell hands over is open already, at its other end as well. */
const HANDED_OVER = /^\/dev\/(?:fd\/\d+|stdin)$|^\/proc\/(?:self|\d+)\/fd\/\d+$/

/** Until its last writer has closed it. */
async function readPipe(file: FileHandle, path: string, { nobody, writer }: Patience): Promise<Buffer | Refusal> {
  const bytes = Buffer.alloc(LONGEST + 1)
  const begun = performance.now()
  let [length, hadWriter] = [0, HANDED_OVER.test(path)]
  while (length < bytes.length) {
    const read = await readNow(file, bytes.subarray(length))
    if (read === 0 && hadWriter) break
    length += read ?? 0
    hadWriter ||= read !== 0
    if (read) continue
    const waited = performance.now() - begun
    if (!hadWriter && waited >= nobody)
      return unusable(
        `is a pipe (FIFO), and nobody wrote into it within ${nobody / 1000} s`,
        `start what writes into it, or ${ORDINARY}`,
      )
    if (waited >= writer)
      return unusable(`is a pipe that did not end within ${writer / 1000} s`, `end what writes into it, or ${ORDINARY}`)
    await sleep(A_MOMENT)
  }
  return bytes.subarray(0, length)
}

/** 0: nobody has it open to write. undefined: someone has, and may write yet. */
async function readNow(file: FileHandle, into: Buffer): Promise<number | undefined> {
  try {
    return (await file.read(into, 0, into.length, null)).bytesRead
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}
