import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../scripts/bundle.ts'
import { dependenciesPage } from '../scripts/dependencies-page.ts'

interface Locked {
  readonly version: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
}

const json = (name: string) => JSON.parse(readFileSync(name, 'utf8'))
const { dependencies } = json('package.json')
const lock = json('package-lock.json')
const users = Object.entries<Locked>(lock.packages).filter(([path, { dev }]) => path !== '' && !dev)

describe('the dependencies', () => {
  it('stand in docs/dependencies.md, each with a reason and its licence', () => {
    expect(readFileSync('docs/dependencies.md', 'utf8')).toBe(dependenciesPage(dependencies, lock))
    expect(() => dependenciesPage({ ...dependencies, 'left-pad': '^1.0.0' }, lock)).toThrow('why left-pad is here')
    const { zod, ...fewer } = dependencies
    expect(() => dependenciesPage(fewer, lock)).toThrow('reason for zod')
  })

  it('run nothing when they are installed', () => {
    expect(users.length).toBeGreaterThan(20)
    expect(users.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([])
  })
})

describe('the bundle', () => {
  let folders: readonly string[] = []
  beforeAll(async () => {
    const { metafile } = await bundle(false)
    const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
    folders = [...new Set(files.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))]
  })

  it('holds production dependencies alone: what else is installed here is chance', () => {
    expect(folders.length).toBeGreaterThan(20)
    const production = users.map(([path]) => path)
    expect(folders.filter((folder) => !production.includes(folder))).toEqual([])
  })

  it('brings the licence of every package in it', () => {
    const text = readFileSync('dist/THIRD-PARTY-LICENSES.txt', 'utf8')
    const missing = folders.filter((folder) => {
      const { name, version, license } = json(`${folder}/package.json`)
      return !text.includes(`\n${name} ${version} (${license})\n`)
    })
    expect(missing).toEqual([])
    expect(text).toContain('Permission is hereby granted, free of charge')
    expect(text).not.toMatch(/\bunknown\b/)
  })
})

describe('the published package', () => {
  let files: readonly string[] = []
  beforeAll(() => {
    const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })
    files = JSON.parse(told)[0].files.map(({ path }: { readonly path: string }) => path)
  })

  it('holds the program, its licences, its documentation and the service', () => {
    const docs = readdirSync('docs').map((file) => `docs/${file}`)
    const service = readdirSync('systemd').map((file) => `systemd/${file}`)
    const own = ['README.md', 'CHANGELOG.md', 'LICENSE', '.env.example', 'package.json']
    const built = readdirSync('dist/chunks').map((file) => `dist/chunks/${file}`)
    const wanted = [
      ...own,
      ...docs,
      ...service,
      ...built,
      'dist/mxhome.js',
      'dist/package.json',
      'dist/THIRD-PARTY-LICENSES.txt',
    ]
    expect(files.toSorted()).toEqual(wanted.toSorted())
  })

  it('holds no secret of the one who packs it', () => {
    expect(files.filter((path) => /(?:^|\/)(?:\.env$|.*\.(?:yaml|pem|key|log)$)/.test(path))).toEqual([])
  })
})
