import { describe, expect, it } from 'vitest'
import { roundText } from '../../src/report/round-text.ts'
import {
  addressUnknown,
  confirmation,
  finding,
  held,
  NEW,
  NOW,
  OLD,
  PLAIN,
  refused,
  round,
  target,
  updated,
  waiting,
} from './documents.ts'

const shown = (...targets: Parameters<typeof round>[0]) => roundText(round(targets), PLAIN)
const firstLine = (...targets: Parameters<typeof round>[0]) => shown(...targets).split('\n')[0]

it('says in one line what happened, what proves it, and that all is well', () => {
  expect(shown(updated({ confirmation: confirmation('confirmed', [NEW, NEW], 412) }))).toBe(
    `mail.example.com  A  203.0.113.7  published, was 198.51.100.7  confirmed by 2 of 2 name servers in 0.4 s  ionos

mail.example.com is current.`,
  )
})

it('aligns the targets, puts what was heard and the remedy below, and counts at the end', () => {
  const text = shown(
    updated({ confirmation: confirmation('visible', [NEW, OLD]) }),
    held({ host: 'home.example.org', provider: 'duckdns' }),
    waiting({ host: 'vpn.example.org' }),
  )
  expect(text).toBe(
    `mail.example.com  A  203.0.113.7  published, was 198.51.100.7  visible at 1 of 2: ns2.example.net still has 198.51.100.7  ionos
home.example.org  A  198.51.100.7  held: credentials refused; should be 203.0.113.7  duckdns
    duckdns: answered 401 Unauthorized: the API key is not known
 -> Correct the credentials of ionos; the next round then tries again by itself.
vpn.example.org   A  198.51.100.7  waiting until 02:19 (in 5 min): the service has a fault; should be 203.0.113.7  ionos
    ionos: answered 503 Service Unavailable

1 of 3 targets needs you; 2 of 3 targets are not current yet.`,
  )
})

it('groups the findings by how severe they are, each with its remedy', () => {
  const findings = [
    finding({ id: 'mx-host-dropped', severity: 'info', message: 'note', remedy: '', reference: '' }),
    finding({ id: 'mx-unknown', severity: 'unknown', message: 'unseen', remedy: 'Look.', reference: '' }),
    finding({ id: 'mx-is-alias', severity: 'warn', message: 'alias', remedy: 'Name it.', reference: 'RFC 2181 10.3' }),
    finding({ domain: 'example.com' as never }),
  ]
  expect(roundText(round([target()], findings), PLAIN)).toBe(
    `mail.example.com  A  203.0.113.7  up to date  confirmed earlier  ionos

Errors
  mx-missing: example.com has no MX record (RFC 5321 5.1)
   -> Add an MX record for example.com that names your mail host.

Warnings
  mx-is-alias: alias (RFC 2181 10.3)
   -> Name it.

Could not be examined
  mx-unknown: unseen
   -> Look.

Notes
  mx-host-dropped: note

The MX of example.com needs you.`,
  )
})

describe('what happened, in words', () => {
  const network = (retryAt: string | null) => ({ kind: 'network', message: 'm', remedy: 'r', retryAt }) as const
  const later = new Date(NOW + 90 * 60_000).toISOString()
  const cases: [string, ReturnType<typeof target>][] = [
    ['published (new record)', updated({ before: [] })],
    ['removed, was 198.51.100.7', updated({ after: [] })],
    ['published', updated({ before: null })],
    ['put right, was 198.51.100.7', updated({ why: 'drifted' })],
    ['TTL changed', updated({ why: 'ttl', before: [NEW] })],
    ['sent again, lest the service delete it', updated({ why: 'refresh', before: [NEW] })],
    ['sent again (forced)', updated({ why: 'forced', before: [NEW] })],
    ['sent again', updated({ why: 'read-back', before: [NEW] })],
    ['was there already', updated({ outcome: 'unchanged' })],
    ['was there already', target({ why: 'adopted' })],
    ['to be published', updated({ outcome: null })],
    ['none to publish: the line has no IPv4, or it is switched off', target({ why: 'off' })],
    ['address unknown, left as it is', addressUnknown()],
    ['nothing published yet, address unknown', addressUnknown({ after: null })],
    [
      'refused: host or value refused; should be 203.0.113.7',
      updated({ outcome: 'failed', error: { ...network(null), kind: 'rejected' } }),
    ],
    [
      'failed: service not reached, again at 03:44 (in 2 h); should be 203.0.113.7',
      updated({ outcome: 'failed', error: network(later) }),
    ],
    ['failed: service not reached; should be 203.0.113.7', updated({ outcome: 'failed', error: network(null) })],
    ['answer lost, looked up at 03:44 (in 2 h)', updated({ outcome: 'unknown', error: network(later) })],
    ['answer lost, looked up in the next round', updated({ outcome: 'unknown', error: network(null) })],
    [
      "waiting until 03:44 (in 2 h): the day's updates are spent",
      waiting({ why: 'budget', error: network(later), published: [NEW] }),
    ],
    [
      'waiting for the next round: service not reached',
      waiting({ error: network(new Date(NOW - 1).toISOString()), published: [NEW] }),
    ],
    ['waiting for the next round: reason unknown', waiting({ error: null, published: [NEW] })],
    ['held: blocked by the service', held({ error: { ...network(null), kind: 'blocked' }, published: [NEW] })],
  ]
  it.each(cases)('%s', (words, one) => {
    expect(firstLine(one)).toContain(`  ${words}  `)
  })

  it('says of a pause of our own why, and what to do', () => {
    const message = 'the other family of this host is not known yet, and the service would clear it'
    const error = { kind: 'rate-limited', message, remedy: 'Nothing to do.', retryAt: later } as const
    expect(shown(waiting({ error, published: [NEW] }))).toBe(
      `mail.example.com  A  198.51.100.7
    waiting until 03:44 (in 2 h): ${message}  ionos
 -> Nothing to do.

mail.example.com A is not current yet.`,
    )
  })
})

