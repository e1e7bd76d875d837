import { expect, it } from 'vitest'
import { targetsOf } from '../../src/app/locate.ts'
import type { Config } from '../../src/config/config.ts'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE } from '../../src/core/instant.ts'
import { type PushNews, withPushed } from '../../src/core/pushed.ts'
import { parseSuffix, type Suffix } from '../../src/dns/prefix.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'
import { homeLine } from '../support/home-line.ts'
import { igdRouter, ROUTER, soapAnswer } from '../support/igd-router.ts'
import { onHost } from '../support/source-world.ts'
import { ip } from '../support/targets.ts'

const HOST = name('mail.example.net')
const WEB = 'http:https://ip.example.org/'
const AT = 'POST /igdupnp/control/WANIPConn1'

/** What a FRITZ!Box tells of its line; undefined: that it has not. */
interface Line {
  readonly isSilent?: true
  readonly state: string
  readonly four?: string
  /** The prefix. */
  readonly six?: string
  /** Its own address. */
  readonly own?: string
}

/** A box with both families behind a FRITZ!Box, at a zone API; outside: what a service in the internet sees. */
async function behindFritzBox(change: Partial<Config> = {}) {
  const home = await homeLine({
    lag: 0,
    config: {
      ...{ types: ['A', 'AAAA'], ipSources: [WEB, 'fritzbox'] },
      ...{ whenGone: 'remove', hosts: [{ name: HOST }] },
      ...change,
      accounts: [{ use: 'zone-api', name: 'api', zones: [name('example.net')], settings: {} }],
    },
  })
  let told: Line = { state: 'Connected' }
  const answer = (action: string, values: () => Record<string, string>) => ({
    [`${AT}#${action}`]: () => ({ body: soapAnswer(action, values()) }),
  })
  const lifetimes = () => ({ NewValidLifetime: told.six ? '7140' : '0', NewPreferedLifetime: told.six ? '3540' : '0' })
  const box = igdRouter({
    ...answer('GetExternalIPAddress', () => ({ NewExternalIPAddress: told.four ?? '' })),
    ...answer('GetStatusInfo', () => ({ NewConnectionStatus: told.state })),
    ...answer('X_AVM_DE_GetIPv6Prefix', () => ({
      ...{ NewIPv6Prefix: told.six ?? '', NewPrefixLength: told.six ? '56' : '0' },
      ...lifetimes(),
    })),
    ...answer('X_AVM_DE_GetExternalIPv6Address', () => ({
      ...{ NewExternalIPv6Address: told.own ?? '', NewPrefixLength: told.own ? '64' : '0' },
      NewValidLifetime: told.own ? '7140' : '0',
    })),
  })
  const real = home.start()
  const http: World['http'] = (request, signal) => {
    if (!request.url.includes(':49000/')) return real.http(request, signal)
    return told.isSilent ? Promise.reject(new Failure('network', 'silent')) : box.http(request, signal)
  }
  let six: string | undefined
  /** Of this machine, by another way than the router. */
  const own = { tunnel: undefined as string | undefined }
  const inner = async () => [
    onHost('eth0', '192.168.178.20'),
    ...(six ? [onHost('eth0', six)] : []),
    ...(own.tunnel ? [onHost('he6', own.tunnel)] : []),
  ]
  const interfaces = { ...real.interfaces, gateway: async () => ROUTER, addresses: inner }
  const world: World = { ...real, http, interfaces: { ...interfaces, defaultRoute: async () => 'eth0' } }
  const round = (line: Line, outside: Partial<Record<'A' | 'AAAA', string>>) => {
    told = line
    home.line.A = outside.A === undefined ? 'silent' : [ip(outside.A)]
    six = outside.AAAA
    home.line.AAAA = outside.AAAA === undefined ? 'silent' : [ip(outside.AAAA)]
    home.time.now += 5 * MINUTE
    return home.run(world)
  }
  const held = (type: 'A' | 'AAAA') => home.api.held({ owner: HOST, type })
  /** The router tells it by itself, now. */
  const push = (news: PushNews) => {
    const told = { line: 'default', news, at: home.time.now, lines: ['default'] }
    return world.store.update((state) => ({ state: { ...state, pushed: withPushed(state.pushed, told) } }))
  }
  return { round, held, home, push, own }
}

