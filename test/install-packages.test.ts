import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { platformHere, whyInstall } from '../scripts/install-packages.mjs'
import { openFolder } from './support/program.ts'

const LINUX = { os: 'linux', cpu: 'x64', libc: 'glibc' }
const MANIFEST = { name: 'house', dependencies: { lamp: '^1.0.0' }, devDependencies: { drill: '^2.0.0' } }
const LOCK = {
  '': MANIFEST,
  'node_modules/lamp': { version: '1.2.3', integrity: 'sha512-lamp', dependencies: { bulb: '^1.0.0' } },
  'node_modules/lamp/node_modules/bulb': { version: '1.0.0', integrity: 'sha512-bulb' },
  'node_modules/drill': {
    version: '2.0.0',
    integrity: 'sha512-drill',
    dev: true,
    bin: { drill: 'drill.js' },
    optionalDependencies: { '@drill/linux': '2.0.0', '@drill/musl': '2.0.0', '@drill/wasm': '2.0.0' },
  },
  'node_modules/@drill/linux': { version: '2.0.0', integrity: 'sha512-l', optional: true, os: ['linux'], cpu: ['x64'] },
  'node_modules/@drill/musl': { version: '2.0.0', integrity: 'sha512-m', optional: true, libc: ['musl'] },
  'node_modules/@drill/wasm': { version: '2.0.0', integrity: 'sha512-w', optional: true, cpu: ['wasm32'] },
  'node_modules/only-for-wasm': { version: '3.0.0', integrity: 'sha512-o', optional: true },
} as const
const OTHERS = ['node_modules/@drill/musl', 'node_modules/@drill/wasm', 'node_modules/only-for-wasm']

let folder = ''
const at = (path: string) => join(folder, path)
const write = (path: string, value: unknown) => {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), JSON.stringify(value))
}
/** Changes a file as one who is not us might have done. */
const edit = (path: string, change: (json: { packages: Record<string, object> } & Record<string, object>) => void) => {
  const json = JSON.parse(readFileSync(at(path), 'utf8'))
  change(json)
  write(path, json)
}
const [LOCK_FILE, MARK] = ['package-lock.json', 'node_modules/.package-lock.json']

beforeEach(() => {
  const { path, leave } = openFolder()
  folder = path
  write('package.json', MANIFEST)
  write(LOCK_FILE, { packages: LOCK })
  const installed = Object.entries(LOCK).filter(([path]) => path !== '' && !OTHERS.includes(path))
  write(MARK, { packages: Object.fromEntries(installed) })
  for (const [path, about] of installed) write(`${path}/package.json`, about)
  write('node_modules/.bin/drill', '')
  return leave
})

it('nothing is installed where all is as the lock file says', () => expect(whyInstall(folder, LINUX)).toBeUndefined())

it.each<[what: string, change: () => void, why: string]>([
  ['a fresh clone', () => rmSync(at('node_modules'), { recursive: true }), 'there are none yet'],
  ['an installation that was broken off', () => rmSync(at(MARK)), 'there are none yet'],
  ['a mark that is damaged', () => writeFileSync(at(MARK), '{"packages": {'), 'there are none yet'],
  ['no lock file', () => rmSync(at(LOCK_FILE)), 'package.json and package-lock.json differ'],
  [
    'a new dependency that the lock file lacks',
    () => edit('package.json', (json) => Object.assign(json.dependencies!, { sofa: '1' })),
    'package.json and package-lock.json differ',
  ],
  [
    'another version in the lock file',
    () => edit(LOCK_FILE, ({ packages }) => Object.assign(packages['node_modules/lamp']!, { version: '1.2.4' })),
    'lamp is not 1.2.4',
  ],
  [
    'the same version of other content',
    () => edit(LOCK_FILE, ({ packages }) => Object.assign(packages['node_modules/lamp']!, { integrity: 'sha512-x' })),
    'lamp is not 1.2.3',
  ],
  [
    'a package that only the lock file has',
    () => edit(LOCK_FILE, ({ packages }) => Object.assign(packages, { 'node_modules/sofa': { version: '1.0.0' } })),
    'sofa is missing',
  ],
  [
    'a package that the lock file no longer has',
    () => edit(MARK, ({ packages }) => Object.assign(packages, { 'node_modules/sofa': { version: '1.0.0' } })),
    'sofa is no longer needed',
  ],
  [
    'an installation without the tools',
    () => edit(MARK, ({ packages }) => delete packages['node_modules/drill']),
    'drill is missing',
  ],
  [
    'a folder that was removed by hand',
    () => rmSync(at('node_modules/lamp/node_modules'), { recursive: true }),
    'bulb is not 1.0.0',
  ],
  ['a program that was not fetched', () => rmSync(at('node_modules/.bin/drill')), 'the program of drill is missing'],
  [
    'a part for this machine that is missing',
    () => edit(MARK, ({ packages }) => delete packages['node_modules/@drill/linux']),
    '@drill/linux is missing',
  ],
])('all is installed: %s', (_, change, why) => {
  change()
  expect(whyInstall(folder, LINUX)).toBe(why)
})

it.each([
  [{ ...LINUX, cpu: 'arm64' }, '@drill/linux is for another machine'],
  [{ os: 'darwin', cpu: 'x64' }, '@drill/linux is for another machine'],
  [{ ...LINUX, libc: 'musl' }, '@drill/musl is missing'],
])('all is installed on a machine of another kind: %j', (platform, why) => {
  expect(whyInstall(folder, platform)).toBe(why)
})

it('npm is started only where something is not as it should be', () => {
  // Made for any machine, since this one is asked what it is.
  for (const path of OTHERS) edit(LOCK_FILE, ({ packages }) => delete packages[path])
  edit(LOCK_FILE, ({ packages }) => Object.assign(packages['node_modules/@drill/linux']!, { os: [], cpu: [] }))
  writeFileSync(at('npm'), `#!/bin/sh\necho "$@" > '${at('asked')}'\n`)
  chmodSync(at('npm'), 0o755)
  const script = `import(${JSON.stringify(resolve('scripts/install-packages.mjs'))}).then(({ installPackages }) => installPackages())`
  const run = () =>
    spawnSync(process.execPath, ['-e', script], { cwd: folder, env: { PATH: folder }, encoding: 'utf8' })

  expect(run()).toMatchObject({ status: 0, stdout: '' })
  expect(existsSync(at('asked'))).toBe(false)

  rmSync(at(MARK))
  expect(run()).toMatchObject({ status: 0, stdout: 'Installing packages (npm ci): there are none yet ...\n' })
  expect(readFileSync(at('asked'), 'utf8')).toMatch(/^ci --include=dev /)
})

it('the packages of this checkout, as npm has installed them, are taken for what they are', () => {
  expect(whyInstall('.', platformHere())).toBeUndefined()
})
