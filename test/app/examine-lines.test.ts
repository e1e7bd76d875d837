import { describe, expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import type { Examination } from '../../src/core/examination.ts'
import { Failure } from '../../src/core/failure.ts'
import type { HistoryEntry } from '../../src/core/history.ts'
import { HOUR, SECOND } from '../../src/core/instant.ts'
import type { Link } from '../../src/core/link.ts'
import type { State } from '../../src/core/state.ts'
import { parseSuffix, type Suffix } from '../../src/dns/prefix.ts'
import type { World } from '../../src/ports/world.ts'
import { EXAMPLE, withRecords } from '../support/asking.ts'
import { name } from '../support/config.ts'
import { DOMAIN, examining } from '../support/examining.ts'
import { EMPTY, memoryStore } from '../support/memory-store.ts'
import { ip } from '../support/targets.ts'

const DSL = '5.9.1.7'
const LTE = '5.9.2.7'
const OLD = '5.9.2.6'
const NOW = Date.UTC(2026, 10, 4)
const MAIL = name('mail.example.com')
const MAIL2 = name('mail2.example.com')

interface Home {
  readonly hosts: Config['hosts']
  /** What is published. */
  readonly zone?: Record<string, string>
  /** How the lines stood in the last round. */
  readonly links?: Readonly<Record<string, Link>>
  /** Where their addresses are learnt. */
  readonly dsl?: string
  readonly lte?: string
  /** What the modem has as an interface of this machine. */
  readonly modem?: string
  /** What was published before. */
  readonly past?: readonly string[]
}

/** Two lines, dsl before lte. */
function home({ hosts, zone = {}, links = {}, dsl = `static:${DSL}`, lte = `static:${LTE}`, modem, past = [] }: Home) {
  const dialled: string[] = []
  const tcp: World['tcp'] = {
    connect({ server: { address, port } }) {
      if (port === 25) dialled.push(address)
      return Promise.reject(new Failure('network', 'nothing listens', { reason: 'refused' }))
    },
  }
  const line = { quorum: undefined, interface: undefined, lineDownAfter: 30 * SECOND, failbackAfter: HOUR }
  const lines = [
    { ...line, name: 'dsl', ipSources: [dsl] },
    { ...line, name: 'lte', ipSources: [lte] },
  ]
  const memory = Object.entries(links).map(([one, link]) => [one, { link }])
  const state: State = { ...EMPTY, lines: Object.fromEntries(memory) }
  const text = JSON.stringify(state)
  const flags = { temporary: false, deprecated: false, tentative: false, dadFailed: false, preferredLifetime: 60 }
  const own = { interface: 'wwan0', prefixLength: 32, scope: 'global' as const, dynamic: true, ...flags }
  const interfaces = {
    addresses: async () => (modem === undefined ? [] : [{ ...own, address: ip(modem) }]),
    defaultRoute: async () => undefined,
    defaultRoutes: async () => [],
    gateway: async () => undefined,
  }
  const { run } = examining({
    internet: withRecords(EXAMPLE, 'example.com', zone),
    config: { lines, hosts },
    history: past.map((address) => ({ after: [ip(address)] }) as unknown as HistoryEntry),
    world: { tcp, interfaces, store: memoryStore({ synced: text, written: text }) },
  })
  return { run, dialled }
}

const about = ({ findings }: Examination, ...ids: readonly string[]) =>
  findings.filter(({ id }) => ids.includes(id)).map(({ severity, id, message }) => `${severity} ${id}: ${message}`)
const answers = ({ domains }: Examination) => domains[0]?.answers.map((one) => `${one.question}: ${one.answer}`)

const UP: Link = { state: 'up', since: NOW - HOUR }
const DOWN: Link = { state: 'down', since: NOW - HOUR, drops: [NOW - HOUR] }
const RETURNING: Link = { ...DOWN, state: 'returning', until: NOW + HOUR }

describe('a host with a list of lines', () => {
  const hosts = [{ name: MAIL, line: ['dsl', 'lte'] as const }]

  // Down with an address: its router keeps it, and nobody outside is heard.
  it.each([
    ['returning', RETURNING],
    ['down', DOWN],
  ])('is judged by the second while the first is %s, whatever address that has', async (_, dsl) => {
    const { run, dialled } = home({ hosts, links: { dsl, lte: UP }, zone: { 'mail.example.com A': LTE } })
    const found = await run()
    expect(about(found, 'host-address-differs')).toEqual([])
    expect(found.verdict).not.toBe('not-reachable')
    expect(dialled).toContain(LTE)
    expect(dialled).not.toContain(DSL)
    expect(answers(found)).toEqual(expect.arrayContaining([`IPv4 of this line: ${DSL}`, `IPv4 of line lte: ${LTE}`]))
  })

  it('is judged by the first once that is used', async () => {
    const { run, dialled } = home({ hosts, links: { dsl: UP, lte: UP }, zone: { 'mail.example.com A': LTE } })
    expect(about(await run(), 'host-address-differs')).toEqual([
      `error host-address-differs: mail.example.com has ${LTE}, and the line has ${DSL}: mail goes to a wrong address`,
    ])
    expect(dialled).toContain(DSL)
    expect(dialled).not.toContain(LTE)
  })

  it('is judged by the second in the examination of the daemon too', async () => {
    const { run } = home({ hosts, links: { dsl: RETURNING, lte: UP }, zone: { 'mail.example.com A': LTE } })
    const found = await run([DOMAIN], { cheap: true })
    expect(about(found, 'host-address-differs')).toEqual([])
  })
})

describe('a host with a line of its own', () => {
  const lte = { name: MAIL, line: ['lte'] as const }

  it('is judged by that, although another stands first', async () => {
    const { run, dialled } = home({ hosts: [lte], zone: { 'mail.example.com A': LTE } })
    expect(about(await run(), 'host-address-differs')).toEqual([])
    expect(dialled).toContain(LTE)
    expect(dialled).not.toContain(DSL)
    const wrong = await home({ hosts: [lte] }).run()
    expect(about(wrong, 'host-address-differs')).toEqual([
      expect.stringContaining(`mail.example.com has ${DSL}, and the line has ${LTE}`),
    ])
  })

  it('also behind an alias', async () => {
    const zone = { 'example.com MX': '10 mx.example.com', 'mx.example.com CNAME': MAIL, 'mail.example.com A': LTE }
    const found = await home({ hosts: [lte], zone }).run()
    expect(found.domains[0]?.hosts).toMatchObject([{ host: 'mx.example.com', role: 'ours' }])
    expect(about(found, 'host-address-differs')).toEqual([])
  })

  it('beside one of the other line, each by its own', async () => {
    const hosts = [{ name: MAIL }, { name: MAIL2, line: ['lte'] as const }]
    const zone = { 'example.com MX': '10 mail.example.com, 10 mail2.example.com' }
    const { run, dialled } = home({ hosts, zone: { ...zone, 'mail2.example.com A': LTE } })
    const found = await run()
    expect(found.domains[0]?.hosts.map(({ role }) => role)).toEqual(['ours', 'ours'])
    expect(about(found, 'host-address-differs')).toEqual([])
    expect(dialled.toSorted()).toEqual([DSL, LTE])
    const same = await home({ hosts, zone: { ...zone, 'mail2.example.com A': DSL } }).run()
    expect(about(same, 'host-address-differs')).toEqual([
      expect.stringContaining(`mail2.example.com has ${DSL}, and the line has ${LTE}`),
    ])
  })

  it('is none of a stranger where the MX names it after the other', async () => {
    const hosts = [{ name: MAIL }, { name: MAIL2, line: ['lte'] as const }]
    const zone = { 'example.com MX': '10 mail.example.com, 20 mail2.example.com' }
    const { run, dialled } = home({ hosts, zone: { ...zone, 'mail2.example.com A': OLD } })
    const found = await run()
    expect(found.domains[0]?.hosts.map(({ role }) => role)).toEqual(['ours', 'ours'])
    expect(about(found, 'host-address-differs')).toEqual([
      expect.stringContaining(`warn host-address-differs: mail2.example.com has 5.9.2.6, and the line has ${LTE}`),
    ])
    expect(dialled.toSorted()).toEqual([DSL, LTE])
    expect(about(found, 'backup-mx-silent')).toEqual([])
    expect(found.verdict).toBe('reachable-with-faults')
    const first = await home({ hosts, zone: { ...zone, 'mail.example.com A': OLD, 'mail2.example.com A': LTE } }).run()
    expect(about(first, 'host-address-differs')).toEqual([expect.stringContaining('error host-address-differs: mail.')])
  })

  it('a backup of others stays one', async () => {
    const zone = { 'example.com MX': '10 mail.example.com, 20 ns2.hoster.net' }
    const found = await home({ hosts: [{ name: MAIL }], zone }).run()
    expect(found.domains[0]?.hosts.map(({ role }) => role)).toEqual(['ours', 'backup'])
  })

  it('is nothing to the domains of others', async () => {
    const { run } = home({ hosts: [lte], modem: '100.64.3.4', lte: 'interface:wwan0' })
    const found = await run([name('hoster.net')])
    expect(about(found, 'host-address-differs', 'behind-cgnat')).toEqual([])
    expect(answers(found)).not.toContainEqual(expect.stringContaining('of line lte'))
  })
})

describe('an address in the SPF record', () => {
  const hosts = [{ name: MAIL, line: ['dsl', 'lte'] as const }]
  const stale = async (address: string, more: Partial<Home> = {}) => {
    const zone = { 'example.com TXT': `v=spf1 mx ip4:${address} -all` }
    const found = await home({ hosts, zone, past: [OLD, LTE, DSL], ...more }).run()
    return about(found, 'spf-stale-address')
  }

  it('is not lost while another line has it', async () => {
    expect(await stale(LTE)).toEqual([expect.stringMatching(/^info .* names this line's address 5.9.2.7 itself/)])
    expect(await stale(OLD)).toEqual([expect.stringMatching(/^warn .* still names 5.9.2.6, which this line has lost/)])
  })

  it('of another line is taken out by no remedy', async () => {
    const zone = { 'example.com TXT': `v=spf1 ip4:${LTE} ip4:${OLD} -all` }
    const { findings } = await home({ hosts, zone, past: [OLD, LTE, DSL] }).run()
    const bad = findings.find(({ id }) => id === 'spf-fails')
    expect(bad?.remedy).toContain(`"v=spf1 mx ip4:${LTE} -all"`)
  })

  it('is lost, although another line has never had one of its own', async () => {
    expect(await stale(OLD, { lte: 'interface:wwan0', modem: '100.64.3.4' })).toEqual([
      expect.stringMatching(/^warn .* still names 5.9.2.6, which this line has lost/),
    ])
  })

  it('of the line by which no mail leaves is not missed', async () => {
    const zone = {
      'example.com MX': '10 mail.example.com, 20 mail2.example.com',
      'mail2.example.com A': LTE,
      'example.com TXT': `v=spf1 ip4:${DSL} -all`,
    }
    const two = [{ name: MAIL }, { name: MAIL2, line: ['lte'] as const }]
    expect(about(await home({ hosts: two, zone }).run(), 'spf-fails')).toEqual([])
  })

  it('may be one of a line that does not tell its own', async () => {
    expect(await stale(LTE, { lte: 'interface:wwan0' })).toEqual([
      expect.stringMatching(/^unknown .* whether this line still has 5.9.2.7.*on line lte/),
    ])
  })
})

describe('carrier-grade NAT', () => {
  const modem = '100.64.3.4'
  const CARRIER = `behind-cgnat: line lte: interface:wwan0 has ${modem}, which the ISP shares`

  it('of a line that stands by is told, and keeps no mail out', async () => {
    const found = await home({ hosts: [{ name: MAIL }], modem, lte: 'interface:wwan0' }).run()
    expect(about(found, 'behind-cgnat')).toEqual([expect.stringContaining(`warn ${CARRIER}`)])
    expect(found.verdict).toBe('reachable-with-faults')
  })

  it('of the line that the host uses keeps mail out', async () => {
    const hosts = [{ name: MAIL, line: ['lte'] as const }]
    const found = await home({ hosts, modem, lte: 'interface:wwan0' }).run()
    expect(about(found, 'behind-cgnat')).toEqual([expect.stringContaining(`error ${CARRIER}`)])
    expect(found.verdict).toBe('not-reachable')
  })

  it('of the line of the first MX host keeps no mail out where the second is on another', async () => {
    const hosts = [{ name: MAIL }, { name: MAIL2, line: ['lte'] as const }]
    const zone = { 'example.com MX': '10 mail.example.com, 20 mail2.example.com', 'mail2.example.com A': LTE }
    const found = await home({ hosts, modem, dsl: 'interface:wwan0', zone }).run()
    expect(about(found, 'behind-cgnat')).toEqual([expect.stringContaining('warn behind-cgnat: line dsl: ')])
  })

  it('of the first line keeps no mail out of a host on another', async () => {
    const hosts = [{ name: MAIL, line: ['lte'] as const }]
    const found = await home({ hosts, modem, dsl: 'interface:wwan0', zone: { 'mail.example.com A': LTE } }).run()
    expect(about(found, 'behind-cgnat')).toEqual([expect.stringContaining('warn behind-cgnat: line dsl: ')])
    expect(found.verdict).toBe('reachable-with-faults')
  })
})

describe('on one line, of whose addresses this machine has its own', () => {
  const OWN = '2a02:908:1:2::7'
  const GUEST = '2a02:908:1:2::25'
  const examined = async (host: Partial<Config['hosts'][number]>, published: string) => {
    const { run } = examining({
      internet: withRecords(EXAMPLE, 'example.com', { 'mail.example.com AAAA': published }),
      config: { types: ['A', 'AAAA'], hosts: [{ name: MAIL, ...host }], ipSources: [`static:${DSL}`, `static:${OWN}`] },
    })
    return about(await run(), 'host-address-differs')
  }

  it('a host behind the router is judged by its own last bits', async () => {
    const suffix = { ipv6Suffix: parseSuffix('::25') as Suffix }
    expect(await examined(suffix, GUEST)).toEqual([])
    expect(await examined(suffix, OWN)).toEqual([expect.stringContaining(`the line has ${GUEST}`)])
    expect(await examined({}, GUEST)).toEqual([expect.stringContaining(`the line has ${OWN}`)])
  })

  it('what such a host has, and sends from, is its own address', async () => {
    const { run } = examining({
      internet: withRecords(EXAMPLE, 'example.com', {
        'mail.example.com AAAA': GUEST,
        'example.com TXT': `v=spf1 ip4:${DSL} ip6:${GUEST} -all`,
      }),
      config: {
        types: ['A', 'AAAA'],
        hosts: [{ name: MAIL, ipv6Suffix: parseSuffix('::25') as Suffix }],
        ipSources: [`static:${DSL}`, `static:${OWN}`],
      },
      history: [
        { after: [ip(GUEST)] } as unknown as HistoryEntry,
        { after: [ip('2a02:908:9::25')] } as unknown as HistoryEntry,
      ],
    })
    const found = await run()
    expect(about(found, 'spf-fails')).toEqual([])
    expect(about(found, 'spf-stale-address')).toEqual([
      expect.stringContaining(`names this line's address ${DSL} itself`),
      expect.stringContaining(`names this line's address ${GUEST} itself`),
    ])
  })

  it('nor is it taken out of the SPF record', async () => {
    const zone = { 'mail.example.com AAAA': GUEST, 'example.com TXT': `v=spf1 ip6:${GUEST} -all` }
    const { run } = examining({
      internet: withRecords(EXAMPLE, 'example.com', zone),
      config: {
        types: ['A', 'AAAA'],
        hosts: [{ name: MAIL, ipv6Suffix: parseSuffix('::25') as Suffix }],
        ipSources: [`static:${DSL}`, `static:${OWN}`],
      },
      history: [{ after: [ip(GUEST)] } as unknown as HistoryEntry],
    })
    const { findings } = await run()
    expect(findings.find(({ id }) => id === 'spf-fails')?.remedy).toContain(`ip6:${GUEST}`)
  })

  it('a host of which one family is kept is judged by that alone', async () => {
    expect(await examined({ types: ['A'] }, GUEST)).toEqual([])
  })
})
