import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { mxhome, openFolder } from '../support/program.ts'

const folder = openFolder()
afterAll(folder.leave)

/** On a slow machine the log takes longer to load than the end of the program may; here the end comes at once. */
const HASTE = `
const { setTimeout: later } = globalThis
globalThis.setTimeout = (work, ms, ...rest) => later(work, ms === 100 ? 0 : ms, ...rest)`

it.each([['status'], ['history']])('%s: what is logged is written, however late the log is there', async (command) => {
  const haste = join(folder.path, 'haste.mjs')
  writeFileSync(haste, HASTE)
  mkdirSync(join(folder.path, 'state'), { recursive: true })
  writeFileSync(join(folder.path, 'state', 'state.json'), 'half a docu')
  const settings = {
    NODE_OPTIONS: `--import ${haste}`,
    MXHOME_HOSTS: 'home.dyn.example',
    MXHOME_PROVIDER: 'dyndns2',
    DYNDNS2_BASE_URL: 'http://127.0.0.1:9',
    DYNDNS2_USERNAME: 'anna',
    DYNDNS2_PASSWORD: 's3cr3t',
  }
  expect((await mxhome([command], settings, folder.path)).stderr).toContain('the state file is damaged')
})
