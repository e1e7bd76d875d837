import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeTogether } from '../../src/system/write-together.ts'
import { openFolder } from '../support/program.ts'

const folder = openFolder()
afterAll(folder.leave)
let count = 0
const fresh = () => join(folder.path, String(++count))
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
const FILES = [
  { path: 'mxhome.yaml', text: 'a\n', replaces: false },
  { path: 'credentials/KEY', text: 's3cr3t\n', replaces: false },
]
const REPLACING = FILES.map((file) => ({ ...file, replaces: true }))
const all = (dir: string) => readdirSync(dir, { recursive: true }).toSorted()

describe('files that belong together', () => {
  it('are written for this user alone, with their folders', async () => {
    const dir = join(fresh(), 'below')
    await writeTogether(dir, FILES)
    expect(readdirSync(dir, { recursive: true }).toSorted()).toEqual(['credentials', 'credentials/KEY', 'mxhome.yaml'])
    expect(readFileSync(join(dir, 'credentials/KEY'), 'utf8')).toBe('s3cr3t\n')
    const modes = ['', 'credentials', 'credentials/KEY', 'mxhome.yaml'].map((path) => mode(join(dir, path)))
    expect(modes).toEqual(['700', '700', '600', '600'])
  })

  it('replace what lies there, drafts that a killed process left as well', async () => {
    const dir = fresh()
    mkdirSync(dir)
    const others = ['mxhome.yaml.new', 'mxhome.yaml.feedbeef.new.txt', 'mxhome.yaml.0a1b2c3e.new']
    for (const name of ['mxhome.yaml', 'mxhome.yaml.0a1b2c3d.new', ...others])
      writeFileSync(join(dir, name), 'old', { mode: 0o644 })
    const longAgo = new Date(Date.now() - 3_600_000)
    for (const name of readdirSync(dir).filter((one) => one !== others[2]))
      utimesSync(join(dir, name), longAgo, longAgo)
    await writeTogether(dir, REPLACING)
    expect(readdirSync(dir).toSorted()).toEqual(['credentials', 'mxhome.yaml', ...others].toSorted())
    expect([readFileSync(join(dir, 'mxhome.yaml'), 'utf8'), mode(join(dir, 'mxhome.yaml'))]).toEqual(['a\n', '600'])
  })

  it('leave nothing where one of them cannot be written', async () => {
    const dir = fresh()
    mkdirSync(dir)
    writeFileSync(join(dir, 'mxhome.yaml'), 'old')
    writeFileSync(join(dir, 'other'), '')
    await expect(
      writeTogether(dir, [...REPLACING, { path: 'other/KEY', text: '', replaces: true }]),
    ).rejects.toMatchObject({
      code: 'ENOTDIR',
    })
    expect(readdirSync(dir, { recursive: true }).toSorted()).toEqual(['mxhome.yaml', 'other'])
    expect(readFileSync(join(dir, 'mxhome.yaml'), 'utf8')).toBe('old')
  })

  it('do not replace what has come meanwhile, and then none of them is there', async () => {
    const dir = fresh()
    mkdirSync(dir)
    writeFileSync(join(dir, 'mxhome.yaml'), 'of another')
    await expect(writeTogether(dir, FILES)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(all(dir)).toEqual(['mxhome.yaml'])
    expect(readFileSync(join(dir, 'mxhome.yaml'), 'utf8')).toBe('of another')
  })

  it('nor are they there where the last one cannot get its name', async () => {
    const dir = fresh()
    mkdirSync(join(dir, 'mxhome.yaml'), { recursive: true })
    const [main, key] = FILES
    await expect(writeTogether(dir, [{ ...main!, replaces: true }, key!])).rejects.toMatchObject({ code: 'EISDIR' })
    expect(all(dir)).toEqual(['mxhome.yaml'])
  })

  it('two at once: one of them, whole', async () => {
    for (let times = 0; times < 30; times++) {
      const dir = fresh()
      const of = (text: string) => FILES.map((file) => ({ ...file, text }))
      const ends = await Promise.allSettled(['one', 'other'].map((text) => writeTogether(dir, of(text))))
      expect(ends.map(({ status }) => status).toSorted(), String(times)).toEqual(['fulfilled', 'rejected'])
      expect(all(dir)).toEqual(['credentials', 'credentials/KEY', 'mxhome.yaml'])
      const texts = FILES.map(({ path }) => readFileSync(join(dir, path), 'utf8'))
      expect(texts).toEqual(ends[0]!.status === 'fulfilled' ? ['one', 'one'] : ['other', 'other'])
    }
  })

  it('go nowhere by a link in the place of their folder', async () => {
    const [dir, elsewhere] = [fresh(), fresh()]
    for (const one of [dir, elsewhere]) mkdirSync(one)
    symlinkSync(elsewhere, join(dir, 'credentials'))
    await expect(writeTogether(dir, FILES)).rejects.toMatchObject({ code: 'ENOTDIR', path: join(dir, 'credentials') })
    expect([all(dir), all(elsewhere)]).toEqual([['credentials'], []])
  })

  it.skipIf(process.getuid?.() !== 0)(
    "can be read by the service's group where root writes into its folder",
    async () => {
      const dir = fresh()
      mkdirSync(join(dir, 'credentials'), { recursive: true })
      const { chownSync } = await import('node:fs')
      chownSync(dir, 0, 12345)
      chmodSync(dir, 0o750)
      await writeTogether(dir, FILES)
      const seen = ['credentials', 'credentials/KEY', 'mxhome.yaml'].map((path) => {
        const { uid, gid } = statSync(join(dir, path))
        return [uid, gid, mode(join(dir, path))]
      })
      expect(seen).toEqual([
        [0, 12345, '750'],
        [0, 12345, '640'],
        [0, 12345, '640'],
      ])
    },
  )
})
