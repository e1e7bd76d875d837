import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/demo/loopback-http.ts'
import { DOMAIN, type MxStage, openMxStage } from '../support/mx-stage.ts'
import { describeWith } from '../support/needs.ts'
import { NODE } from '../support/program.ts'

const HOME = ['10 mail.example.com', '20 backup.example.com']
let stage: MxStage
beforeAll(async () => {
  stage = await openMxStage()
})
beforeEach(() => stage.reset())
afterAll(() => stage?.close())

describe('mx apply', () => {
  it('writes the wanted set, and every neighbour, TTLs and disabled records stay; the second time it sends nothing', async () => {
    const before = stage.neighbours()
    const { code, stdout, stderr, writes } = await stage.apply(HOME)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(writes).toEqual([expect.stringMatching(/^PATCH \/dns\/v1\/zones\/[^/]+$/)])
    expect(stage.held()).toEqual(HOME)
    expect(stage.mx().map(({ ttl }) => ttl)).toEqual([1800, 1800])
    expect(stage.neighbours()).toBe(before)
    expect(stdout).toContain(`To be written at ionos, for example.com:
  - MX 20 mail.example.com
  - MX 30 old.example.com
  + MX 10 mail.example.com
  + MX 20 backup.example.com
`)
    expect(stdout).toMatch(/ {2}Written at ionos; every name server that answers has it\.\n$/)
    const again = await stage.apply(HOME)
    expect(again).toMatchObject({ code: 0, writes: [] })
    expect(again.stdout).toMatch(/ {2}As wanted at every name server: nothing to do\.\n$/)
  })

  it('takes only the domain that is named, and says so of one that has no wish', async () => {
    stage.want(HOME)
    expect(await stage.run(['mx', 'apply', 'EXAMPLE.com.', '--yes'])).toMatchObject({ code: 0 })
    const other = await stage.run(['mx', 'apply', 'example.net', '--yes'])
    expect(other).toMatchObject({ code: 78, writes: [], stdout: '' })
    expect(other.stderr).toContain('the configuration wants no MX for example.net. In mxhome.yaml: domains: [{name: ')
  })

  it('warns of fewer records, and of a backup that is tried first; writes them all the same', async () => {
    const fewer = await stage.apply(['10 six.example.com'])
    expect(fewer).toMatchObject({ code: 0 })
    expect(fewer.stderr.trim().split('\n')).toEqual([
      'mxhome: warning: 2 MX records become 1: fewer hosts take mail while one is down',
      'mxhome: warning: none of these hosts has an A record: senders that have IPv4 alone cannot deliver',
    ])
    await stage.reset()
    const swapped = ['5 backup.example.com', '10 mail.example.com']
    const preferred = await stage.apply(swapped, { MXHOME_EXCLUDE: 'backup.example.com' })
    expect(preferred.stderr).toBe(
      'mxhome: warning: backup.example.com will be tried before mail.example.com, your own host: the lowest number comes first\n',
    )
    expect(preferred).toMatchObject({ code: 0 })
    expect(stage.held()).toEqual(swapped)
  })

  it('a host whose address cannot be looked up is not known to be right', async () => {
    const { code, stderr, writes } = await stage.apply(['10 mail.example.com', '20 backup.example.net'])
    expect({ code, writes }).toEqual({ code: 75, writes: [] })
    expect(stderr).toMatch(/backup\.example\.net, whose address could not be looked up \(.+\): try again later/)
  })

  it.each<[string, readonly string[] | undefined, code: number, RegExp]>([
    ['an address', ['10 203.0.113.1'], 78, /an MX names a host, never an address/],
    ['an IPv6 address', ['10 2001:db8::1'], 78, /an MX names a host, never an address/],
    ['an empty set', [], 78, /an empty list/],
    ['no wish', undefined, 78, /the configuration wants no MX for any domain/],
    ['an alias', ['10 alias.example.com'], 1, /alias\.example\.com, which is an alias \(CNAME\) of mail\.example\.com/],
    [
      'a host without address',
      ['10 mail.example.com', '20 gone.example.com'],
      1,
      /gone\.example\.com, which has no add/,
    ],
    [
      'more hosts than the provider takes',
      ['10 mail', '20 backup', '30 third', '40 fourth', '50 fifth'].map((one) => `${one}.example.com`),
      78,
      /has 5 hosts, and ionos takes 4/,
    ],
  ])('refuses %s, and writes nothing', async (_, wanted, code, message) => {
    const before = [stage.held(), stage.neighbours()]
    stage.want(wanted)
    const ended = await stage.run(['mx', 'apply', '--yes'])
    expect(ended).toMatchObject({ code, writes: [] })
    expect(ended.stderr).toMatch(message)
    expect([stage.held(), stage.neighbours()]).toEqual(before)
  })

  it('tells all hosts that are refused at once', async () => {
    const { code, stderr } = await stage.apply(['10 alias.example.com', '20 gone.example.com'])
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, lines: 2 })
  })

  it('refuses a domain that no account serves, and what is no domain', async () => {
    stage.want(HOME, { use: 'ionos', zones: ['example.net'] })
    const { code, stderr, writes } = await stage.run(['mx', 'apply', '--yes'])
    expect({ code, writes }).toEqual({ code: 78, writes: [] })
    expect(stderr).toBe(
      'mxhome: no account of the configuration serves example.com: add it to the zones of the one that keeps it (MXHOME_ZONES=example.com; in YAML: zones: [example.com])\n',
    )
    expect(await stage.run(['mx', 'apply', 'exa..mple', '--yes'])).toMatchObject({ code: 64, writes: [] })
    expect(await stage.run(['mx', 'apply', DOMAIN, 'example.net', '--yes'])).toMatchObject({ code: 64, writes: [] })
  })

  it('without a terminal and without --yes it is wrong usage', async () => {
    stage.want(HOME)
    const { code, stdout, stderr, writes } = await stage.run(['mx', 'apply'])
    expect({ code, stdout, writes }).toEqual({ code: 64, stdout: '', writes: [] })
    expect(stderr).toBe('mxhome: "mx apply" asks before it writes, and there is no terminal to ask on: add --yes\n')
  })

  it('where it cannot write it says what to enter by hand, in the words of that form', async () => {
    const q = 'https://ipv4.api.hosting.ionos.com/dns/v1/dyndns?q=t0ken'
    stage.want(HOME, { use: 'ionos-dyndns', zones: [DOMAIN], updateUrl: q })
    const { code, stdout, stderr } = await stage.run(['mx', 'apply', '--yes'])
    expect(code).toBe(1)
    expect(stderr).toBe('mxhome: mxhome cannot write MX records at ionos-dyndns (IONOS DynDNS update URL)\n')
    expect(
      stdout,
    ).toContain(`By hand, where the zone of example.com is kept (Domains & SSL, the domain, DNS, "Add record"):
  enter
    Type  Host name  Points to           Priority  TTL
    MX    @          mail.example.com    10        3600
    MX    @          backup.example.com  20        3600
  remove  the MX records 20 mail.example.com, 30 old.example.com
Then look whether every name server has them: mxhome mx example.com
`)
    stage.want(['20 mail.example.com', '30 old.example.com'], { use: 'ionos-dyndns', zones: [DOMAIN], updateUrl: q })
    expect((await stage.run(['mx', 'apply', '--yes'])).code, 'old.example.com has no address').toBe(1)
  })
})

