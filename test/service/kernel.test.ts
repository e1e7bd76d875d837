import { execFile, execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFolder } from '../support/program.ts'

const NAMESPACE = `mxhome-test-${process.pid}`
const run = promisify(execFile)
const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' })
const inside = (...args: string[]) => ip('netns', 'exec', NAMESPACE, ...args)

const ALL = ['203.0.113.50', '203.0.113.51', '203.0.113.52']
/** For a child and its children alone; /usr/bin, where some have a second `ip`, is kept out of the daemon's path by the child. */
const HIDDEN =
  'cp "$(command -v ip)" "$2" && mount -t tmpfs none /usr/sbin && mount -t tmpfs none /sbin && exec "$0" "$1" "$2"'

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

  const begin = () => {
    inside('ip', 'address', 'flush', 'dev', 'wan0')
    inside('ip', 'address', 'add', '203.0.113.50/24', 'dev', 'wan0')
  }
  const tell = async (...argv: string[]) => {
    const { stdout } = await run('ip', ['netns', 'exec', NAMESPACE, ...argv])
    return JSON.parse(stdout)
  }

  it('follows each change by itself, without a schedule', async () => {
    const found = await tell(process.execPath, 'test/service/kernel-child.ts')
    expect(found).toEqual({ heard: ALL, ways: ['kernel'], elsewhere: 1, repeats: 0 })
  })

  it('also when `ip monitor` was killed: at first by looking, then by another one', async () => {
    begin()
    const found = await tell(process.execPath, 'test/service/kernel-killed-child.ts')
    expect(found).toEqual({ meanwhile: '203.0.113.51', later: '203.0.113.52', ways: ['kernel'], repeats: 0 })
  })

  it('also where there is no `ip` at all, by looking', async () => {
    begin()
    const folder = openFolder()
    try {
      const child = [process.execPath, 'test/service/kernel-child.ts', join(folder.path, 'copy')]
      const found = await tell('unshare', '--mount', 'sh', '-c', HIDDEN, ...child)
      expect(found).toEqual({ heard: ALL, ways: ['kernel'], repeats: 0, ip: 'spawnSync ip ENOENT' })
    } finally {
      folder.leave()
    }
  })
})
