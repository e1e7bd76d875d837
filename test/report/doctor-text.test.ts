import { describe, expect, it } from 'vitest'
import type { ExaminedDomain } from '../../src/core/examination.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Finding } from '../../src/core/finding.ts'
import { doctorDocument, doctorExitCode } from '../../src/report/doctor-document.ts'
import { doctorSummary } from '../../src/report/doctor-summary.ts'
import { doctorText } from '../../src/report/doctor-text.ts'
import { findingList, findingListText } from '../../src/report/finding-list-text.ts'
import { name } from '../support/config.ts'
import { examination, examinedDomain, found } from './doctoring.ts'
import { PLAIN } from './documents.ts'

const text = (...args: Parameters<typeof doctorDocument>) => doctorText(doctorDocument(...args), PLAIN)

describe('doctor', () => {
  it('says the verdict in one line, then what is wrong, why it matters and what to do', () => {
    const backup = { host: 'mx.example.net', preference: 20, role: 'backup', alias: undefined, addresses: [] } as const
    const hosts = [...examinedDomain().hosts, backup]
    const unasked = [{ what: 'port 25 as others see it', why: 'no prober is set (MXHOME_PROBER)' }]
    const shown = text(
      examination({
        verdict: 'not-reachable',
        domains: [examinedDomain({ verdict: 'not-reachable', hosts, unasked })],
        findings: [
          found('port-25-closed', 'error', 'nothing answers on port 25 of mail.example.com'),
          found('dmarc-missing', 'warn', 'there is no DMARC record'),
          { ...found('split-horizon', 'info', 'the resolver differs', undefined), domain: undefined },
          found('dnsbl-unknown', 'unknown', 'zen.spamhaus.org did not tell'),
        ],
      }),
    )
    expect(shown).toBe(`example.com: not reachable (1 error, 1 warning).
  10  mail.example.com  ours    203.0.113.7
  20  mx.example.net    backup  no address

Errors
  port-25-closed: nothing answers on port 25 of mail.example.com (RFC 5321 5.1)
      Senders try again for days, then return the mail.
   -> Do what helps.

Warnings
  dmarc-missing: example.com: there is no DMARC record (RFC 5321 5.1)
      Large receivers want one, and without it nobody is told of mail that is sent in your name.
   -> Do what helps.

Could not be examined
  dnsbl-unknown: example.com: zen.spamhaus.org did not tell (RFC 5321 5.1)
   -> Do what helps.

Notes
  split-horizon: the resolver differs (RFC 5321 5.1)
   -> Do what helps.

Not asked
  port 25 as others see it: no prober is set (MXHOME_PROBER)

Examined in 2.5 s. What a finding means: mxhome doctor --list.`)
  })

  it('with nothing wrong says so, and how far that goes', () => {
    expect(text(examination()).split('\n')).toEqual([
      'example.com: reachable.',
      '  10  mail.example.com  ours  203.0.113.7',
      '',
      'Examined in 2.5 s.',
    ])
    const unknown = examination({ findings: [found('dnsbl-unknown', 'unknown')] })
    expect(text(unknown)).toMatch(/^example\.com: reachable, as far as it could be examined\.\n/)
  })

  it('does not claim that port 25 is open where nobody has seen it', () => {
    const head = (given: Partial<ExaminedDomain>, findings: Finding[] = []) =>
      text(examination({ domains: [examinedDomain({ isPortSeen: false, ...given })], findings })).split('\n')[0]
    const unseen = '; nobody outside has seen port 25 open.'
    expect(head({})).toBe(`example.com: perhaps reachable${unseen}`)
    expect(head({ verdict: 'reachable-with-faults' }, [found('spf-missing', 'warn')])).toBe(
      `example.com: perhaps reachable, with faults (1 warning)${unseen}`,
    )
    expect(head({}, [found('dnsbl-unknown', 'unknown')])).toBe(
      `example.com: perhaps reachable, as far as it could be examined${unseen}`,
    )
    expect(head({ verdict: 'not-reachable' }, [found('mx-missing', 'error')])).toBe(
      'example.com: not reachable (1 error).',
    )
    expect(head({ isPortSeen: undefined })).toBe('example.com: reachable.')
  })

  it('an alias stands with its end', () => {
    const hosts = examinedDomain().hosts.map((one) => ({ ...one, alias: 'www.example.com', addresses: [] }))
    expect(text(examination({ domains: [examinedDomain({ hosts })] }))).toContain(
      '  10  mail.example.com  ours  alias of www.example.com\n',
    )
  })

  it('what could not be examined for one reason has one remedy', () => {
    const findings = [
      found('certificate-name', 'unknown', 'a'),
      found('dnssec-bogus', 'unknown', 'b'),
      found('certificate-expiry', 'unknown', 'c'),
    ].map((one, i) => ({ ...one, remedy: i === 1 ? '' : 'Open port 25.', reference: '' }))
    expect(text(examination({ findings }))).toContain(`
Could not be examined
  certificate-name: example.com: a
  certificate-expiry: example.com: c
   -> Open port 25.
  dnssec-bogus: example.com: b

`)
  })

  it('counts of each domain its own, and what concerns all of them', () => {
    const other = name('example.org')
    const hosts = [
      { host: 'mx.example.org', preference: 0, role: 'ours', alias: undefined, addresses: new Failure('network', 'x') },
    ] as const
    const domains = [
      examinedDomain({ verdict: 'reachable-with-faults' }),
      examinedDomain({ domain: other, verdict: 'not-known', isOwn: false, hosts }),
    ]
    const findings = [
      { ...found('sources-disagree', 'warn'), domain: undefined },
      found('spf-missing', 'warn'),
      { ...found('mx-unknown', 'unknown', 'x', other), remedy: '', reference: '' },
    ]
    const lines = text(examination({ domains, findings })).split('\n')
    expect(lines).toContain('example.com: reachable, with faults (2 warnings).')
    expect(lines).toContain('example.org: not known (1 warning).')
    expect(lines).toContain('  0  mx.example.org  examined  address unknown')
    expect(lines).toContain('  mx-unknown: example.org: x')
  })

  it('shows each question and its answer to those who ask for it', () => {
    expect(text(examination(), true)).toContain(`
Asked for example.com
  MX of example.com at ns1.example.net (192.0.2.53)
      10 mail.example.com
`)
  })

  it('the document has every key, and why each finding matters', () => {
    const hosts = [
      { host: 'mx.example.org', preference: 0, role: 'ours', alias: undefined, addresses: new Failure('network', 'x') },
    ] as const
    const findings = [{ ...found('spf-missing', 'warn'), domain: undefined }]
    expect(doctorDocument(examination({ domains: [examinedDomain({ hosts })], findings }))).toEqual({
      started: '2026-11-04T01:14:27.500Z',
      finished: '2026-11-04T01:14:30.000Z',
      verdict: 'reachable',
      domains: [
        {
          domain: 'example.com',
          verdict: 'reachable',
          own: true,
          port25Seen: true,
          hosts: [{ host: 'mx.example.org', preference: 0, role: 'ours', alias: null, addresses: null }],
          unasked: [],
          answers: null,
        },
      ],
      findings: [
        {
          id: 'spf-missing',
          severity: 'warn',
          domain: null,
          message: 'spf-missing',
          why: 'Others can send in its name, and Google wants SPF or DKIM of every sender.',
          remedy: 'Do what helps.',
          reference: 'RFC 5321 5.1',
        },
      ],
    })
    expect(doctorDocument(examination(), true).domains[0]?.answers).toHaveLength(1)
    const unseen = doctorDocument(examination({ domains: [examinedDomain({ isPortSeen: undefined })] }))
    expect(unseen.domains[0]?.port25Seen).toBeNull()
  })

  it.each([
    ['reachable', ['warn', 'unknown'], 0],
    ['not-known', ['unknown'], 75],
    ['reachable-with-faults', ['error'], 1],
    ['not-known', ['error', 'unknown'], 1],
  ] as const)('%s with %j exits with %d', (verdict, severities, code) => {
    const findings = severities.map((severity) => found('spf-fails', severity))
    expect(doctorExitCode(doctorDocument(examination({ verdict, findings })))).toBe(code)
  })
})