/** The four requests before the write: zones and records, read for the question and again under the lock. */
const READS: readonly Fault[] = Array.from({ length: 4 }, () => ({ kind: 'delay', ms: 0 }))
const PAGE = '<!doctype html><title>Sign in</title>'

describe('what meets the write', () => {
  it.each<[string, Fault, code: number, written: boolean, RegExp]>([
    ['an answer that is lost, the write was done', { kind: 'cut', acts: true }, 0, true, /Written at ionos/],
    ['an answer that is lost, nothing was done', { kind: 'cut' }, 75, false, /Whether it was written is not known/],
    ['a page, the write was done', { kind: 'answer', body: PAGE, acts: true }, 0, true, /Written at ionos/],
    ['a page, nothing was done', { kind: 'answer', body: PAGE }, 75, false, /read back, ionos shows the MX 20 mail/],
    ['504, the write was done', { kind: 'answer', status: 504, acts: true }, 0, true, /Written at ionos/],
    ['401', { kind: 'answer', status: 401 }, 1, false, /Nothing was written\. Correct the credentials of ionos\./],
    ['400', { kind: 'answer', status: 400, body: '[{"code":"INVALID_RECORD"}]' }, 1, false, /INVALID_RECORD/],
    ['429', { kind: 'answer', status: 429 }, 75, false, /Nothing was written\. Try again later\./],
    ['503', { kind: 'answer', status: 503 }, 75, false, /Nothing was written\. Try again later\./],
  ])('%s', async (_, fault, code, written, message) => {
    const before = [stage.held(), stage.neighbours()]
    stage.service.answerNext(...READS, fault)
    const ended = await stage.apply(HOME)
    expect(ended.said).toMatch(message)
    // What was met before the service acted is not in its log.
    expect(ended).toMatchObject({ code, writes: written ? [expect.stringMatching(/^PATCH/)] : [] })
    expect(stage.held()).toEqual(written ? HOME : before[0])
    expect(stage.neighbours()).toBe(before[1])
  })

  it('a wrong key is told before anything is asked or written', async () => {
    stage.want(HOME)
    const ended = await stage.run(['mx', 'apply', '--yes'], { IONOS_API_KEY: 'prefix.wr0ng' })
    expect(ended).toMatchObject({ code: 1, writes: [] })
    expect(ended.stderr).toContain('Nothing was written. Correct the credentials of ionos.')
    expect(ended.said).not.toContain('wr0ng')
    expect(ended.stdout).not.toContain('To be written')
  })

  it('name servers that lag are waited for, and after the time-out it says that they lag', async () => {
    stage.authority.lagBy(1)
    expect(await stage.apply(HOME)).toMatchObject({ code: 0 })
    await stage.reset()
    stage.authority.lagBy(60)
    const late = await stage.apply(HOME, { MXHOME_CONFIRM_TIMEOUT: '300ms' })
    stage.authority.lagBy(0)
    expect(late).toMatchObject({ code: 75 })
    expect(late.stdout).toContain('Written at ionos, but not every name server has it yet.')
  })

  it('silent name servers leave the word of the provider', async () => {
    stage.want(HOME)
    const nobody = { MXHOME_NAMESERVERS: '127.0.0.1:9' }
    const ended = await stage.run(['mx', 'apply', '--yes'], { ...nobody, MXHOME_CONFIRM_TIMEOUT: '300ms' })
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toContain('no name server could be asked, but a resolver has it.')
  })
})

