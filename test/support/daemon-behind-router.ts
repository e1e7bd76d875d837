import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { StatusDocument } from '../../src/report/status-text.ts'
import { inside } from './behind-router.ts'
import { type NamespaceRouter, openNamespaceRouter, ROUTER_PROGRAMS } from './namespace-router.ts'
import { NODE, openFolder } from './program.ts'
import { whyNoNamespaces } from './two-namespaces.ts'

const [SERVER, HOST, SECRET] = ['9.1.1.53', 'mail.example.com', Buffer.alloc(32, 'k').toString('base64')]
/** What the line has at first. */
export const FIRST = '5.9.1.7'

/** Why this machine cannot have it; undefined: it can. In CI that is no excuse. */
export const whyNoDaemonBehindRouter = (): string | undefined =>
  process.env.CI === 'true' ? undefined : whyNoNamespaces([...ROUTER_PROGRAMS, 'named', 'dig'])

/**
 * The built daemon on a box behind miniupnpd, with a name server out there; it looks but once a year, unless it hears.
 * `prepare`: what is done to the box before the daemon starts.
 */
export async function daemonBehindRouter(
  settings: readonly string[],
  prepare: (home: NamespaceRouter) => unknown = () => {},
) {
  const folder = openFolder()
  const home = openNamespaceRouter(FIRST, [SERVER])
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
    const router = { now: await home.startMiniupnpd() }
    await server.next()
    await prepare(home)
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
    const dig = () => inside(home.internet, 'dig', '+short', '+norecurse', `@${SERVER}`, HOST, 'A').trim()
    /** Resolves to what the name server shows, once the daemon says that this address is published and confirmed. */
    const follows = async (address: string): Promise<string> => {
      await until(`${HOST} has ${address}`, () => daemon.isConfirmed(address))
      const shown = dig()
      note(`dig: ${shown}`)
      return shown
    }
    const status = () => JSON.parse(inside(home.box, NODE, '-e', STATUS)) as StatusDocument
    return {
      ...{ home, router, daemon, story, note, until, follows, status },
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
  'ipSources: [nat-pmp, upnp]',
  `hosts: ${HOST}`,
  'providers:',
  `  - {use: rfc2136, server: ${SERVER}, keyName: home, keySecret: ${SECRET}, zones: [example.com]}`,
  `resolvers: ${SERVER}`,
  `nameservers: ${SERVER}`,
  'doctorInterval: off',
]

/** The log goes into the story as it comes. */
function start(space: string, folder: string, note: (what: string) => void) {
  const env = { PATH: process.env.PATH, HOME: folder, MXHOME_STATE_DIR: join(folder, 'state') }
  const argv = ['netns', 'exec', space, NODE, resolve('dist/mxhome.js'), 'run']
  const child = spawn('ip', argv, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
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
    isConfirmed: (address: string) =>
      published(address) >= 0 && entries.slice(published(address)).some(({ message }) => message === 'confirmed'),
  }
}
