import { describe, expect, it } from 'vitest'
import type { Heard, Way } from '../../src/core/heard.ts'
import { doctorDocument } from '../../src/report/doctor-document.ts'
import { heardDocument, unheardDocument } from '../../src/report/heard.ts'
import { type StatusDocument, statusDocument, statusText } from '../../src/report/status-text.ts'
import { examination, found } from './doctoring.ts'
import { finding, held, NEW, PLAIN, round, target } from './documents.ts'

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

  it.each([
    ['upnp', '2026-11-04T01:15:05.000Z', 'last heard by router event, 12 s ago'],
    ['kernel', '2026-11-04T01:15:17.000Z', 'last heard by the kernel, now'],
    ['of-a-later-version', 'when?', 'last heard by of-a-later-version'],
  ])('says how it last heard of the line: by %s', (by, at, wanted) => {
    const now = { health: 'pass', nextRound: '2026-11-04T01:19:17.000Z', version: '1.2.3' } as const
    const status = statusDocument(round([target()]), { ...now, heard: { by: by as Way, at } })
    expect(statusText(status, { ...PLAIN, now: Date.UTC(2026, 10, 4, 1, 15, 17) })).toContain(
      `, ${wanted}, mxhome 1.2.3`,
    )
  })

  it('says what each way of hearing told of, where there were several', () => {
    const now = { health: 'pass', nextRound: '2026-11-04T01:19:17.000Z', version: '1.2.3' } as const
    const at = (second: number) => Date.UTC(2026, 10, 4, 1, 15, second)
    const textOf = (...all: readonly Heard[]) =>
      statusText(statusDocument(round([target()]), { ...now, heard: heardDocument(all) }), { ...PLAIN, now: at(17) })
    const [upnp, kernel] = [
      { way: 'upnp', at: at(5), times: 3 },
      { way: 'kernel', at: at(2), times: 1 },
    ] as const
    expect(textOf(upnp, kernel)).toMatch(
      /, last heard by router event, 12 s ago, mxhome 1\.2\.3\naddress {2}203\.0\.113\.7\nheard by router event \(3 times, 12 s ago\), the kernel \(once, 15 s ago\)\n/,
    )
    expect(textOf(upnp)).not.toContain('heard by router event (')
    expect(textOf()).not.toContain('heard')
  })

  it('says by which ways nothing is heard, and why', () => {
    const now = { health: 'pass', nextRound: '2026-11-04T01:19:17.000Z', version: '1.2.3' } as const
    const unheard = unheardDocument([
      { way: 'upnp', interface: 'eth0', why: 'let its TCP connections to this box through the firewall' },
      { way: 'nat-pmp', why: '224.0.0.1:5350: another program has that port' },
    ])
    expect(statusText(statusDocument(round([target()]), { ...now, unheard }), PLAIN)).toContain(
      `address  203.0.113.7
not heard by router event (eth0): let its TCP connections to this box through the firewall
not heard by the router's announcement: 224.0.0.1:5350: another program has that port
`,
    )
    const { unheard: _, ...older } = statusDocument(round([target()]), now)
    expect(statusText(older as StatusDocument, PLAIN)).not.toContain('not heard')
  })

  it('says what is wrong beside the rounds', () => {
    const now = { health: 'warn', nextRound: '2026-11-04T01:19:17.000Z', version: '1' } as const
    const warnings = ['the router cannot tell its address: port 8246 is in use']
    const text = statusText(statusDocument(round([target()]), { ...now, warnings }), PLAIN)
    expect(text).toMatch(/^WARNING .*\n {2}! the router cannot tell its address: port 8246 is in use\naddress/)
    const { warnings: _, ...older } = statusDocument(round([target()]), now)
    expect(statusText(older as StatusDocument, PLAIN)).not.toContain('!')
  })

  it('tells below what the daemon found when it examined the mail path', () => {
    const doctor = doctorDocument(examination({ findings: [found('spf-missing', 'warn', 'no SPF')] }))
    const now = { health: 'warn', nextRound: 'soon', version: '1', doctor } as const
    const text = statusText(statusDocument(round([target()]), now), PLAIN)
    expect(text).toContain(
      '\n\nThe mail path, examined now: reachable. All of it: mxhome doctor\n\nWarnings\n  spf-missing',
    )
    expect(statusDocument(undefined, { ...now, doctor: null })).toHaveProperty('doctor', null)
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

  it('names a wanted family that is unknown, and no address where none is wanted', () => {
    const now = { health: 'warn', nextRound: 'soon', version: '1' } as const
    const nobody = { addresses: { A: null, AAAA: null } }
    const text = statusText(statusDocument(round([target()], [], nobody), now), PLAIN)
    expect(text).toMatch(
      /^WARNING {2}last round 02:14 \(28 s ago\), next soon \(when\?\), mxhome 1\naddress {2}IPv4 unknown\n/,
    )
    expect(statusText(statusDocument(round([], [], nobody), now), PLAIN)).toBe(
      'WARNING  last round 02:14 (28 s ago), next soon (when?), mxhome 1\n\nThere is no host to keep up to date.',
    )
  })

  it('names each of several lines, and a wanted family that is unknown', () => {
    const now = { health: 'pass', nextRound: '2026-11-05T01:00:00Z', version: '1' } as const
    const lines = { dsl: { A: NEW, AAAA: null }, lte: { A: null, AAAA: null } }
    const text = statusText(statusDocument(round([target({ type: 'AAAA' })], [], { lines }), now), PLAIN)
    expect(text).toContain('next 2026-11-05 02:00 (in 24 h)')
    expect(text).toContain('line dsl: 203.0.113.7, IPv6 unknown\nline lte: IPv6 unknown\n')
    const idle = statusText(statusDocument(round([], [], { lines }), now), PLAIN)
    expect(idle).toContain('line dsl: 203.0.113.7\nline lte: unknown\n')
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
