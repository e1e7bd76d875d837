import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HOME, type HomeLine, startHomeLine } from '../../src/demo/home-line.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { mxhome, NODE, openFolder, type Settings } from '../support/program.ts'
import { canMount, mountSmallDisk } from '../support/small-disk.ts'

let home: HomeLine
let settings: Settings
let folder: ReturnType<typeof openFolder>
const at = (path: string) => join(folder.path, path)
const below = (path: string) => readdirSync(at(path), { recursive: true }).map(String).toSorted()
const WHOLE = ['credentials', 'credentials/IONOS_API_KEY', 'mxhome.yaml']

beforeAll(async () => {
  home = await startHomeLine(parseAddress('203.0.113.7')!, new AbortController().signal)
  settings = {
    IONOS_BASE_URL: home.hosted.url(),
    MXHOME_RESOLVERS: describeEndpoint(home.resolver.endpoint),
    MXHOME_NAMESERVERS: home.servers.map(({ endpoint }) => describeEndpoint(endpoint)).join(','),
    MXHOME_IP_SOURCES: `http:${home.line.url}`,
    MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
  }
})
afterAll(() => home?.close())
beforeEach(() => {
  folder = openFolder()
  chmodSync(folder.path, 0o755)
  writeFileSync(at('key'), `${HOME.apiKey}\n`, { mode: 0o600 })
  return () => folder.leave()
})

const ENOUGH = ['init', '--yes', '--domain', 'example.com', '--provider', 'ionos', '--setting-file', 'apiKey=key']
const init = (...more: readonly string[]) => mxhome([...ENOUGH, '--dir', 'conf', ...more], settings, folder.path)

describe('where init is to write lies', () => {
  it('a folder in the place of the file: nothing is written, with --overwrite neither', async () => {
    mkdirSync(at('conf/mxhome.yaml'), { recursive: true })
    for (const more of [[], ['--overwrite']]) {
      const { code, stdout, stderr } = await init(...more)
      expect([code, stdout, below('conf')]).toEqual([75, '', ['mxhome.yaml']])
      expect(stderr).toContain('/conf/mxhome.yaml is a folder: name another place by --dir\n')
    }
  })

  it('a link to a file elsewhere: that file stays, and the link is replaced when that is agreed to', async () => {
    mkdirSync(at('conf'))
    writeFileSync(at('elsewhere'), 'domains: [example.org]\n')
    symlinkSync('../elsewhere', at('conf/mxhome.yaml'))
    expect((await init()).code).toBe(64)
    expect([below('conf'), readlinkSync(at('conf/mxhome.yaml'))]).toEqual([['mxhome.yaml'], '../elsewhere'])
    expect((await init('--overwrite')).code).toBe(0)
    expect(readFileSync(at('elsewhere'), 'utf8')).toBe('domains: [example.org]\n')
    expect(readFileSync(at('conf/mxhome.yaml'), 'utf8')).toContain('example.com')
  })

  it('a link that leads nowhere', async () => {
    mkdirSync(at('conf'))
    symlinkSync('../nowhere', at('conf/mxhome.yaml'))
    const { code, stderr } = await init()
    expect([code, below('conf')]).toEqual([64, ['mxhome.yaml']])
    expect(stderr).toContain('/conf/mxhome.yaml is there, and cannot be read: no such file')
    expect((await init('--overwrite')).code).toBe(0)
    expect([below('conf'), readdirSync(folder.path).toSorted()]).toEqual([WHOLE, ['conf', 'key']])
  })

  it('a link in the place of the folder of credentials', async () => {
    for (const name of ['conf', 'elsewhere']) mkdirSync(at(name))
    symlinkSync('../elsewhere', at('conf/credentials'))
    const { code, stdout, stderr } = await init()
    expect([code, stdout, below('conf'), below('elsewhere')]).toEqual([75, '', ['credentials'], []])
    expect(stderr).toContain('/conf/credentials is no folder')
  })

  it('what another init writes at the same time: one of both is there, whole', async () => {
    const ends = await Promise.all([init(), init('--ipv6'), init(), init('--ipv6')])
    const done = ends.filter(({ code }) => code === 0)
    expect(done.length).toBeGreaterThan(0)
    for (const { code, stderr } of ends.filter((one) => one.code !== 0)) {
      expect(stderr).toMatch(/differs as shown: add --overwrite|someone else has written in .*conf meanwhile/)
      expect([64, 75]).toContain(code)
    }
    expect(below('conf')).toEqual(WHOLE)
    expect(readFileSync(at('conf/credentials/IONOS_API_KEY'), 'utf8').trim()).toBe(HOME.apiKey)
    expect((await mxhome(['--config', 'conf/mxhome.yaml', 'config', 'check'], settings, folder.path)).code).toBe(0)
  })

  it.skipIf(!canMount())('a full disk, then a read-only one', async () => {
    const disk = mountSmallDisk(at('conf'))
    try {
      disk.fill()
      const full = await init()
      expect([full.code, full.stdout, below('conf')]).toEqual([75, '', ['filler']])
      expect(full.stderr).toMatch(/no space is left for .*\/conf\n$/)
      execFileSync('mount', ['-o', 'remount,ro', at('conf')])
      const readOnly = await init()
      expect([readOnly.code, readOnly.stdout, below('conf')]).toEqual([75, '', ['filler']])
      expect(readOnly.stderr).toMatch(/conf lies on a read-only file system: name another folder by --dir\n$/)
    } finally {
      disk.leave()
    }
  })

  it.skipIf(process.getuid?.() !== 0)("another user's folder", async () => {
    mkdirSync(at('conf'), { mode: 0o755 })
    chmodSync(at('key'), 0o644)
    const args = ['--reuid=65534', '--regid=65534', '--clear-groups', NODE, resolve('dist/mxhome.js'), ...ENOUGH]
    const env = { PATH: process.env.PATH, HOME: '/nonexistent', ...settings }
    const ended = await new Promise<{ code: unknown; said: string }>((done) => {
      execFile('setpriv', [...args, '--dir', 'conf'], { cwd: folder.path, env }, (error, stdout, stderr) =>
        done({ code: error?.code ?? 0, said: stdout + stderr }),
      )
    })
    expect(ended.code, ended.said).toBe(75)
    expect(ended.said).toMatch(/this user may not write in .*conf: run it with sudo, or name another folder by --dir/)
    expect(below('conf')).toEqual([])
  })
})
