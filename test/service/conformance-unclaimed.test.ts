import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

const folder = openFolder()
afterAll(folder.leave)
const BASE: Settings = { MXHOME_PROVIDER: 'dyndns2', DYNDNS2_SERVER: '127.0.0.1:1', DYNDNS2_PASSWORD: 'S3cret' }
const HOSTS: Settings = { MXHOME_HOSTS: 'home.example.com' }

/** A setting that would be passed over in silence is one that the user believes to be in force. */
describe('what this version does not have is refused', () => {
  it.each(['MXHOME_NOTIFY', 'MXHOME_ON_CHANGE', 'MXHOME_HEARTBEAT'])('%s', async (name) => {
    const { code, stderr } = await mxhome(['config', 'check'], { ...BASE, ...HOSTS, [name]: 'x' }, folder.path)
    expect(code).toBe(78)
    expect(stderr).toMatch(new RegExp(`^${name}\\n {2}found +an unknown variable$`, 'm'))
  })

  it('in YAML: all of them told at once', async () => {
    const own = { notify: [], heartbeat: 'x', onChange: 'x' }
    const file = join(folder.path, 'mxhome.yaml')
    writeFileSync(file, JSON.stringify({ hosts: ['home.example.com'], ...own }), { mode: 0o600 })
    const { code, stderr } = await mxhome(['config', 'check'], BASE, folder.path)
    rmSync(file)
    expect(code).toBe(78)
    for (const key of Object.keys(own)) {
      expect(stderr).toContain(`\n${key}\n  found     an unknown key`)
    }
  })

  it.each([
    ['config import', ['--log-level', 'info', 'help', 'config', 'import']],
    ['config import', ['config', 'import', '--help']],
    ['config import', ['config', 'import', 'ddclient.conf']],
  ])('the command %s, called as %j: that it is not there yet, and nothing else', async (command, args) => {
    const { code, stdout, stderr } = await mxhome(args, { ...BASE, ...HOSTS }, folder.path)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toMatch(
      new RegExp(`^mxhome: this version does not have the command "mxhome ${command}" yet\\. .+\n$`),
    )
  })

  it('help lists none of them', async () => {
    for (const args of [['--help'], ['config', '--help']]) {
      const { stdout } = await mxhome(args, {}, folder.path)
      expect(stdout).toContain('Usage: ')
      expect(stdout).not.toMatch(/import/)
    }
  })
})