const BOTH: Line = { state: 'Connected', four: '192.0.2.7', six: '2001:db8:1::', own: '2001:db8:ffff::1' }
/** Connected, and without IPv6. */
const NO_SIX: Line = { state: 'Connected', four: '192.0.2.7' }
const [FOUR, SIX] = [{ A: '192.0.2.7' }, { AAAA: '2001:db8:1::25' }]

it('a line that has lost IPv6 by the word of the router loses the AAAA record, in the third round over ten minutes', async () => {
  const { round, held } = await behindFritzBox()
  await round(BOTH, { ...FOUR, ...SIX })
  expect(held('AAAA')).toEqual([ip(SIX.AAAA)])
  const none = { state: 'Connected', four: FOUR.A }
  await round(none, FOUR)
  await round({ ...none, state: 'Connecting' }, FOUR) // says nothing
  await round(none, FOUR)
  expect(held('AAAA')).toEqual([ip(SIX.AAAA)])
  await round(none, FOUR)
  expect(held('AAAA')).toEqual([])
  expect(held('A')).toEqual([ip(FOUR.A)])
  await round(BOTH, { ...FOUR, ...SIX })
  expect(held('AAAA')).toEqual([ip(SIX.AAAA)])
})

it.each([
  ['has a prefix', { ...BOTH, own: '' }],
  ['has an address of its own', { ...BOTH, six: '' }],
])('no AAAA record is removed while the router %s, whoever else cannot tell', async (_, line) => {
  const { round, held } = await behindFritzBox()
  await round(BOTH, { ...FOUR, ...SIX })
  for (let nth = 0; nth < 6; nth++) await round(line, FOUR)
  expect(held('AAAA')).toEqual([ip(SIX.AAAA)])
})

it('nor while somebody outside sees one', async () => {
  const { round, held } = await behindFritzBox()
  await round(BOTH, { ...FOUR, ...SIX })
  for (let nth = 0; nth < 6; nth++) await round({ state: 'Connected', four: FOUR.A }, { ...FOUR, ...SIX })
  expect(held('AAAA')).toEqual([ip(SIX.AAAA)])
})

it.each([
  ['nobody outside sees IPv4', SIX],
  ["outside the carrier's address is seen (DS-Lite)", { A: '192.0.2.99', ...SIX }],
])('a line without IPv4 by the word of the router loses the A record, where %s', async (_, outside) => {
  const { round, held } = await behindFritzBox()
  await round(BOTH, { ...FOUR, ...SIX })
  const lite: Line = { ...BOTH, four: '' }
  for (let nth = 0; nth < 2; nth++) await round(lite, outside)
  expect(held('A')).toEqual([ip(FOUR.A)])
  await round(lite, outside)
  expect(held('A')).toEqual([])
  const { plan } = await round(lite, outside)
  expect(plan.map((action) => 'why' in action && action.why)).toEqual(['off', 'up-to-date'])
  expect(held('AAAA')).toEqual([ip(SIX.AAAA)])
})

it.each([
  ['the address of this box in the network', [WEB, 'fritzbox', 'interface']],
  ['nothing else', [WEB, 'fritzbox']],
])('whatever stands beside it: %s', async (_, ipSources) => {
  const { round, held } = await behindFritzBox({ ipSources })
  await round(BOTH, { ...FOUR, ...SIX })
  for (let nth = 0; nth < 3; nth++) await round({ ...BOTH, four: '' }, { A: '192.0.2.99', ...SIX })
  expect(held('A')).toEqual([])
})

