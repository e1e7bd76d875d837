import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { HistoryEntry } from '../../src/core/history.ts'
import { judgeSightings } from '../../src/core/quorum.ts'
import type { IpAddress } from '../../src/dns/rrset.ts'
import { historyDocument, historyText } from '../../src/report/history-text.ts'
import { ipDocument, ipText } from '../../src/report/ip-text.ts'
import { dateText, distanceText, dueText, momentText, roundSpan, tookText } from '../../src/report/moment-text.ts'
import { type MxDomainDocument, mxText } from '../../src/report/mx-text.ts'
import { exampleOf, providersText, providerText } from '../../src/report/provider-text.ts'
import { statusDocument, statusText } from '../../src/report/status-text.ts'
import { finding, held, NEW, NOW, OLD, PLAIN, round, target } from './documents.ts'

describe('status', () => {
  it('says how the daemon is, when it last looked and looks again, then what it found', () => {
    const now = { health: 'fail', nextRound: '2026-11-04T01:19:17.000Z', version: '1.2.3' } as const
    const text = statusText(statusDocument(round([target(), held({ host: 'home.example.org' })]), now), PLAIN)
    expect(text).toBe(`FAILING  last round 02:14 (28 s ago), next 02:19 (in 5 min), mxhome 1.2.3
address  203.0.113.7

mail.example.com  A  203.0.113.7   up to date                                        confirmed earlier  ionos
home.example.org  A  198.51.100.7  held: credentials refused; should be 203.0.113.7                     ionos
    ionos: answered 401 Unauthorized: the API key is not known
 -> Correct the credentials of ionos; the next round then tries again by itself.

1 of 2 targets needs you.`)
  })

  it('before the first round has ended', () => {
    const now = { health: 'warn', nextRound: null, version: '1.2.3' } as const
    expect(statusText(statusDocument(undefined, now), PLAIN)).toBe(
      'WARNING  mxhome 1.2.3\n\nNo round has ended yet, and no daemon answers. Start one (mxhome run), or do one round (mxhome update).',
    )
    const planned = { ...now, nextRound: '2026-11-25T12:00:00.000Z' }
    expect(statusText(statusDocument(undefined, planned), PLAIN)).toContain('The first round is running.')
    expect(statusDocument(undefined, now)).toMatchObject({
      started: null,
      addresses: { A: null, AAAA: null },
      targets: [],
    })
  })

  it('without a daemon shows the state folder, and claims no address', () => {
    const now = { health: 'warn', nextRound: null, version: '1.2.3' } as const
    const nobody = { addresses: { A: null, AAAA: null } }
    const head = (document: ReturnType<typeof round>) => statusText(statusDocument(document, now), PLAIN).split('\n')
    expect(head(round([target()], [], nobody)).slice(0, 2)).toEqual([
      'WARNING  last news 02:14 (28 s ago), no daemon answers: this is what the state folder says, mxhome 1.2.3',
      '',
    ])
    const empty = { ...nobody, started: new Date(0).toISOString(), finished: new Date(0).toISOString() }
    expect(head(round([], [], empty))[0]).toBe(
      'WARNING  no daemon answers: this is what the state folder says, mxhome 1.2.3',
    )
  })

  it('names each of several lines, and a wanted family that is unknown', () => {
    const now = { health: 'pass', nextRound: '2026-11-05T01:00:00Z', version: '1' } as const
    const lines = { dsl: { A: NEW, AAAA: null }, lte: { A: null, AAAA: null } }
    const text = statusText(statusDocument(round([target({ type: 'AAAA' })], [], { lines }), now), PLAIN)
    expect(text).toContain('next 2026-11-05 02:00 (in 24 h)')
    expect(text).toContain('line dsl: 203.0.113.7, IPv6 unknown\nline lte: IPv6 unknown\n')
  })
})

