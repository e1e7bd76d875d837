import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
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
  { path: 'mxhome.yaml', text: 'a\n' },
  { path: 'credentials/KEY', text: 's3cr3t\n' },
]

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
    for (const name of ['mxhome.yaml', 'mxhome.yaml.new']) writeFileSync(join(dir, name), 'old', { mode: 0o644 })
    await writeTogether(dir, FILES)
    expect(readdirSync(dir).toSorted()).toEqual(['credentials', 'mxhome.yaml'])
    expect([readFileSync(join(dir, 'mxhome.yaml'), 'utf8'), mode(join(dir, 'mxhome.yaml'))]).toEqual(['a\n', '600'])
  })

  it('leave nothing where one of them cannot be written', async () => {
    const dir = fresh()
    mkdirSync(dir)
    writeFileSync(join(dir, 'mxhome.yaml'), 'old')
    writeFileSync(join(dir, 'other'), '')
    await expect(writeTogether(dir, [...FILES, { path: 'other/KEY', text: '' }])).rejects.toMatchObject({
      code: 'ENOTDIR',
    })
    expect(readdirSync(dir, { recursive: true }).toSorted()).toEqual(['mxhome.yaml', 'other'])
    expect(readFileSync(join(dir, 'mxhome.yaml'), 'utf8')).toBe('old')
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