it('where several must agree, the router alone removes nothing', async () => {
  const { round, held } = await behindFritzBox({ ipSources: [WEB, 'fritzbox'], quorum: 2 })
  await round(BOTH, { ...FOUR, ...SIX })
  const before = [held('A'), held('AAAA')]
  for (let nth = 0; nth < 6; nth++) await round({ state: 'Connected', four: FOUR.A }, FOUR)
  for (let nth = 0; nth < 6; nth++) await round({ ...BOTH, four: '' }, { A: '192.0.2.99', ...SIX })
  expect([held('A'), held('AAAA')]).toEqual(before)
})

/** Whose network this box is not in by IPv6: the router's prefix alone tells the address. */
const SUFFIX = { hosts: [{ name: HOST, ipv6Suffix: parseSuffix('::1:0:0:0:25/56') as Suffix }] }
const JOINED = ip('2001:db8:1:1::25')

it('that the line has IPv6, whichever address is the host’s, ends an absence: a reconnection is none', async () => {
  const { round, held } = await behindFritzBox(SUFFIX)
  const reconnects = { state: 'Connected', four: FOUR.A } as const // IPv6 comes a little later
  for (let night = 0; night < 4; night++) {
    for (let nth = 0; nth < 4; nth++) await round(BOTH, FOUR)
    expect(held('AAAA'), `night ${night}`).toEqual([JOINED])
    await round(reconnects, FOUR)
    await round(reconnects, FOUR)
    expect(held('AAAA'), `night ${night}`).toEqual([JOINED])
  }
  await round(reconnects, FOUR)
  expect(held('AAAA')).toEqual([])
})

it('where only the prefix tells of IPv6, the other family is there all the same', async () => {
  const { round, held } = await behindFritzBox(SUFFIX)
  await round(BOTH, FOUR)
  for (let nth = 0; nth < 3; nth++) await round({ ...BOTH, four: '' }, { A: '192.0.2.99' })
  expect([held('A'), held('AAAA')]).toEqual([[], [JOINED]])
})

it('a name is not left without any address: that the line has IPv6 is nothing to a host without an AAAA record', async () => {
  const hosts = [{ name: HOST, types: ['A'] as const }, { name: name('www.example.net') }]
  const { round, held } = await behindFritzBox({ hosts })
  await round(BOTH, FOUR)
  for (let nth = 0; nth < 5; nth++) await round({ ...BOTH, four: '' }, { A: '192.0.2.99' })
  expect([held('A'), held('AAAA')]).toEqual([[ip(FOUR.A)], []])
})

it('a look-up of the prefix that fails removes nothing, although this box never had IPv6', async () => {
  const { round, held } = await behindFritzBox({ ...SUFFIX, ipSources: [WEB, 'fritzbox', 'interface'] })
  for (let nth = 0; nth < 4; nth++) await round(BOTH, FOUR)
  await round({ ...BOTH, six: 'S3CR3T' }, FOUR)
  await round({ state: 'Connected', four: FOUR.A }, FOUR)
  expect(held('AAAA')).toEqual([JOINED])
})

it('this machine may say that it has lost IPv6, although the router has it', async () => {
  const { round, held } = await behindFritzBox({ ipSources: [WEB, 'fritzbox', 'interface'] })
  await round(BOTH, { ...FOUR, ...SIX })
  for (let nth = 0; nth < 3; nth++) await round(BOTH, FOUR)
  expect(held('AAAA')).toEqual([])
})

const ALL = [WEB, 'fritzbox', 'interface']

it('an outage is no absence, however long: the line comes back with IPv4 first', async () => {
  const { round, held } = await behindFritzBox({ ...SUFFIX, ipSources: ALL })
  await round(BOTH, FOUR)
  for (let nth = 0; nth < 6; nth++) await round({ state: 'Disconnected', four: '0.0.0.0' }, {})
  for (let nth = 0; nth < 2; nth++) await round({ state: 'Connected', four: FOUR.A }, FOUR)
  expect(held('AAAA')).toEqual([JOINED])
  await round({ state: 'Connected', four: FOUR.A }, FOUR)
  expect(held('AAAA')).toEqual([])
})

