import { appendFile, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../core/failure.ts'
import type { HistoryEntry } from '../core/history.ts'
import type { History } from '../ports/history.ts'
import type { Log } from '../ports/log.ts'
import { describeDiskError, describeUnreadable, ensureFolder, giveToOwner, replaceFile } from './folder.ts'

interface Limits {
  /** More lines than this are cut down to `keep`. */
  readonly most: number
  readonly keep: number
}

/**
 * The history in a file, one JSON document a line. It is for people and decides nothing: what cannot be written is
 * logged and dropped, a line that cannot be read is left out.
 */
export function openHistory(file: string, log: Log, { most, keep }: Limits = { most: 10_000, keep: 5_000 }): History {
  const dir = dirname(file)
  /** As far as this process knows; others may have added some, which the next cut finds. */
  let lines: number | undefined
  let turn: Promise<unknown> = Promise.resolve()

  async function add(entries: readonly HistoryEntry[]): Promise<void> {
    await ensureFolder(dir)
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    await appendFile(file, (await isCutOff(file)) ? `\n${text}` : text, { mode: 0o600 })
    await giveToOwner(file, dir)
    lines = lines === undefined ? (await linesOf(file)).length : lines + entries.length
    if (lines <= most) return
    const newest = (await linesOf(file)).slice(-keep)
    await replaceFile(file, newest.map((line) => `${line}\n`).join(''))
    lines = newest.length
  }

  return {
    append(entries) {
      if (entries.length === 0) return Promise.resolve()
      const problem = (error: unknown) =>
        log.warn('the history cannot be written', { file, problem: describeDiskError(error, dir) })
      const done = turn.then(() => add(entries)).catch(problem)
      turn = done
      return done
    },
    async read(limit) {
      const parsed = (await linesOf(file)).flatMap((line) => parse(line) ?? [])
      return parsed.slice(-limit).reverse()
    },
  }
}

/** A process that was killed while writing leaves half a line: the next one must not be glued to it. */
async function isCutOff(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined)
  if (!handle) return false
  try {
    const { size } = await handle.stat()
    if (size === 0) return false
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer.toString() !== '\n'
  } finally {
    await handle.close()
  }
}

async function linesOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return ''
    throw new Failure('rejected', describeUnreadable(error, file))
  })
  return text.split('\n').filter((line) => line !== '')
}

function parse(line: string): HistoryEntry | undefined {
  try {
    const entry = JSON.parse(line) as HistoryEntry | null
    return typeof entry?.at === 'number' && typeof entry.host === 'string' && Array.isArray(entry.after)
      ? entry
      : undefined
  } catch {
    return undefined
  }
}
