import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inside } from '../support/behind-router.ts'
import {
  type NamespaceRouter,
  openNamespaceRouter,
  ROUTER_PROGRAMS,
  type Running,
  type Talking,
} from '../support/namespace-router.ts'
import { NODE, openFolder } from '../support/program.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces([...ROUTER_PROGRAMS, 'named', 'dig'])
const name = 'the daemon behind miniupnpd, which hears the router alone'
const [SERVER, HOST, SECRET] = ['9.1.1.53', 'mail.example.com', Buffer.alloc(32, 'k').toString('base64')]
const FIRST = '5.9.1.7'

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let home: NamespaceRouter
  let router: Running
  let server: Talking
  let daemon: ReturnType<typeof start>
  const folder = openFolder()
  const begun = Date.now()
  const story: string[] = []
  const note = (what: string) => void story.push(`${((Date.now() - begun) / 1000).toFixed(3).padStart(8)} s  ${what}`)

  /** The log goes into the story as it comes. */
  function start(space: string) {
    const env = { PATH: process.env.PATH, HOME: folder.path, MXHOME_STATE_DIR: join(folder.path, 'state') }
    const argv = ['netns', 'exec', space, NODE, resolve('dist/mxhome.js'), 'run']
    const child = spawn('ip', argv, { cwd: folder.path, env, stdio: ['ignore', 'ignore', 'pipe'] })
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

  async function until(what: string, meets: () => boolean) {
    for (let left = 600; left > 0; left--) {
      if (meets()) return
      if (daemon.child.exitCode !== null) break
      await pause(50)
    }
    throw new Error(`never: ${what}\n${story.join('\n')}`)
  }
  const dig = () => inside(home.internet, 'dig', '+short', '+norecurse', `@${SERVER}`, HOST, 'A').trim()
  async function follows(address: string) {
    await until(`${HOST} has ${address}`, () => daemon.isConfirmed(address))
    const shown = dig()
    note(`dig: ${shown}`)
    expect(shown).toBe(address)
  }
  const subscriptions = () => router.said().filter((line) => / SUBSCRIBE /.test(line)).length
  const heard = () => until('the router is subscribed to', () => subscriptions() > 0)

  beforeAll(async () => {
    home = openNamespaceRouter(FIRST, [SERVER])
    router = await home.startMiniupnpd()
    server = home.startNode(home.internet, 'test/service/router-daemon-child.ts', SERVER, 'home', SECRET, 'example.com')
    await server.next()
    writeFileSync(
      join(folder.path, 'mxhome.yaml'),
      `schedule: '0 0 1 1 *'
watch: router
ipSources: [nat-pmp, upnp]
hosts: ${HOST}
providers:
  - {use: rfc2136, server: ${SERVER}, keyName: home, keySecret: ${SECRET}, zones: [example.com]}
resolvers: ${SERVER}
nameservers: ${SERVER}
listen: off
doctorInterval: off
`,
      { mode: 0o600 },
    )
    daemon = start(home.box)
  }, 60_000)
  afterAll(async () => {
    daemon?.child.kill('SIGKILL')
    await server?.stop()
    home?.stop()
    folder.leave()
    const { WATCH_STORY: file } = process.env
    if (file) writeFileSync(file, `${story.join('\n')}\n`)
  })

  // Each change is told four times, and at most five rounds begin in 10 s: every third waits for its turn.
  it('publishes and confirms each of ten changes', async () => {
    await follows(FIRST)
    await heard()
    for (let nth = 1; nth <= 10; nth++) {
      note(`the line gets 5.9.2.${nth}`)
      home.changeWan(`5.9.2.${nth}`)
      await follows(`5.9.2.${nth}`)
    }
  }, 120_000)

  it('and what changed while the router was away', async () => {
    note('the router is killed')
    await router.stop('SIGKILL')
    home.changeWan('5.9.3.1')
    note('the line has 5.9.3.1; the router starts')
    router = await home.startMiniupnpd()
    await follows('5.9.3.1')
    await heard()
    note('the line gets 5.9.3.2')
    home.changeWan('5.9.3.2')
    await follows('5.9.3.2')
  }, 120_000)

  it('takes leave of the router, and ends at once', async () => {
    note('SIGTERM')
    daemon.child.kill('SIGTERM')
    const [code] = await daemon.gone
    note(`mxhome has ended with ${code}`)
    expect(code).toBe(0)
    expect(router.said().filter((line) => /UNSUBSCRIBE/.test(line))).not.toEqual([])
    expect(daemon.entries.map(({ message }) => message)).toContain('mxhome ends')
  }, 30_000)
})