describe('the closing line', () => {
  const owa = target({ host: 'owa.example.com' })
  const www = target({ host: 'www.example.com' })
  const last = (document: ReturnType<typeof round>, dryRun = false) =>
    roundText(document, { ...PLAIN, dryRun })
      .split('\n')
      .at(-1)
  const unwritable = finding({ id: 'state-unwritable', message: 'the disk is full' })
  const proxied = finding({ id: 'host-proxied' })
  const cases: [string, ReturnType<typeof round>][] = [
    ['There is no host to keep up to date.', round([])],
    ['mail.example.com is current.', round([target(), target({ type: 'AAAA' })])],
    ['mail.example.com and owa.example.com are current.', round([target(), owa])],
    ['All 3 hosts are current.', round([target(), owa, www])],
    ['mail.example.com A needs you.', round([held()])],
    ['2 of 3 targets need you.', round([held(), held({ type: 'AAAA' }), owa])],
    ['1 of 2 targets is not current yet.', round([waiting(), owa])],
    ['The state could not be written.', round([target()], [unwritable])],
    ['mail.example.com is current, but see the error above.', round([target()], [proxied])],
    ['mail.example.com is current, but see the errors above.', round([target()], [proxied, proxied])],
  ]
  it.each(cases)('%s', (words, document) => {
    expect(last(document)).toBe(words)
  })

  it('of a dry run tells what would be written, and claims nothing of the name servers', () => {
    const document = round([updated({ outcome: null }), target({ type: 'AAAA' })])
    expect(roundText(document, { ...PLAIN, dryRun: true })).toBe(
      `mail.example.com  A     203.0.113.7  would be published, now 198.51.100.7  ionos
mail.example.com  AAAA  203.0.113.7  up to date                            ionos

Dry run, nothing was sent: 1 of 2 targets would be written.`,
    )
    expect(last(round([target()]), true)).toBe('Dry run: nothing would be written.')
    const planned = (given: Parameters<typeof updated>[0]) =>
      roundText(round([updated({ outcome: null, ...given })]), { ...PLAIN, dryRun: true }).split('\n')[0]
    expect(planned({ before: [] })).toContain('would be published, now no record')
    expect(planned({ wanted: [], after: [] })).toContain('would be removed, now 198.51.100.7')
    expect(planned({ wanted: [], after: [], before: [] })).toContain('would be removed, now no record')
    expect(planned({ wanted: [], after: [], before: null }), 'nobody could tell').not.toContain('now')
    expect(planned({ error: refused() })).toContain('would not be published: credentials refused')
    expect(
      roundText(round([updated({ outcome: null, why: 'first', before: null })]), { ...PLAIN, dryRun: true }),
    ).toMatch(/would be published {2}ionos/)
  })
})

it('lets one long cell not push the others to the right', () => {
  const long = 'a'.repeat(60)
  const lines = shown(target({ host: `${long}.example.com` }), target()).split('\n')
  expect(lines[0]).toBe(`${long}.example.com  A  203.0.113.7  up to date  confirmed earlier  ionos`)
  expect(lines[1]).toBe('mail.example.com  A  203.0.113.7  up to date  confirmed earlier  ionos')
})

it('shows which address a target has, or that nobody knows', () => {
  expect(firstLine(waiting({ after: null, published: null }))).toMatch(
    /^mail.example.com {2}A {2}- {2}.*should be 203\.0\.113\.7/,
  )
  expect(firstLine(addressUnknown({ after: null, published: null }))).toMatch(/^mail.example.com {2}A {2}- {2}/)
  expect(firstLine(target({ after: [], published: [], why: 'off' }))).toMatch(/^mail.example.com {2}A {2}none {2}/)
})

it('breaks between cells where the terminal is narrow', () => {
  const one = updated({ confirmation: confirmation('confirmed', [NEW, NEW], 412) })
  expect(roundText(round([one]), { ...PLAIN, width: 72 })).toBe(
    `mail.example.com  A  203.0.113.7  published, was 198.51.100.7
    confirmed by 2 of 2 name servers in 0.4 s  ionos

mail.example.com is current.`,
  )
})

it('colours by how a target stands, only where colours are wanted', () => {
  const text = roundText(round([held()]), { ...PLAIN, colour: true })
  expect(text).toContain('\u001b[31mheld: credentials refused; should be 203.0.113.7\u001b[0m')
  expect(text).toContain('\u001b[31mmail.example.com A needs you.\u001b[0m')
  expect(shown(held())).not.toContain('\u001b')
})
