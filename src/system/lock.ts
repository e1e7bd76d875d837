import { randomBytes } from 'node:crypto'
import { chmod, link, open, readdir, unlink } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pid } from 'node:process'
import { Failure } from '../core/failure.ts'
import type { Milliseconds } from '../core/instant.ts'
import { type Holder, lookAt } from './lock-holder.ts'
import { pause } from './pause.ts'

/** sun_path holds 108 bytes, the closing zero among them. */
const LONGEST = 100
const FIRST_PAUSE = 25
const MORE_PAUSE = 75

/** A lock that is held until `release`, or until the process ends in whatever way. */
export interface Held {
  readonly release: () => void
}

interface Place {
  /** The folder's files, also where its path is too long for a socket's address. */
  readonly at: (file: string) => string
  readonly close: () => Promise<void>
}

/**
 * Takes the lock `name` of a folder, across processes and containers that share it. A lock is a UNIX socket that its
 * holder listens on: the kernel closes it with the process, and no process id has to be believed. Each holder has the
 * next generation, `NAME.1`, `NAME.2` ...; the highest one counts, and only a generation whose socket is dead may be
 * followed. link() is what makes one of several contenders win.
 *
 * Resolves to the holder when it is still held after `waitMs`. Rejects with a Failure `cancelled`, or with the system's
 * error (EROFS, EACCES, ENOSPC ...) where the folder takes no sockets.
 */
export async function acquire(
  dir: string,
  name: string,
  what: string,
  { waitMs }: { readonly waitMs: Milliseconds },
  signal: AbortSignal,
): Promise<Held | { readonly holder: Holder }> {
  const place = await placeOf(dir)
  const own = `${name}-${pid}-${randomBytes(6).toString('hex')}`
  const server = await listen(place.at(own), what).catch(async (error: unknown) => {
    await place.close()
    throw error
  })
  const giveUp = async () => {
    await gone(join(dir, own))
    await new Promise((resolve) => server.close(resolve))
    await place.close()
  }
  const deadline = Date.now() + waitMs
  try {
    for (;;) {
      const seen = await contend(place, dir, name, own)
      if (seen === 'won') {
        await tidy(place, dir, name, own)
        // The socket file stays, dead: generations only grow.
        return { release: () => void server.close(() => void place.close()) }
      }
      if (seen === 'evicted') {
        await giveUp()
        return await acquire(dir, name, what, { waitMs: deadline - Date.now() }, signal)
      }
      if (seen !== 'again' && Date.now() >= deadline) {
        await giveUp()
        return { holder: seen }
      }
      if (seen !== 'again') await pause(FIRST_PAUSE + Math.random() * MORE_PAUSE, signal)
      if (signal.aborted) throw new Failure('cancelled', `stopped while waiting for the lock of ${dir}`)
    }
  } catch (error) {
    await giveUp()
    throw error
  }
}

/** Who holds the lock at this moment; undefined: nobody, or the folder does not tell. Never rejects. */
export async function holderOf(dir: string, name: string): Promise<Holder | undefined> {
  const highest = (await generations(dir, name).catch(() => []))[0]
  if (highest === undefined) return undefined
  const place = await placeOf(dir)
  const seen = await lookAt(place.at(`${name}.${highest}`))
  await place.close()
  return typeof seen === 'object' ? seen : undefined
}

async function contend(
  place: Place,
  dir: string,
  name: string,
  own: string,
): Promise<'won' | 'again' | 'evicted' | Holder> {
  const highest = (await generations(dir, name))[0] ?? 0
  if (highest > 0) {
    const seen = await lookAt(place.at(`${name}.${highest}`))
    if (seen !== 'dead') return seen === 'gone' ? 'again' : seen
  }
  const mine = highest + 1
  const error = await link(join(dir, own), join(dir, `${name}.${mine}`)).catch((error: NodeJS.ErrnoException) => error)
  if (error?.code === 'EEXIST') return 'again'
  // A holder that tidied up met our socket after bind() and before listen(), when it looks dead.
  if (error?.code === 'ENOENT') return 'evicted'
  if (error) throw error
  // Others may have taken and tidied away this very number since we looked; then a higher one is there.
  if ((await generations(dir, name))[0] === mine) return 'won'
  await gone(join(dir, `${name}.${mine}`))
  return 'again'
}

/**
 * Removes our own first name, the generations before the last one, and what contenders left that were killed. The last
 * one stays, so that nobody can look at the folder in a moment when the highest generation is missing.
 */
async function tidy(place: Place, dir: string, name: string, own: string): Promise<void> {
  await gone(join(dir, own))
  for (const generation of (await generations(dir, name)).slice(2)) await gone(join(dir, `${name}.${generation}`))
  for (const file of await readdir(dir)) {
    const abandoned = file.startsWith(`${name}-`) && file !== own && (await lookAt(place.at(file))) === 'dead'
    if (abandoned) await gone(join(dir, file))
  }
}

async function generations(dir: string, name: string): Promise<readonly number[]> {
  const numbers = (await readdir(dir)).flatMap((file) => {
    const [stem, generation = ''] = file.split('.')
    return stem === name && /^[1-9]\d*$/.test(generation) && file === `${name}.${generation}`
      ? [Number(generation)]
      : []
  })
  return numbers.sort((one, other) => other - one)
}

async function placeOf(dir: string): Promise<Place> {
  if (Buffer.byteLength(join(dir, 'x'.repeat(32))) <= LONGEST)
    return { at: (file) => join(dir, file), close: async () => {} }
  const folder = await open(dir, 'r')
  return { at: (file) => `/proc/self/fd/${folder.fd}/${file}`, close: () => folder.close() }
}

async function listen(path: string, what: string): Promise<Server> {
  const holder: Holder = { pid, host: hostname(), since: new Date().toISOString(), what }
  const server = createServer((socket) =>
    socket
      .on('error', () => {})
      .unref()
      .end(`${JSON.stringify(holder)}\n`),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  server.on('error', () => {})
  server.unref()
  // Whoever may enter the folder (0700) may ask; a socket made by root would answer EACCES to the service's user.
  await chmod(path, 0o666).catch(() => {})
  return server
}

const gone = (path: string): Promise<void> => unlink(path).catch(() => {})