it('a host of one family alone keeps its record, although the line has the other', async () => {
  const hosts = [{ name: HOST, types: ['A'] as const }, { name: name('www.example.net') }]
  const { round, held } = await behindFritzBox({ hosts })
  await round(BOTH, { ...FOUR, ...SIX })
  for (let nth = 0; nth < 5; nth++) await round({ ...BOTH, four: '' }, { A: '192.0.2.99', ...SIX })
  expect(held('A')).toEqual([ip(FOUR.A)])
})

it('of this machine’s own record its own word decides, of a host with a suffix the prefix', async () => {
  const nas = name('nas.example.net')
  const hosts = [{ name: HOST }, { ...SUFFIX.hosts[0]!, name: nas }]
  const { round, held, home } = await behindFritzBox({ hosts, ipSources: ALL })
  await round(BOTH, { ...FOUR, ...SIX })
  for (let nth = 0; nth < 3; nth++) await round(BOTH, FOUR)
  expect(held('AAAA')).toEqual([])
  expect(home.api.held({ owner: nas, type: 'AAAA' })).toEqual([JOINED])
})

it('a router that never told a prefix hides nothing', async () => {
  const { round, held } = await behindFritzBox({ ...SUFFIX, ipSources: [WEB, 'push', 'fritzbox'] })
  await round(BOTH, FOUR)
  expect(held('AAAA')).toEqual([JOINED])
  for (let nth = 0; nth < 3; nth++) await round({ state: 'Connected', four: FOUR.A }, FOUR)
  expect(held('AAAA')).toEqual([])
})

it.each([
  ['the router is not connected, and somebody goes out another way', { state: 'Connecting', four: '' }],
  ['the router has IPv6 for itself', { ...BOTH, six: '' }],
])('no prefix is no absence while %s', async (_, line) => {
  const { round, held } = await behindFritzBox(SUFFIX)
  await round(BOTH, FOUR)
  for (let nth = 0; nth < 5; nth++) await round(line as Line, FOUR)
  expect(held('AAAA')).toEqual([JOINED])
})

it('an outage is no absence either where the router once told its address, or the user did: nobody sees it now', async () => {
  const { round, held, push } = await behindFritzBox({ ipSources: [WEB, 'push', 'interface', 'static:192.0.2.7'] })
  await round(BOTH, { ...FOUR, ...SIX })
  await push({ A: ip(FOUR.A) })
  for (let nth = 0; nth < 6; nth++) await round({ state: 'Disconnected', isSilent: true }, {})
  for (let nth = 0; nth < 2; nth++) await round(NO_SIX, FOUR)
  expect(held('AAAA')).toEqual([ip(SIX.AAAA)])
})

it('a name whose other family is kept up to date no longer is not left without any address', async () => {
  const { round, held, home } = await behindFritzBox()
  await round(BOTH, { ...FOUR, ...SIX })
  home.configure({ hosts: [{ name: HOST, types: ['A'] }, { name: name('www.example.net') }] })
  for (let nth = 0; nth < 5; nth++) await round({ ...BOTH, four: '' }, { A: '192.0.2.99', ...SIX })
  expect(held('A')).toEqual([ip(FOUR.A)])
})

it('IPv6 of a tunnel that ends at this machine is not gone because the router has none', async () => {
  const { round, held, own } = await behindFritzBox()
  own.tunnel = '2a02:908::25'
  await round(NO_SIX, { ...FOUR, ...SIX })
  for (let nth = 0; nth < 5; nth++) await round(NO_SIX, FOUR)
  expect(held('AAAA')).toEqual([ip(SIX.AAAA)])
  own.tunnel = undefined
  for (let nth = 0; nth < 3; nth++) await round(NO_SIX, FOUR)
  expect(held('AAAA')).toEqual([])
})

