import { expect, it } from 'vitest'
import { MINUTE } from '../../src/core/instant.ts'
import type { World } from '../../src/ports/world.ts'
import { name } from '../support/config.ts'
import { homeLine } from '../support/home-line.ts'
import { igdRouter, ROUTER, soapAnswer } from '../support/igd-router.ts'
import { ip } from '../support/targets.ts'

const HOST = name('mail.example.net')
const AT = 'POST /igdupnp/control/WANIPConn1'

/** What a FRITZ!Box tells of its line; undefined: that it has not. */
interface Line {
  readonly state: string
  readonly four?: string
  /** The prefix. */
  readonly six?: string
  /** Its own address. */
  readonly own?: string
}

/** A box with both families behind a FRITZ!Box, at a zone API; outside: what a service in the internet sees. */
async function behindFritzBox() {
  const home = await homeLine({
    lag: 0,
    config: {
      ...{ types: ['A', 'AAAA'], ipSources: ['http:https://ip.example.org/', 'fritzbox'] },
      ...{ whenGone: 'remove', hosts: [{ name: HOST }] },
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
  const http: World['http'] = (request, signal) =>
    request.url.includes(':49000/') ? box.http(request, signal) : real.http(request, signal)
  const world: World = { ...real, http, interfaces: { ...real.interfaces, gateway: async () => ROUTER } }
  const round = (line: Line, outside: Partial<Record<'A' | 'AAAA', string>>) => {
    told = line
    home.line.A = outside.A === undefined ? 'silent' : [ip(outside.A)]
    home.line.AAAA = outside.AAAA === undefined ? 'silent' : [ip(outside.AAAA)]
    home.time.now += 5 * MINUTE
    return home.run(world)
  }
  const held = (type: 'A' | 'AAAA') => home.api.held({ owner: HOST, type })
  return { round, held }
}

const BOTH: Line = { state: 'Connected', four: '192.0.2.7', six: '2001:db8:1::', own: '2001:db8:ffff::1' }
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
