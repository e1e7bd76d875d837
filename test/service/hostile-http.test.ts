import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { RoundDocument, TargetDocument } from '../../src/report/document.ts'
import type { IpDocument } from '../../src/report/ip-text.ts'
import { MODES, startHostileServer } from '../support/hostile-server.ts'
import { mxhome, openFolder, type Settings } from '../support/program.ts'

const TOKEN = 'a7c4d0ad-114e-40ef-ba1d-d217904a50f2'
const MINUTE = 60_000
/** Loaded into the program: tells at its end how much memory it had at most. */
const PROBE = `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)))`

describe('what a hostile HTTP server answers', () => {
  const folder = openFolder()
  const at = (name: string) => join(folder.path, name)
  let hostile: Awaited<ReturnType<typeof startHostileServer>>
  let settings: Settings
  const closers: (() => unknown)[] = [folder.leave]
  afterAll(() => {
    for (const close of closers) close()
  })
  beforeAll(async () => {
    hostile = await startHostileServer()
    const zones = ['duckdns.org', 'example.org'].map((apex) => {
      const soa = { type: 'SOA', mname: `ns.${apex}`, rname: `h.${apex}`, serial: 1, minimum: 60 } as const
      return createZone(apex, [{ owner: apex, ttl: 60, data: soa }])
    })
    const server = await startNameServer({ zones })
    closers.push(hostile.stop, server.close)
    const endpoint = describeEndpoint(server.endpoint)
    writeFileSync(at('probe.mjs'), PROBE)
    settings = {
      MXHOME_RESOLVERS: endpoint,
      MXHOME_NAMESERVERS: endpoint,
      MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24',
      MXHOME_IP_SOURCES: 'static:203.0.113.7',
      NODE_OPTIONS: `--import ${at('probe.mjs')}`,
      PEAK: at('peak'),
    }
  })

  /** One round with an account for each way to be answered: Duck DNS writes at once, Cloudflare reads first. */
  async function update(modes: readonly string[]) {
    const label = (nth: number) => `m${nth}`
    const accounts = modes.flatMap((mode, nth) => {
      const baseUrl = `${hostile.url}/${encodeURIComponent(mode)}`
      const duck = { use: 'duckdns', name: `duck-${label(nth)}`, token: TOKEN, zones: `${label(nth)}.duckdns.org` }
      const flare = {
        use: 'cloudflare',
        name: `flare-${label(nth)}`,
        apiToken: TOKEN,
        zones: `${label(nth)}.example.org`,
      }
      return [duck, flare].map((account) => ({ ...account, baseUrl }))
    })
    const hosts = accounts.map(({ zones }) => `home.${zones}`)
    writeFileSync(at('mxhome.yaml'), JSON.stringify({ hosts, providers: accounts }), { mode: 0o600 })
    const stateDir = at(`state-${modes.length}`)
    const ended = await mxhome(['update', '--json'], { ...settings, MXHOME_STATE_DIR: stateDir }, folder.path)
    expect(ended.stdout + ended.stderr).not.toContain(TOKEN)
    const document = JSON.parse(ended.stdout) as RoundDocument
    const of = (kind: string) =>
      modes.map((_, nth) => document.targets.find(({ provider }) => provider === `${kind}-${label(nth)}`)!)
    return { ...ended, started: Date.parse(document.started), duck: of('duck'), flare: of('flare') }
  }
  const short = ({ outcome, error }: TargetDocument) => `${outcome} ${error?.kind} ${error?.message}`
  const peak = () => Number(readFileSync(at('peak'), 'utf8')) / 1024

  const TOO_LONG = expect.stringMatching(/ protocol .*the answer is longer than 1 Mi bytes$/)
  const SAID: Readonly<Record<string, unknown>> = {
    empty: expect.stringMatching(/ protocol .*\(empty\)/),
    page: expect.stringMatching(/ protocol .*web page: Log in to the hotel/),
    half: expect.stringMatching(/ protocol .*not understood/),
    long: TOO_LONG,
    bomb: TOO_LONG,
    unpackable: expect.stringMatching(/ protocol .*cannot be unpacked/),
    endless: TOO_LONG,
    moved: expect.stringMatching(/ protocol .*redirected to http:\/\/127\.0\.0\.1:\d+, which is not followed/),
  }

  it('at an account: each is told, memory stays flat, nobody follows a redirect', async () => {
    const { code, duck, flare } = await update(MODES)
    expect(code).toBe(75)
    const told = (targets: readonly TargetDocument[]) =>
      Object.fromEntries(targets.map((target, nth) => [MODES[nth]!, short(target)]))
    expect(told(duck)).toEqual(SAID)
    expect(told(flare)).toEqual(SAID)
    // What cannot be read may have been done; a redirect says that it has not.
    const outcomes = duck.map(({ outcome }) => outcome)
    expect(outcomes).toEqual(MODES.map((mode) => (mode === 'moved' ? 'failed' : 'unknown')))
    expect(new Set(flare.map(({ outcome }) => outcome))).toEqual(new Set(['failed']))
    expect(hostile.arrived).toEqual([])
    expect(peak(), 'MiB').toBeLessThan(200)
  })

  it('at a source: each is told, memory stays flat, no address is taken from a page elsewhere', async () => {
    const sources = MODES.map((mode) => `http:${hostile.url}/${mode}`).join(', ')
    const more = { MXHOME_HOSTS: 'home.duckdns.org', MXHOME_PROVIDER: 'duckdns', DUCKDNS_TOKEN: TOKEN }
    writeFileSync(at('mxhome.yaml'), '{}', { mode: 0o600 })
    const { code, stdout } = await mxhome(
      ['ip', '--json'],
      { ...settings, ...more, MXHOME_IP_SOURCES: sources },
      folder.path,
    )
    const { lines } = JSON.parse(stdout) as IpDocument
    const told = Object.fromEntries(
      lines[0]!.sources.map(({ problem, addresses }, nth) => [MODES[nth], problem ?? addresses]),
    )
    const tooLong = expect.stringContaining('the answer is longer than 65536 bytes')
    const none = expect.stringContaining('holds no IPv4 address')
    expect(told).toEqual({
      empty: none,
      page: ['203.0.113.66'], // a hotel's own page: what the others say must outvote it
      half: none,
      long: tooLong,
      bomb: tooLong,
      unpackable: expect.stringContaining('cannot be unpacked'),
      endless: tooLong,
      moved: expect.stringContaining('a redirect, which is not followed'),
    })
    expect({ code, arrived: hostile.arrived }).toEqual({ code: 0, arrived: [] })
    expect(peak(), 'MiB').toBeLessThan(200)
  })

  it('429: the pause is what it asks for, if that is a time to come, within reason', async () => {
    const inTwoHours = new Date(Date.now() + 120 * MINUTE).toUTCString()
    const USUAL = [15, 17]
    const WEEK = [7 * 24 * 60, 7.8 * 24 * 60]
    const table: readonly (readonly [string, readonly number[]])[] = [
      ['7200', [120, 133]],
      [inTwoHours, [119, 133]],
      ['Wed, 25 Nov 2020 12:00:00 GMT', USUAL],
      ['-7200', USUAL],
      ['0', USUAL],
      ['99999999999999999999', WEEK],
      ['9'.repeat(400), WEEK],
      ['Tue, 01 Jan 2999 00:00:00 GMT', WEEK],
      ['soon, in 2099', USUAL],
      ['2099-01-01', USUAL],
      ['7200, 7200', USUAL],
    ]
    const { code, started, duck, flare } = await update(table.map(([text]) => `later-${text}`))
    expect(code).toBe(75)
    for (const [nth, [text, [least, most]]] of table.entries()) {
      for (const { error } of [duck[nth]!, flare[nth]!]) {
        const minutes = (Date.parse(error!.retryAt!) - started) / MINUTE
        expect(error!.kind, text).toBe('rate-limited')
        expect(minutes, text).toBeGreaterThanOrEqual(least!)
        expect(minutes, text).toBeLessThan(most!)
      }
    }
  })
})
