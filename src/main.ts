import { keepSmall } from './system/small-memory.ts'

declare const MXHOME_VERSION: string | undefined

const TEMPORARY = 75

const [first] = process.argv.slice(2)
const version = typeof MXHOME_VERSION === 'undefined' ? '0.0.0-source' : MXHOME_VERSION

if (first === '--version' || first === '-V') {
  process.stdout.write(`${version}\n`)
} else {
  if (process.argv.includes('run')) keepSmall()
  void start()
}

async function start(): Promise<void> {
  process.exitCode = TEMPORARY // until it is known: a process in which nothing is left to wait for ends by itself
  const { main } = await import('./cli/index.ts')
  process.exitCode = await main(process.argv.slice(2), version)
  // public-ip leaves sockets open for half a minute; an answer that was given must not wait for them.
  setTimeout(() => process.exit(), 100).unref()
}