describe('doctor, below the status', () => {
  it('is one line and what is grave', () => {
    const findings = [found('spf-missing', 'warn', 'no SPF'), found('dnsbl-unknown', 'unknown')]
    const document = doctorDocument(examination({ verdict: 'reachable-with-faults', findings }))
    const later = { ...PLAIN, now: PLAIN.now + 3 * 3_600_000 }
    expect(doctorSummary(document, later)).toEqual([
      '',
      'The mail path, examined 3 h ago: reachable, with faults. All of it: mxhome doctor',
      '',
      'Warnings',
      '  spf-missing: no SPF (RFC 5321 5.1)',
      '   -> Do what helps.',
    ])
    expect(doctorSummary({ ...document, finished: 'x' }, PLAIN)[1]).toContain('examined when?')
    expect([doctorSummary(null, PLAIN), doctorSummary(undefined, PLAIN)]).toEqual([[], []])
  })
})

describe('doctor --list', () => {
  it('has every finding with all that is known of it', () => {
    const { findings } = findingList()
    expect(findings.length).toBeGreaterThan(50)
    expect(findings[0]).toEqual({
      id: 'mx-missing',
      group: 'The MX',
      means: 'The domain has no MX record, or does not exist.',
      why: expect.stringContaining('implicit MX'),
      reference: 'RFC 5321 5.1',
      severities: ['error', 'info'],
      stopsMail: true,
      optIn: null,
    })
    expect(findings.find(({ id }) => id === 'open-relay')).toMatchObject({ stopsMail: false, optIn: '--relay-test' })
  })

  it('prints them by groups', () => {
    const lines = findingListText(findingList(), { ...PLAIN, width: 200 }).split('\n')
    expect(lines.slice(0, 4)).toEqual([
      'The MX',
      '  mx-missing',
      '      The domain has no MX record, or does not exist. Senders then try the address of the domain itself (implicit MX), where usually a web site lives that takes no mail; without a domain mail bounces.',
      '      error, note; keeps all mail out; RFC 5321 5.1',
    ])
    expect(lines).toContain('      error, unknown; with --relay-test; RFC 5321 3.6.1, RFC 2505 2.1')
    expect(lines.filter((line) => line === '')).toHaveLength(5)
  })
})
