import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as exitCodes from '../../src/cli/exit-codes.ts'
import type { ConfirmationState } from '../../src/core/confirmation.ts'
import { FINDING_IDS } from '../../src/core/finding.ts'
import { HOME, type HomeLine, startHomeLine } from '../../src/demo/home-line.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { loadProvider, providerIds } from '../../src/providers/index.ts'
import { freePort } from '../support/free-port.ts'
import { mxhome, openFolder, type Settings, startDaemon } from '../support/program.ts'
import {
  blocksFor,
  blocksOf,
  configurationOf,
  openCommands,
  README,
  runBlock,
  writeConfiguration,
} from '../support/readme.ts'

const KINDS = ['config', 'run', 'daemon', 'checkout', 'ci', 'container', 'bind', 'named', 'not run']
/** Exhaustive by their types: the README leaves none out. */
const STATES: Record<ConfirmationState, true> = {
  confirmed: true,
  visible: true,
  contradicted: true,
  seen: true,
  accepted: true,
  unknown: true,
}
/** What the configuration `ionos` keeps. */
const KEPT: readonly string[] = [HOME.mail, 'owa.example.com', 'autodiscover.example.com']

/** The text under one heading, up to the next of the same or a higher level. */
function section(heading: string): string {
  const from = README.indexOf(`\n${heading}\n`)
  expect(from, `README.md has the heading "${heading}"`).toBeGreaterThan(0)
  const level = heading.split(' ')[0]!.length
  const rest = README.slice(from + heading.length + 2)
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'))
  return end < 0 ? rest : rest.slice(0, end)
}

const rows = (text: string) => [...text.matchAll(/^\| (.+) \|$/gm)].map(([, row]) => row!.split(' | ')).slice(2)
const firstCells = (text: string) => rows(text).map(([cell]) => cell!.replaceAll('`', ''))

describe('README.md', () => {
  it('says of every command and every configuration how it is tested', () => {
    const untested = blocksOf(README).filter(({ language, test }) =>
      test === undefined ? language !== 'text' : !KINDS.some((kind) => new RegExp(`^${kind}(?::? .+)?$`).test(test)),
    )
    expect(untested.map(({ line, language, test }) => `line ${line}: ${language}, ${test}`)).toEqual([])
    const silent = [...blocksFor('not run'), ...blocksFor('container')].filter(({ about }) => about === '')
    expect(silent, 'a reason is given').toEqual([])
  })

  it('names settings that there are', () => {
    const known = [...readFileSync('.env.example', 'utf8').matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name)
    const named = README.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []
    expect(named.length).toBeGreaterThan(20)
    const others = ['NODE_EXTRA_CA_CERTS'] // of Node.js itself
    expect(named.filter((name) => ![...known, ...others].includes(name.replace(/_FILE$/, '')))).toEqual([])
  })

  it('names commands that there are, and says of those that are not there that they are not', async () => {
    const { stdout } = await mxhome(['--help'], {}, '.')
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name]) => name)
    const [present, absent] = README.split('Not in this version:') as [string, string]
    const named = (text: string) => [...text.matchAll(/\bmxhome ([a-z]+(?: [a-z]+)?)`/g)].map(([, name]) => name!)
    const inBlocks = blocksOf(README).flatMap(({ language, text }) =>
      language === 'sh' ? [...text.matchAll(/\bmxhome ([a-z]+)/g)].map(([, name]) => name!) : [],
    )
    const used = [...named(present), ...inBlocks]
    expect(used.length).toBeGreaterThan(10)
    expect(used.filter((name) => !commands.includes(name.split(' ')[0]!))).toEqual([])
    for (const name of named(absent)) {
      expect((await mxhome(name.split(' '), {}, '.')).code, `mxhome ${name}`).toBe(64)
    }
  })

  it('has no dead link', () => {
    const targets = [...README.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)
    const anchors = [...README.matchAll(/^#+ (.+)$/gm)].map(
      ([, heading]) =>
        `#${heading!
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-')}`,
    )
    const dead = targets.filter((to) =>
      to.startsWith('#') ? !anchors.includes(to) : !to.startsWith('https://') && !existsSync(to),
    )
    expect(dead).toEqual([])
  })

  it('lists the providers, the exit codes and the states of confirmation; findings by their names', async () => {
    const providers = await Promise.all(providerIds.map(loadProvider))
    expect(rows(section('## Providers')).map(([id, , reads]) => [id, reads])).toEqual(
      providers.map((one) => [`\`${one!.id}\``, one!.traits.readable ? 'yes' : 'no']),
    )
    expect(firstCells(section('### Exit codes')).map(Number)).toEqual(
      [1, ...Object.values(exitCodes)].toSorted((a, b) => a - b), // 1 is a round's: the user must act
    )
    expect(firstCells(section('### How sure is it?')).toSorted()).toEqual(Object.keys(STATES).toSorted())
    const [explanations] = section('## What does it mean?').split('### ')
    const explained = rows(explanations!).flatMap(([cell]) => cell!.match(/`[a-z-]+`/g) ?? [])
    expect(explained.filter((id) => !FINDING_IDS.some((one) => id === `\`${one}\``))).toEqual([])
  })
})

