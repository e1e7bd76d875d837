import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { mxhome, openFolder, startMxhome } from '../support/program.ts'

describe('mxhome demo', () => {
  const folder = openFolder()
  afterAll(folder.leave)
  /** The folders of the demo go here, so that another demo on this machine is not in the way. */
  const settings = { TMPDIR: folder.path }
  const left = () => readdirSync(folder.path).filter((name) => name.startsWith('mxhome-demo-'))
  const daemonOf = (text: string) => Number(/mxhome +process (\d+)/.exec(text)?.[1])

  it('plays all scenes as shown, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await mxhome(['demo'], settings, folder.path)
    expect({ stderr, shortfalls: stdout.match(/NOT SHOWN.*/g) }).toEqual({ stderr: '', shortfalls: null })
    expect(stdout).toMatch(
      /^All 6 scenes came out as shown, in [\d.]+ s: 7 records written, 5 DynDNS updates, 0 repeats/m,
    )
    expect(stdout).toMatch(/health +http:\/\/127\.0\.0\.1:\d+\/healthz/)
    expect(stdout).not.toContain('\x1b')
    expect(code).toBe(0)
    expect(left()).toEqual([])
    expect(existsSync(join('/proc', String(daemonOf(stdout))))).toBe(false)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s in the middle: 1, and nothing left behind', async (signal) => {
    const child = startMxhome(['demo'], settings, folder.path)
    let text = ''
    for await (const chunk of child.stdout!) {
      text += chunk
      if (/\+ mxhome created/.test(text) && !child.killed) child.kill(signal)
    }
    if (child.exitCode === null) await once(child, 'exit')
    expect(child.exitCode).toBe(1)
    expect(text).toContain('Stopped: all processes are ended, all files removed.')
    expect(left()).toEqual([])
    expect(existsSync(join('/proc', String(daemonOf(text))))).toBe(false)
  })
})