describe('mx', () => {
  const mx = (host: string, preference: number) => ({ host, preference })
  const [mail, backup, old] = [mx('mail.example.com', 10), mx('backup.example.net', 20), mx('old.example.com', 20)]
  const server = (n: number, set: MxDomainDocument['servers'][number]['mx'], problem?: string) => ({
    name: `ns${n}.example.net`,
    address: `192.0.2.${n}`,
    mx: set,
    ...(problem && { problem }),
  })
  const shown = (one: Partial<MxDomainDocument>, style = PLAIN) =>
    mxText({ domains: [{ domain: 'example.com', wanted: null, servers: [], differs: false, ...one }] }, style)

  it('puts the servers side by side against the wish, the silent ones and the hosts below', () => {
    const servers = [server(1, [backup, mail]), { ...server(1, [mail, backup]), address: '2001:db8::1' }]
    const others = [server(2, [mail, old]), server(3, null, 'no answer within 2 s')]
    const hosts = [
      { host: 'mail.example.com', role: 'ours', addresses: [NEW] },
      { host: 'backup.example.net', role: 'backup', addresses: [] },
      { host: 'old.example.com', role: 'ours', addresses: null, alias: 'dyn.example.net' },
    ] as const
    expect(shown({ wanted: [mail, backup], servers: [...servers, ...others], differs: true, hosts })).toBe(
      `example.com
                          wanted  ns1.example.net  ns2.example.net  ns3.example.net
   10 mail.example.com    yes     yes              yes              ?
   20 backup.example.net  yes     yes              no               ?
   20 old.example.com     no      no               yes              ?
  ? ns3.example.net (192.0.2.3): no answer within 2 s

  mail.example.com    ours    203.0.113.7
  backup.example.net  backup  no address
  old.example.com     ours    address unknown  alias of dyn.example.net: let the MX name dyn.example.net itself

  Not as wanted at ns2.example.net: enter the wanted records at the provider, or correct the wish.`,
    )
  })

  it('keeps two addresses of one server apart where they differ', () => {
    const text = shown({ servers: [server(1, [mail]), { ...server(1, [old]), address: '2001:db8::1' }], differs: true })
    expect(text).toContain('ns1.example.net (192.0.2.1)  ns1.example.net (2001:db8::1)')
    expect(text).toContain('The name servers differ.')
  })

  it('continues below what does not fit beside each other', () => {
    const text = shown({ servers: [1, 2, 3, 4, 5].map((n) => server(n, [mail])) }, { ...PLAIN, width: 60 })
    expect(text.split('\n').filter((line) => line.includes('10 mail.example.com'))).toHaveLength(3)
  })

  const verdicts: [string, Partial<MxDomainDocument>][] = [
    ['Nothing is known: no name server answered.', { servers: [server(1, null)] }],
    ['Nothing is known: no zone found.', { problem: 'no zone found' }],
    ['All name servers that answer agree (1 of 2).', { servers: [server(1, [mail]), server(2, null)] }],
    ['All name servers that answer agree: there is no MX record.', { servers: [server(1, [])] }],
    ['As wanted at every name server that answers.', { wanted: [mail], servers: [server(1, [mail])] }],
    ['Not as wanted at any name server: ', { wanted: [mail], servers: [server(1, [old])], differs: true }],
  ]
  it.each(verdicts)('%s', (words, one) => {
    expect(shown(one)).toContain(words)
  })

  it('of no domain', () => {
    expect(mxText({ domains: [] }, PLAIN)).toBe('No mail domain is configured: see MXHOME_DOMAINS.')
  })
})

