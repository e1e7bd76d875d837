import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { whyNoNamespaces } from '../support/two-namespaces.ts'

const why = process.env.CI === 'true' ? undefined : whyNoNamespaces()
const name = 'beside a connection that does not stand a second attempt is made'

describe.skipIf(why)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  it('carries the request, which is sent once, over whichever stands', async () => {
    const space = `mxhome-second-${process.pid}`
    const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: 'pipe' })
    ip('netns', 'add', space)
    try {
      ip('netns', 'exec', space, 'ip', 'link', 'set', 'lo', 'up')
      const child = [process.execPath, 'test/system/second-attempt-child.ts']
      const { stdout } = await promisify(execFile)('ip', ['netns', 'exec', space, ...child])
      const once = { answered: 'good', connections: 1, requests: 1, from: '127.0.0.1' }
      const silent = { kind: 'network', message: 'http://127.0.0.1: no answer within 1 s', lost: false }
      expect(JSON.parse(stdout)).toEqual({
        plain: once,
        tls: once,
        'name and family': once,
        localAddress: { ...once, from: '127.0.0.2' },
        'DNS update': { id: 77, connections: 1, messages: 1 },
        'second refused': { answered: silent, connections: 0, requests: 0, from: '' },
      })
    } finally {
      ip('netns', 'del', space)
    }
  })
})
