import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { HOME, type HomeLine, startHomeLine } from '../../src/demo/home-line.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { describeWith } from '../support/needs.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'
import { KEYS, openTerminalRun, type TerminalRun } from '../support/terminal.ts'

const WRONG = 'wr0ng.s3cr3t-canary'
const { enter, down } = KEYS

let home: HomeLine
let settings: Settings
let folder: ReturnType<typeof openFolder>
const at = (path: string) => join(folder.path, path)

beforeAll(async () => {
  home = await startHomeLine(parseAddress('203.0.113.7')!, new AbortController().signal)
  settings = {
    IONOS_BASE_URL: home.hosted.url(),
    MXHOME_RESOLVERS: describeEndpoint(home.resolver.endpoint),
    MXHOME_NAMESERVERS: home.servers.map(({ endpoint }) => describeEndpoint(endpoint)).join(','),
    MXHOME_IP_SOURCES: `http:${home.line.url}`,
    MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
    MXHOME_CONFIRM_TIMEOUT: '5s',
  }
})
beforeEach(() => {
  folder = openFolder()
  return () => folder.leave()
})
afterAll(() => home?.close())

/** Whatever was typed or read: no secret is shown, and no fault. */
function proper(said: string): string {
  for (const secret of [HOME.apiKey, HOME.password, WRONG]) expect(said).not.toContain(secret)
  expect(said).not.toMatch(/fault of mxhome|^\s+at .*:\d+/m)
  return said
}

const written = () => (existsSync(at('conf')) ? readdirSync(at('conf'), { recursive: true }).toSorted() : [])
const mode = (path: string) => (statSync(at(path)).mode & 0o777).toString(8)

/** Every question on the way from nothing to a configuration, and an answer that leads to the next one. */
const QUESTIONS: readonly (readonly [words: string, keys: string])[] = [
  ['Your mail domain', `example.com${enter}`],
  ['Which host is the mail server on this line?', enter],
  ['Further hosts with the same address', `owa, autodiscover.example.com${enter}`],
  ['none yet: type a part of its name', enter],
  ['navigate', `(ionos)`],
  ['IONOS (1&1 hosting) (ionos)', enter],
  ['Keep AAAA records (IPv6) as well?', enter],
  ['API key, in the form publicprefix.secret:', `${WRONG}${enter}`],
  ['What now?', enter],
  ['API key, in the form publicprefix.secret:', `${HOME.apiKey}${enter}`],
  ['Write mxhome.yaml and credentials/IONOS_API_KEY into', enter],
]

async function answerFirst(run: TerminalRun, count: number): Promise<void> {
  for (const [words, keys] of QUESTIONS.slice(0, count)) await run.answer(words, keys)
}

