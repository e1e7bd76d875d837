import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../support/installed.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const [BOX, ROUTER] = [`mxhome-push-box-${process.pid}`, `mxhome-push-router-${process.pid}`]
const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' })
const inside = (space: string, ...args: string[]) => ip('netns', 'exec', space, 'ip', ...args)
const missing = ['curl', 'openssl'].filter((program) => !isInstalled(program))
const lacking = missing.length > 0 ? `not installed: ${missing.join(', ')}` : whyNoNamespaces()
const why = process.env.CI === 'true' ? undefined : lacking
const name = "a FRITZ!Box's own client (curl) tells the built daemon its address"

async function tellingRouter(): Promise<Record<string, unknown>> {
  try {
    for (const space of [BOX, ROUTER]) {
      ip('netns', 'add', space)
      inside(space, 'link', 'set', 'lo', 'up')
    }
    inside(ROUTER, 'link', 'add', 'lan', 'type', 'veth', 'peer', 'name', 'lan', 'netns', BOX)
    inside(ROUTER, 'link', 'set', 'lan', 'up')
    inside(BOX, 'link', 'set', 'lan', 'up')
    // 5.9.1.7: a neighbour of the line, as it were
    for (const address of ['192.168.178.1/24', '192.168.178.2/24', '5.9.1.7/32'])
      inside(ROUTER, 'address', 'add', address, 'dev', 'lan')
    inside(BOX, 'address', 'add', '192.168.178.20/24', 'dev', 'lan')
    inside(BOX, 'route', 'add', 'default', 'via', '192.168.178.1')
    const child = ['netns', 'exec', BOX, process.execPath, 'test/service/push-child.ts', ROUTER]
    const { stdout } = await promisify(execFile)('ip', child, { maxBuffer: 1 << 24 })
    return JSON.parse(stdout)
  } finally {
    const end = (space: string) => `ip netns pids ${space} | xargs -r kill -KILL; ip netns del ${space}`
    for (const space of [BOX, ROUTER]) execFileSync('sh', ['-c', `${end(space)} || true`], { stdio: 'pipe' })
  }
}

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let found: Record<string, unknown>
  beforeAll(async () => {
    found = await tellingRouter()
  }, 180_000)

  it('says before what to do', () => expect(found.unasked).toBe(true))

  it('good, once the service holds it; nochg for a repeat', () => {
    expect(found.good).toEqual(['good 203.0.113.50 (200)', '203.0.113.50'])
    expect(found.repeat).toBe('nochg 203.0.113.50 (200)')
  })

  it('badauth, nohost, dnserr', () => {
    expect(found.badauth).toEqual(['badauth (401)', 'badauth (401)'])
    expect(found.nohost).toBe('nohost (200)')
    expect(found.dnserr).toEqual(['dnserr (200)', 'dnserr (200)'])
  })

  it('a public caller gets no answer at all', () => {
    expect(found.stranger).toMatch(/^nothing \((?:52|56)\)$/) // curl(1): nothing was returned, or the connection was reset
  })

  it('ten thousand requests at once: rounds and other callers go on', () => {
    expect(found.inFlood).toEqual(['good 203.0.113.51 (200)', '203.0.113.51'])
    expect(found.flood).toEqual({ answers: ['401', '429', 'cut off'], sum: 10_000 })
  })

  it('what was told outlives kill -9, and is not sent again', () => {
    expect(found.afterKill).toEqual([['203.0.113.51'], 'string'])
    expect(found.repeats).toBe(0)
  })

  it('HTTPS, and then nothing but that', () => {
    expect(found.https).toEqual(['nochg 203.0.113.51 (200)', 'good 203.0.113.52 (200)'])
    expect(found.plain).toMatch(/^(?:nothing| \(400\))/)
  })

  it('a port that is in use is a warning, and rounds go on', () => {
    expect(found.inUse).toEqual(['warn', expect.stringContaining('another program has that port')])
  })

  it('the password is in no log', () => expect(found.secret).toBe(false))
})
