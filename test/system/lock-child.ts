import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acquire } from '../../src/system/lock.ts'

/** Increments a counter under the lock until it is stopped; a second holder is written down as a violation. */
const [dir, log] = process.argv.slice(2) as [string, string]
const counter = join(dir, 'counter')
const marker = join(dir, 'marker')
const PF_EXITING = 0x4

/** Also a process that is just being torn down counts as dead: its sockets close before it becomes a zombie. */
function lives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] !== 'Z' && fields[0] !== 'X' && (Number(fields[6]) & PF_EXITING) === 0
  } catch {
    return false
  }
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

let stop = false
process.on('SIGTERM', () => {
  stop = true
})
while (!stop) {
  const lock = await acquire(dir, 'lock', 'test', { waitMs: 30_000 }, new AbortController().signal)
  if ('holder' in lock) throw new Error(`not had: ${JSON.stringify(lock.holder)}`)
  const other = Number(read(marker))
  if (other && other !== process.pid && lives(other))
    appendFileSync(join(dir, 'violations'), `${process.pid} beside ${other}\n`)
  writeFileSync(marker, String(process.pid))
  const value = Number(read(counter))
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 3))
  writeFileSync(`${counter}.new`, String(value + 1))
  renameSync(`${counter}.new`, counter)
  appendFileSync(log, '+')
  if (read(marker) !== String(process.pid)) appendFileSync(join(dir, 'violations'), `${process.pid} lost its marker\n`)
  writeFileSync(marker, '')
  lock.release()
}