it('where several must agree, this machine and the router are two', async () => {
  const { round, held } = await behindFritzBox({ ipSources: ALL, quorum: 2 })
  await round(BOTH, { ...FOUR, ...SIX })
  await round(BOTH, { ...FOUR, ...SIX })
  for (let nth = 0; nth < 4; nth++) await round(BOTH, FOUR)
  expect(held('AAAA'), 'the router has it').toEqual([ip(SIX.AAAA)])
  for (let nth = 0; nth < 3; nth++) await round(NO_SIX, FOUR)
  expect(held('AAAA')).toEqual([])
})

it.each([
  ['has not told a prefix yet', {}],
  ['told one', { prefix: { address: ip('2001:db8:1::'), length: 56 } }],
])('that this machine has no IPv6 is nothing to another host, where the router %s', async (_, news) => {
  const { round, held, push } = await behindFritzBox({ ...SUFFIX, ipSources: [WEB, 'push', 'interface'] })
  await round(BOTH, { ...FOUR, ...SIX })
  await push({ A: ip(FOUR.A), ...news })
  for (let nth = 0; nth < 5; nth++) await round(BOTH, FOUR)
  expect(held('AAAA')).toEqual([JOINED])
})

it('what a router told before is no word against what it says when it is asked: a line that is DS-Lite now', async () => {
  const { round, held, push } = await behindFritzBox({ ipSources: ['push', 'fritzbox', 'interface'] })
  await push({ A: ip(FOUR.A) })
  await round(BOTH, { ...FOUR, ...SIX })
  expect(held('A')).toEqual([ip(FOUR.A)])
  for (let nth = 0; nth < 3; nth++) await round({ ...BOTH, four: '' }, SIX)
  expect([held('A'), held('AAAA')]).toEqual([[], [ip(SIX.AAAA)]])
})

it('what was removed is no trouble while nobody can tell', async () => {
  const { round } = await behindFritzBox()
  await round(BOTH, { ...FOUR, ...SIX })
  for (let nth = 0; nth < 3; nth++) await round(NO_SIX, FOUR)
  const { plan } = await round({ ...NO_SIX, isSilent: true }, FOUR)
  expect(plan.map((action) => 'why' in action && action.why)).toEqual(['up-to-date', 'off'])
})

it.each([
  ['several must agree', { quorum: 2, ipSources: [WEB, 'http:http://198.51.100.7/', 'fritzbox'] }, {}],
  ['somebody sees IPv6, and somebody another one', { ipSources: [WEB, 'fritzbox', 'static:2001:db8:7::1'] }, SIX],
])('of hosts with a suffix too, the router alone removes nothing where %s', async (_, change, outside) => {
  const { round, held } = await behindFritzBox({ ...SUFFIX, ...change })
  for (let nth = 0; nth < 2; nth++) await round(BOTH, { ...FOUR, ...outside })
  const before = held('AAAA')
  for (let nth = 0; nth < 5; nth++) await round(NO_SIX, { ...FOUR, ...outside })
  expect(held('AAAA')).toEqual(before)
})

it('is nothing of hosts at a service that has no request for it: of those that are found by the MX nobody was told before', async () => {
  const account = { settings: {}, zones: [name('example.net')] }
  const whose = async (use: string) => {
    const settings = use === 'noip' ? { username: 'me', password: 'secret' } : {}
    const accounts = [{ ...account, settings, use, name: use }]
    const { setup } = await homeLine({ lag: 0, config: { whenGone: 'remove', hosts: [{ name: HOST }], accounts } })
    return targetsOf([], setup, 'salt').map(({ whenGone }) => whenGone)
  }
  expect(await whose('zone-api')).toEqual(['remove', 'remove'])
  expect(await whose('noip')).toEqual([undefined, undefined])
})