describeWith(['script'], 'on a terminal', () => {
  /** Types `keys` once the question is there. */
  async function typed(keys: string) {
    stage.want(HOME)
    const from = stage.service.requests.length
    const child = promisify(execFile)(
      'script',
      ['-qec', `${NODE} ${resolve('dist/mxhome.js')} mx apply`, '/dev/null'],
      {
        cwd: stage.folder.path,
        env: {
          PATH: process.env.PATH,
          HOME: stage.folder.path,
          MXHOME_STATE_DIR: `${stage.folder.path}/s`,
          ...stage.settings,
        },
      },
    )
    let [shown, left] = ['', keys]
    child.child.stdout?.on('data', (chunk: string) => {
      shown += chunk
      if (!shown.includes('[y/N]')) return
      child.child.stdin?.write(left)
      left = ''
    })
    const code = await child.then(
      () => 0,
      ({ code: other }: { code: number }) => other,
    )
    return { code, shown, writes: stage.service.requests.slice(from).filter((one) => !one.startsWith('GET ')) }
  }

  it('asks, and a yes writes', async () => {
    const { code, shown, writes } = await typed('y\n')
    expect(shown).toContain('Write this at ionos? [y/N]')
    expect({ code, writes: writes.length }).toEqual({ code: 0, writes: 1 })
    expect(stage.held()).toEqual(HOME)
  })

  it.each([
    ['a no', 'n\n'],
    ['the Enter key', '\n'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s writes nothing', async (_, keys) => {
    const { code, shown, writes } = await typed(keys)
    expect({ code, writes }, shown).toEqual({ code: 1, writes: [] })
    expect(shown).toContain('nothing was written')
  })
})
