import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const NAMESPACE = `mxhome-test-${process.pid}`
const run = promisify(execFile)
const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' })
const inside = (...args: string[]) => ip('netns', 'exec', NAMESPACE, ...args)

function canMakeNamespaces(): boolean {
  try {
    ip('netns', 'add', NAMESPACE)
    ip('netns', 'del', NAMESPACE)
    return true
  } catch {
    return false
  }
}

const able = process.env.CI === 'true' || canMakeNamespaces()
const name = 'an address that the kernel tells of starts a round'

describe.skipIf(!able)(able ? name : `${name} (left out: network namespaces need root and ip)`, () => {
  beforeAll(() => {
    ip('netns', 'add', NAMESPACE)
    inside('ip', 'link', 'set', 'lo', 'up')
    inside('ip', 'link', 'add', 'wan0', 'type', 'veth', 'peer', 'name', 'wan1')
    for (const one of ['wan0', 'wan1']) inside('ip', 'link', 'set', one, 'up')
    inside('ip', 'address', 'add', '203.0.113.50/24', 'dev', 'wan0')
  })
  afterAll(() => {
    ip('netns', 'del', NAMESPACE)
  })

  const tell = async (child: string) => {
    const { stdout } = await run('ip', ['netns', 'exec', NAMESPACE, process.execPath, child])
    return JSON.parse(stdout)
  }

  it('follows each change by itself, without a schedule', async () => {
    expect(await tell('test/service/kernel-child.ts')).toEqual({
      heard: ['203.0.113.50', '203.0.113.51', '203.0.113.52'],
      repeats: 0,
    })
  })

  it('also when `ip monitor` was killed: at first by looking, then by another one', async () => {
    inside('ip', 'address', 'flush', 'dev', 'wan0')
    inside('ip', 'address', 'add', '203.0.113.50/24', 'dev', 'wan0')
    const found = await tell('test/service/kernel-killed-child.ts')
    expect(found).toEqual({ meanwhile: '203.0.113.51', later: '203.0.113.52', ways: ['kernel'], repeats: 0 })
  })
})