describeWith(['script', 'stty'], 'init in a terminal', () => {
  it('leads from nothing to a running update', async () => {
    const run = openTerminalRun(['init', '--dir', 'conf'], settings, folder.path)
    await answerFirst(run, QUESTIONS.length)
    expect(await run.ended(), run.shown()).toBe(0)
    const said = proper(run.shown())
    expect(said).toContain('example.com  MX  10  mail.example.com\n')
    expect(said).toContain('https://developer.hosting.ionos.com/keys')
    expect(said).toContain('refuses the credentials: HTTP 401')
    expect(said).toMatch(/The credentials are right: IONOS \(1&1 hosting\) has/)
    expect(said).toMatch(/IPv4: 203\.0\.113\.7\n/)
    expect(written()).toEqual(['credentials', 'credentials/IONOS_API_KEY', 'mxhome.yaml'])
    expect(['conf', 'conf/credentials', 'conf/credentials/IONOS_API_KEY', 'conf/mxhome.yaml'].map(mode)).toEqual([
      '700',
      '700',
      '600',
      '600',
    ])
    const commands = [...said.matchAll(/^ {2}mxhome (.+?) {2,}# /gm)].map(([, args]) => args!.trim().split(' '))
    expect(commands.map((args) => args.slice(2).join(' '))).toEqual(['update --dry-run', 'update'])
    for (const args of commands) {
      const { code, stdout, stderr } = await mxhome(args, settings, folder.path)
      expect(code, stdout + stderr).toBe(0)
    }
    for (const host of ['mail', 'owa', 'autodiscover']) {
      expect(await home.shows(home.servers[0], `${host}.example.com`)).toEqual(['203.0.113.7'])
    }
  })

  it.each(QUESTIONS.map(([words], i) => [i, words] as const))(
    'Ctrl-C at question %i, "%s", leaves nothing',
    async (i, words) => {
      const run = openTerminalRun(['init', '--dir', 'conf'], settings, folder.path)
      await answerFirst(run, i)
      await run.answer(words, KEYS.interrupt)
      expect(await run.ended(), run.shown()).toBe(130)
      expect(proper(run.shown())).toContain('mxhome: ended; nothing was written\n')
      expect(written()).toEqual([])
      expect(readdirSync(folder.path)).toEqual(['pid'])
    },
  )

  it('so does Ctrl-D, and a signal', async () => {
    const run = openTerminalRun(['init', '--dir', 'conf'], settings, folder.path)
    await run.answer('Your mail domain', KEYS.endOfInput)
    expect(await run.ended(), run.shown()).toBe(130)
    const other = openTerminalRun(['init', '--dir', 'conf'], settings, folder.path)
    await other.until('Your mail domain')
    process.kill(Number(readFileSync(at('pid'), 'utf8')), 'SIGTERM')
    expect(await other.ended(), other.shown()).toBe(130)
    expect(other.shown()).toContain('mxhome: ended; nothing was written\n')
  })

  it('asks again what was wrong', async () => {
    const run = openTerminalRun(['init', '--dir', 'conf', '--no-ipv6', '--provider', 'ionos'], settings, folder.path)
    await run.answer('Your mail domain', `192.0.2.7${enter}`)
    await run.answer('is an address, and mail goes to domains', `${KEYS.clear}anna@example.com${enter}`)
    await run.answer('give what stands behind the @', `${KEYS.clear}nosuch.example.com${enter}`)
    await run.until('the domain nosuch.example.com does not exist (NXDOMAIN): check its spelling')
    await run.answer('Your mail domain', `example.com${enter}`)
    await run.answer('Which host', `${down}${enter}`)
    await run.answer('Further hosts', `-x${enter}`)
    await run.answer('expected labels that neither begin nor end with a hyphen', `${KEYS.clear}${enter}`)
    await run.answer('publicprefix.secret:', enter)
    await run.answer('it cannot be left out', `${WRONG}${enter}`)
    await run.answer('What now?', `${down}${down}${down}${enter}`)
    expect(await run.ended(), run.shown()).toBe(78)
    expect(proper(run.shown())).toContain('mxhome: nothing was written\n')
    expect(written()).toEqual([])
  })

  it.each([
    ['refused', undefined, 'refuses the credentials: HTTP 401', 'Correct that before "mxhome update" can work: '],
    ['not reached', 'http://127.0.0.1:1', 'cannot be reached: ', 'whether they are right shows at the first update'],
  ])('keeps them all the same where it was %s, and says so at the end', async (_, url, why, then) => {
    const known = ['--domain', 'example.com', '--host', 'mail.example.com', '--provider', 'ionos', '--no-ipv6']
    const env = url ? { ...settings, IONOS_BASE_URL: url } : settings
    const run = openTerminalRun(['init', '--dir', 'conf', ...known], env, folder.path)
    await run.answer('publicprefix.secret:', `${WRONG}${enter}`)
    await run.answer('What now?', `${down}${down}${enter}`)
    await run.answer('Write mxhome.yaml', enter)
    expect(await run.ended(), run.shown()).toBe(0)
    const [, end = ''] = proper(run.shown()).split('The configuration can be read, but IONOS (1&1 hosting) ')
    expect(end.startsWith(why), end).toBe(true)
    expect(end).toContain(then)
    expect(run.shown()).not.toContain('The configuration is right.')
    expect(written()).toContain('credentials/IONOS_API_KEY')
  })

  it('goes on with another provider, one that cannot be tried', async () => {
    const known = ['--domain', 'example.com', '--host', 'mail.example.com', '--provider', 'ionos', '--no-ipv6']
    const run = openTerminalRun(['init', '--dir', 'conf', ...known], settings, folder.path)
    await run.answer('publicprefix.secret:', `${WRONG}${enter}`)
    await run.answer('What now?', `${down}${enter}`)
    await run.answer('Which provider keeps this zone?', '(strato)')
    await run.answer('STRATO DynDNS (strato)', enter)
    await run.answer('The domain booked at STRATO', `example.com${enter}`)
    await run.answer('DynDNS password set in the customer login', `${HOME.password}${enter}`)
    await run.until('STRATO DynDNS cannot be read')
    await run.answer('Write mxhome.yaml and credentials/STRATO_PASSWORD into', enter)
    expect(await run.ended(), run.shown()).toBe(0)
    expect(proper(run.shown())).toContain('www.strato.de')
    expect(readFileSync(at('conf/mxhome.yaml'), 'utf8')).toContain('  - use: strato\n    username: example.com\n')
  })

  it('shows the difference to what lies there, without its secrets, and asks', async () => {
    mkdirSync(at('conf'))
    const old = `domains: [example.com]\nproviders:\n  - use: cloudflare\n    apiToken: ${WRONG}\n`
    writeFileSync(at('conf/mxhome.yaml'), old, { mode: 0o600 })
    const beforehand = ['--domain', 'example.com', '--host', 'mail.example.com', '--provider', 'ionos', '--no-ipv6']
    writeFileSync(at('key'), `${HOME.apiKey}\n`, { mode: 0o600 })
    const args = ['init', '--dir', 'conf', ...beforehand, '--setting-file', 'apiKey=key']
    const run = openTerminalRun(args, settings, folder.path)
    await run.answer('Write mxhome.yaml', enter)
    await run.answer('Replace what lies there?', enter)
    expect(await run.ended(), run.shown()).toBe(1)
    expect(proper(run.shown())).toMatch(
      /^ {2}- {3}- use: cloudflare\n {2}- {5}apiToken: \*\*\*\n {2}\+ {3}- use: ionos$/m,
    )
    expect(readFileSync(at('conf/mxhome.yaml'), 'utf8')).toBe(old)
    expect(written()).toEqual(['mxhome.yaml'])
    const again = openTerminalRun(args, settings, folder.path)
    await again.answer('Write mxhome.yaml', enter)
    await again.answer('Replace what lies there?', `y${enter}`)
    expect(await again.ended(), again.shown()).toBe(0)
    expect(readFileSync(at('conf/mxhome.yaml'), 'utf8')).toContain('use: ionos')
  })

  it('without colours where none are wanted', async () => {
    const run = openTerminalRun(['--no-color', 'init'], settings, folder.path)
    await run.answer('Your mail domain', KEYS.interrupt)
    await run.ended()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour
    expect(run.raw()).not.toMatch(/\u001b\[[\d;]*m/)
  })
})
