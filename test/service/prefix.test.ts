import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cable, inside, ip } from '../support/behind-router.ts'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces(['ip', 'radvd'])
const [BOX, ROUTER] = ['box', 'router'].map((name) => `mxhome-prefix-${process.pid}-${name}`) as [string, string]
const name = 'a home whose IPv6 prefix changes'

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  beforeAll(() => {
    for (const space of [BOX, ROUTER]) {
      ip('netns', 'add', space)
      inside(space, 'ip', 'link', 'set', 'lo', 'up')
    }
    const set = (space: string, setting: string, value: number) =>
      inside(space, 'sh', '-c', `echo ${value} > /proc/sys/net/ipv6/conf/${setting}`)
    set(ROUTER, 'all/forwarding', 1) // else radvd does not run
    // As many desktops and servers have it: addresses for outgoing connections that change by themselves.
    set(BOX, 'default/use_tempaddr', 2)
    cable(ROUTER, 'lan', BOX, 'eth0')
  })
  afterAll(() => {
    for (const space of [BOX, ROUTER]) {
      const end = `ip netns pids ${space} | xargs -r kill -KILL; ip netns del ${space}`
      execFileSync('sh', ['-c', `${end} || true`], { stdio: 'pipe' })
    }
  })

  it('the stable address of the prefix in use is published, and that of a mail server beside it', async () => {
    const child = ['netns', 'exec', BOX, process.execPath, 'test/service/prefix-child.ts', ROUTER]
    const { stdout } = await promisify(execFile)('ip', child)
    const { heard, expected, repeats, temporary, deprecated } = JSON.parse(stdout)
    expect(heard).toEqual(expected)
    expect(repeats).toBe(0)
    expect(temporary, 'temporary addresses were there to be taken by mistake').toBeGreaterThan(0)
    expect(deprecated, 'so were those of the prefixes before').toBeGreaterThan(0)
  }, 120_000)
})
