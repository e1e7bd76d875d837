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

  it('follows each change by itself, without a schedule', async () => {
    const child = [process.execPath, 'test/service/kernel-child.ts']
    const { stdout } = await run('ip', ['netns', 'exec', NAMESPACE, ...child])
    expect(JSON.parse(stdout)).toEqual({ heard: ['203.0.113.50', '203.0.113.51', '203.0.113.52'], repeats: 0 })
  })
})
