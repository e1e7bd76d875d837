import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { StatusDocument } from '../../src/report/status-text.ts'
import { inside } from './behind-router.ts'
import { type NamespaceRouter, openNamespaceRouter, ROUTER_PROGRAMS } from './namespace-router.ts'
import { NODE, openFolder } from './program.ts'
import { whyNoNamespaces } from './two-namespaces.ts'

/** The name server, in the internet. */
export const SERVER = '9.1.1.53'
const SECRET = Buffer.alloc(32, 'k').toString('base64')
export const HOST = 'mail.example.com'
/** Free for a service in the internet. */
export const SERVICE = '9.1.1.80'
/** What the line has at first. */
export const FIRST = '5.9.1.7'

/** Why this machine cannot have it; undefined: it can. In CI that is no excuse. */
export const whyNoDaemonBehindRouter = (): string | undefined =>
  process.env.CI === 'true' ? undefined : whyNoNamespaces([...ROUTER_PROGRAMS, 'named', 'dig'])

/** Behind miniupnpd, with further lines of its configuration. `prepare`: what is done to the box before the daemon starts. */
export const daemonBehindRouter = (
  settings: readonly string[],
  prepare: (home: NamespaceRouter) => unknown = () => {},
  ofRouter: readonly string[] = [],
) =>
  daemonBehind(['ipSources: [nat-pmp, upnp]', `hosts: ${HOST}`, ...settings], async (home) => {
    const router = { now: await home.startMiniupnpd(ofRouter) }
    await prepare(home)
    return router
  })

/** The built daemon on a box behind a router that is started first, with a name server out there; it looks but once a year, unless it hears. */
export async function daemonBehind<Router>(
  settings: readonly string[],
  startRouter: (home: NamespaceRouter) => Promise<Router>,
) {
  const folder = openFolder()
  const home = openNamespaceRouter(FIRST, [SERVER, SERVICE])
  const server = home.startNode(
    home.internet,
    ...['test/service/router-daemon-child.ts', SERVER, 'home', SECRET, 'example.com'],
  )
  const begun = Date.now()
  const story: string[] = []
  const note = (what: string) => void story.push(`${((Date.now() - begun) / 1000).toFixed(3).padStart(8)} s  ${what}`)
  const stop = async () => {
    await server.stop()
    home.stop()
    folder.leave()
  }
  try {
    await server.next()
    const router = await startRouter(home)
    writeFileSync(join(folder.path, 'mxhome.yaml'), `${[...SETTINGS, ...settings].join('\n')}\n`, { mode: 0o600 })
    const daemon = start(home.box, folder.path, note)

    const until = async (what: string, meets: () => boolean, seconds = 30) => {
      for (let left = 20 * seconds; left > 0; left--) {
        if (meets()) return
        if (daemon.child.exitCode !== null) break
        await pause(50)
      }
      throw new Error(`never: ${what}\n${story.join('\n')}`)
    }
    const dig = (type: 'A' | 'AAAA') =>
      inside(home.internet, 'dig', '+short', '+norecurse', `@${SERVER}`, HOST, type).trim()
    /** Resolves to what the name server shows, once the daemon says that this address is published and confirmed. */
    const follows = async (address: string): Promise<string> => {
      await until(`${HOST} has ${address}`, () => daemon.isConfirmed(address))
      const shown = dig(address.includes(':') ? 'AAAA' : 'A')
      note(`dig: ${shown}`)
      return shown
    }
    const status = () => JSON.parse(inside(home.box, NODE, '-e', STATUS)) as StatusDocument
    return {
      ...{ home, router, daemon, story, note, until, dig, follows, status },
      /** What another process of the program prints there, whatever it ends with. */
      mxhome: async (...args: readonly string[]): Promise<string> => {
        const run = promisify(execFile)('ip', argvOf(home.box, args), optionsOf(folder.path))
        return (await run.catch((ended: { stdout: string }) => ended)).stdout
      },
      async stop() {
        daemon.child.kill('SIGKILL')
        await stop()
      },
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

const STATUS = "fetch('http://127.0.0.1:8245/status').then(async (answer) => console.log(await answer.text()))"

const SETTINGS = [
  "schedule: '0 0 1 1 *'",
  'providers:',
  `  - {use: rfc2136, server: ${SERVER}, keyName: home, keySecret: ${SECRET}, zones: [example.com]}`,
  `resolvers: ${SERVER}`,
  `nameservers: ${SERVER}`,
  'doctorInterval: off',
]

const argvOf = (space: string, args: readonly string[]) => [
  'netns',
  'exec',
  space,
  NODE,
  resolve('dist/mxhome.js'),
  ...args,
]
const optionsOf = (folder: string) => ({
  cwd: folder,
  env: { PATH: process.env.PATH, HOME: folder, MXHOME_STATE_DIR: join(folder, 'state') },
})

/** The log goes into the story as it comes. */
function start(space: string, folder: string, note: (what: string) => void) {
  const child = spawn('ip', argvOf(space, ['run']), { ...optionsOf(folder), stdio: ['ignore', 'ignore', 'pipe'] })
  const entries: Record<string, unknown>[] = []
  let rest = ''
  child.stderr.on('data', (chunk) => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      note(`mxhome: ${line}`)
      if (/^{.*}$/.test(line)) entries.push(JSON.parse(line))
    }
  })
  const published = (address: string) =>
    entries.findLastIndex(({ message, after }) => message === 'published' && String(after) === address)
  return {
    child,
    entries,
    gone: once(child, 'close'),
    isConfirmed: (address: string) => {
      const [first, ...later] = published(address) < 0 ? [] : entries.slice(published(address))
      return later.some(({ message, type }) => message === 'confirmed' && type === first!.type)
    },
  }
}