describe('ip', () => {
  const sighting = (source: string, answer: string[] | Failure) =>
    ({ source, view: 'outside', answer: answer as IpAddress[] }) as const
  const none = { quorum: undefined, allow: [NEW, OLD] }
  const looked = (...sightings: ReturnType<typeof sighting>[]) => {
    const verdict = judgeSightings('A', sightings, none)
    const detected = { default: { A: verdict.addresses } }
    return ipDocument({ detected, sightings: { default: { A: verdict.sightings } }, findings: verdict.findings })
  }

  it('says of each source what it told or why not, and the verdict', () => {
    const silent = new Failure('network', 'http:https://ip.example.net: no answer within 5 s')
    const document = looked(
      sighting('public-ip', [NEW]),
      sighting('http:https://ip.example.net', silent),
      sighting('interface:eth0', ['192.168.1.10']),
    )
    expect(ipText(document, { ...PLAIN, width: 200 })).toMatchInlineSnapshot(`
      "IPv4: 203.0.113.7
        public-ip                    203.0.113.7   agreed
        http:https://ip.example.net  -             no answer within 5 s
        interface:eth0               192.168.1.10  refused: 192.168.1.10 is not public: Private-Use (192.168.0.0/16, RFC 1918), an address of a home or office network, behind a router"
    `)
  })

  const CGNAT = 'nobody can reach port 25 on this line: ask the ISP for a public IPv4 address.'
  const refusals: [string, string][] = [
    ['100.64.3.4', CGNAT],
    ['192.0.0.2', CGNAT],
    ['192.168.178.20', 'This box sees only the inner network: name a source outside (MXHOME_IP_SOURCES=auto), or look'],
    ['169.254.7.7', 'look at the cable, the router and the line.'],
    ['198.18.0.5', 'let mxhome ask past it'],
    ['192.0.2.1', 'Nobody on the internet can reach that'],
  ]
  it.each(refusals)('says of %s what it means and what to do', (address, words) => {
    const document = looked(sighting('static:x', [address]), sighting('command:x', [address]))
    const lines = ipText(document, { ...PLAIN, width: 400 }).split('\n')
    expect(lines.filter((text) => text.startsWith('   -> '))).toEqual([expect.stringContaining(words)])
    expect(document.lines[0]?.sources[1]?.remedy).toContain(words)
  })

  it('tells of carrier-grade NAT also where another source knows an address', () => {
    const behind = (inner: string) =>
      ipText(looked(sighting('public-ip', [NEW]), sighting('interface', [inner])), PLAIN)
    expect(behind('100.64.3.4')).toContain('   -> The ISP shares')
    expect(behind('10.0.0.4')).not.toContain('->')
  })

  it('shows a disagreement with its finding', () => {
    const text = ipText(looked(sighting('public-ip', [NEW]), sighting('command:x', [OLD])), PLAIN)
    expect(text).toContain('IPv4: unknown\n  public-ip  203.0.113.7   not enough agree\n')
    expect(text).toContain('\n\nWarnings\n  sources-disagree: ')
  })

  it('names the line where there are several, and why nothing is known', () => {
    const unknown = new Failure('unsupported', 'the IPv6 address is unknown: no address source can tell it')
    const document = ipDocument({ detected: { dsl: { AAAA: unknown }, lte: { A: [] } }, sightings: {}, findings: [] })
    expect(ipText(document, PLAIN)).toBe(
      `IPv6 of line dsl: unknown
  the IPv6 address is unknown: no address source can tell it

IPv4 of line lte: this line has none`,
    )
    expect(ipText({ lines: [], findings: [] }, PLAIN)).toContain('Neither IPv4 nor IPv6 is wanted')
  })
})

describe('history', () => {
  const entry = (given: Partial<HistoryEntry>): HistoryEntry => ({
    at: NOW,
    host: 'mail.example.com',
    type: 'A',
    provider: 'ionos',
    why: 'changed',
    before: [OLD as IpAddress],
    after: [NEW as IpAddress],
    outcome: 'updated',
    ...given,
  })

  it('shows the newest first, with what went wrong', () => {
    const document = historyDocument([
      entry({ at: NOW - 86_400_000, before: null, after: [], outcome: 'failed', error: 'answered 503' }),
      entry({ confirmation: 'confirmed' }),
    ])
    expect(document.updates.map(({ at, error }) => [at, error])).toEqual([
      ['2026-11-04T01:14:30.000Z', null],
      ['2026-11-03T01:14:30.000Z', 'answered 503'],
    ])
    expect(historyText(document, PLAIN)).toBe(
      `2026-11-04 02:14  mail.example.com  A  198.51.100.7 -> 203.0.113.7  address changed  published, confirmed  ionos
2026-11-03 02:14  mail.example.com  A  none                         address changed  failed                ionos
    answered 503`,
    )
  })

  it('when nothing has been sent yet', () => {
    expect(historyText(historyDocument([]), PLAIN)).toBe('No update has been made yet.')
  })
})