describe('the configurations of README.md are right', () => {
  it.each(blocksFor('config').map(({ about }) => about))('%s', async (name) => {
    const folder = openFolder()
    const block = configurationOf(name)
    writeConfiguration(block, folder.path)
    const secrets = [...block.text.matchAll(/\$\{(\w+)\}/g)].map(([, variable]) => [variable!, 'public.secret'])
    const { code, stdout, stderr } = await mxhome(['config', 'check'], Object.fromEntries(secrets), folder.path)
    folder.leave()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('The configuration is right')
  })
})

describe('the commands of README.md', () => {
  const folder = openFolder()
  let home: HomeLine
  let settings: Settings
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    home = await startHomeLine(parseAddress('203.0.113.7')!, new AbortController().signal)
    // The environment wins over the README's own .env, which lies in the folder as it is shown.
    settings = {
      IONOS_API_KEY: HOME.apiKey,
      IONOS_BASE_URL: home.hosted.url(),
      MXHOME_RESOLVERS: describeEndpoint(home.resolver.endpoint),
      MXHOME_NAMESERVERS: home.servers.map(({ endpoint }) => describeEndpoint(endpoint)).join(','),
      MXHOME_IP_SOURCES: `http:${home.line.url}`,
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
      MXHOME_CONFIRM_TIMEOUT: '5s',
      MXHOME_LISTEN: 'off',
      MXHOME_STATE_DIR: join(folder.path, 'state'),
    }
    env = { ...settings, PATH: openCommands(folder.path), HOME: folder.path }
  })
  afterAll(async () => {
    await home?.close()
    folder.leave()
  })

  /** What nobody has named. */
  const others = () => home.hosted.records().filter(({ name }) => !KEPT.includes(name))

  it.each(blocksFor('run'))('line $line', async ({ text, about }) => {
    writeConfiguration(configurationOf(about), folder.path)
    const before = others()
    const { code, said } = await runBlock(text, { cwd: folder.path, env })
    expect(code, said).toBe(0)
    expect(said).not.toContain(HOME.apiKey)
    expect(others()).toEqual(before)
  })

  it('have done what they say', async () => {
    for (const host of KEPT) expect(await home.shows(home.servers[0], host), host).toEqual(['203.0.113.7'])
  })

  it.each(blocksFor('daemon'))('line $line, beside the daemon', async ({ text, about }) => {
    writeConfiguration(configurationOf(about), folder.path)
    const port = await freePort()
    const daemon = startDaemon({ ...settings, MXHOME_LISTEN: `127.0.0.1:${port}` }, folder.path, port)
    try {
      await daemon.until('a round has ended', ({ started }) => started !== null)
      const { code, said } = await runBlock(text.replaceAll('8245', String(port)), { cwd: folder.path, env })
      expect(code, said).toBe(0)
      expect(said).toContain('"status":"pass"')
    } finally {
      await daemon.stop()
    }
  })

  it.each(blocksFor('checkout'))('line $line, in a checkout', { timeout: 180_000 }, async ({ text }) => {
    // A copy, since the command builds anew what other tests are running.
    const copy = join(folder.path, 'checkout')
    mkdirSync(copy)
    for (const name of ['package.json', 'package-lock.json', 'scripts', 'src']) {
      cpSync(name, join(copy, name), { recursive: true, preserveTimestamps: true })
    }
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
    const { code, said } = await runBlock(text, { cwd: copy, env: { PATH: process.env.PATH, HOME: folder.path } })
    expect(code, said).toBe(0)
    expect(said).toContain('scenes came out as shown')
  })

  it.each(blocksFor('ci'))('line $line is what CI runs', ({ text }) => {
    const lines = readFileSync('.ci/run', 'utf8').split('\n')
    for (const command of text.trim().split('\n')) expect(lines).toContain(command)
  })
})