describe('providers', () => {
  const ionos = { id: 'ionos', name: 'IONOS', families: ['A', 'AAAA'], reads: true } as const
  const strato = { id: 'strato', name: 'STRATO', families: ['A'], reads: false } as const

  it('lists them', () => {
    expect(providersText({ providers: [ionos, strato, { ...strato, id: 'six', families: ['AAAA'] }] }, PLAIN)).toBe(
      `ID      NAME    FAMILIES       READS BACK
ionos   IONOS   IPv4 and IPv6  yes
strato  STRATO  IPv4 only      no
six     STRATO  IPv6 only      no

Settings and an example of one: mxhome providers ID`,
    )
    expect(providersText({ providers: [] }, PLAIN)).toContain('There is no adapter of that name')
  })

  it('shows one with its settings, limits and an example to copy', () => {
    const settings = [
      {
        name: 'apiKey',
        environment: 'IONOS_API_KEY',
        description: 'API key',
        secret: true,
        required: true,
        example: null,
      },
      { name: 'zone', environment: 'IONOS_ZONE', description: 'zone', secret: false, required: false, example: null },
      {
        name: 'server',
        environment: 'IONOS_SERVER',
        description: 'server',
        secret: false,
        required: false,
        example: 'ns1',
      },
    ]
    const document = {
      ...ionos,
      docs: 'https://example.com/docs',
      settings,
      limits: ['at least 5 s between two updates'],
      example: exampleOf({ id: 'ionos', settings }),
    }
    expect(providerText(document, PLAIN)).toBe(
      `IONOS (ionos)
https://example.com/docs

Settings (environment, YAML)
  IONOS_API_KEY  apiKey  API key; secret
  IONOS_ZONE     zone    zone; optional
  IONOS_SERVER   server  server; optional

Good to know
  - IPv4 and IPv6
  - reads back: a record that someone else changed is put right
  - at least 5 s between two updates

Example (.env)
  MXHOME_DOMAINS=example.com
  MXHOME_PROVIDER=ionos
  IONOS_API_KEY=<apiKey>
  IONOS_SERVER=ns1

The same in mxhome.yaml
  domains: [example.com]
  providers:
    - use: ionos
      apiKey: <apiKey>
      server: ns1`,
    )
    const other = providerText(
      {
        ...strato,
        docs: 'https://x',
        settings: [],
        limits: [],
        suffixes: ['ddns.net'],
        example: { environment: [], yaml: [] },
      },
      PLAIN,
    )
    expect(other).toContain('  - cannot be read')
    expect(other).toContain('  - its own zones: ddns.net')
    expect(other).not.toContain('Settings')
  })
})

describe('moments', () => {
  it.each([
    [400, '1 s'],
    [89_000, '89 s'],
    [240_000, '4 min'],
    [5_400_000, '2 h'],
    [172_800_000, '2 d'],
  ])('%d ms is %s', (span, words) => expect(roundSpan(span)).toBe(words))

  it.each([
    [412, '0.4 s'],
    [12_400, '12 s'],
    [59_999, '60 s'],
    [120_000, '2 min'],
    [179_900, '3 min'],
    [125_000, '2 min 5 s'],
  ])('%d ms took %s', (ms, words) => expect(tookText(ms)).toBe(words))

  it('are in the time zone of the user, with the date where it is another day', () => {
    expect(momentText(NOW, PLAIN)).toBe('02:14')
    expect(momentText('2026-11-03T22:59:00Z', PLAIN)).toBe('2026-11-03 23:59')
    expect(momentText(NOW, { ...PLAIN, timeZone: 'America/New_York' })).toBe('20:14')
    expect(dateText(NOW, PLAIN)).toBe('2026-11-04 02:14')
    expect(dueText('until', '2026-11-04T01:18:30Z', PLAIN)).toBe('until 02:18 (in 4 min)')
    expect(dueText('at', '2026-11-04T01:00:00Z', PLAIN)).toBe('in the next round')
    expect(distanceText(NOW + 10, NOW)).toBe('now')
  })

  it('that are none are shown as they are', () => {
    expect(momentText('soon', PLAIN)).toBe('soon')
    expect(momentText(Number.NaN, PLAIN)).toBe('at an unknown time')
    expect(dateText('soon', PLAIN)).toBe('soon')
    expect(dueText('until', 'soon', PLAIN)).toBe('until soon')
  })
})

it('keeps what a server writes from steering the terminal', () => {
  const error = { kind: 'protocol', message: 'bad\u001b[2J\n\u202eanswer\u009b31m', remedy: '', retryAt: null } as const
  const text = statusText(
    statusDocument(round([held({ error })], [finding({ message: 'a\rb' })]), {
      health: 'fail',
      nextRound: null,
      version: '1',
    }),
    PLAIN,
  )
  expect(text).toContain('    ionos: bad [2J answer 31m\n')
  expect(text).toContain('mx-missing: a b (')
})
