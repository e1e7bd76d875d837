import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpfFacts, SpfResult } from '../../../src/mail/ask/spf.ts'
import { spfCheck } from '../../../src/mail/checks/spf.ts'
import type { Facts, Outbound } from '../../../src/mail/facts.ts'
import { literalsOf } from '../../../src/mail/spf/literal.ts'
import { name } from '../../support/config.ts'
import { ADDRESS, backup, facts, host, line, said, silent, wishes } from '../../support/mail-facts.ts'
import { ip } from '../../support/targets.ts'

const spf = (record: string, result: SpfResult = 'pass', address = ADDRESS): SpfFacts => ({
  records: [record],
  verdicts: [{ address, result, explanation: '"-all" in the record of example.com', lookups: 1 }],
  literals: literalsOf([record]),
})
const sending = (outbound: Outbound) => ({ wishes: wishes({ outbound }) })
const remedies = (news: Partial<Facts>) => spfCheck.judge(facts(news)).map(({ remedy }) => remedy)
const matching = (wanted: readonly RegExp[]) => wanted.map((one) => expect.stringMatching(one))

describe('whether there is a record', () => {
  const NONE: SpfFacts = { records: [], verdicts: [{ ...spf('').verdicts[0]!, result: 'none' }], literals: [] }

  it('none', () => {
    for (const outbound of ['direct', 'smarthost', 'unknown'] as const) {
      expect(said(spfCheck, { spf: NONE, ...sending(outbound) })).toEqual(
        matching([/^warn spf-missing: example.com has no SPF record/]),
      )
    }
    expect(remedies({ spf: NONE, ...sending('direct') })).toEqual([
      'Publish as TXT record of example.com: "v=spf1 mx -all". "mx" follows the address of your mail host by itself.',
    ])
    expect(remedies({ spf: NONE, ...sending('smarthost') })).toEqual(
      matching([/^Publish as TXT record of example.com: "v=spf1 include:NAME -all", with the NAME/]),
    )
    expect(remedies({ spf: NONE, ...sending('unknown') })).toEqual(
      matching([/"v=spf1 mx -all".* If you send by a smarthost: "v=spf1 include:NAME -all"/]),
    )
  })

  it('of a domain with a null MX "mx" would match nothing', () => {
    const TEXT = { message: '', remedy: '', reference: '' }
    const nullMx = { id: 'null-mx', severity: 'info', domain: name('example.com'), ...TEXT } as const
    const { located } = facts({})
    expect(remedies({ spf: NONE, located: { ...located, findings: [nullMx] } })).toEqual([
      'If example.com sends no mail either: Publish as TXT record of example.com: "v=spf1 -all".',
    ])
  })

  it('unknown', () => {
    expect(said(spfCheck, { spf: silent })).toEqual(
      matching([/^unknown spf-missing: the SPF record of example.com .*silent/]),
    )
  })

  it('two, of which receivers use none, whoever sends', () => {
    const two = { ...spf(''), records: ['v=spf1 mx -all', 'v=spf1 mx include:relay.net ~all'] }
    for (const outbound of ['direct', 'smarthost', 'unknown'] as const) {
      expect(said(spfCheck, { spf: two, ...sending(outbound) })).toEqual(
        matching([/^error spf-fails: example.com has 2 SPF records \("v=spf1 mx -all", "v=spf1 mx include/]),
      )
    }
    expect(remedies({ spf: two })).toEqual(matching([/^Leave one\. .*"v=spf1 mx include:relay.net ~all"/]))
    const open = { ...two, records: ['v=spf1 a:x.net', 'v=spf1 include:relay.net'] }
    expect(remedies({ spf: open })).toEqual(matching([/"v=spf1 a:x.net include:relay.net -all"\.$/]))
  })

  it('one that is not understood, whoever sends', () => {
    const wrong = spf('v=spf1 a:203.0.113.7 \u001b[2J -all', 'permerror')
    expect(said(spfCheck, { spf: wrong, ...sending('smarthost') })).toEqual(
      matching([
        /^error spf-fails: receivers refuse the SPF record of example.com: "a:203.0.113.7" .* ip4:203.0.113.7$/,
      ]),
    )
    expect(remedies({ spf: wrong })).toEqual(['Mend or remove that term in "v=spf1 a:203.0.113.7 ?[2J -all".'])
  })
})

describe('what it says of the own addresses', () => {
  it.each<[SpfResult, Outbound, readonly RegExp[]]>([
    ['pass', 'direct', []],
    [
      'fail',
      'direct',
      [/^error spf-fails: mail that comes directly from 203.0.113.7 gets SPF "fail": "-all" in the record of/],
    ],
    ['permerror', 'direct', [/^error spf-fails/]],
    ['softfail', 'direct', [/^warn spf-fails: .*"softfail"/]],
    ['neutral', 'direct', [/^warn spf-fails: .*"neutral"/]],
    ['temperror', 'direct', [/^unknown spf-fails: whether SPF lets 203.0.113.7 send could not be examined/]],
    ['fail', 'unknown', [/^warn spf-fails/]],
    ['softfail', 'unknown', [/^warn spf-fails/]],
    ['temperror', 'unknown', [/^unknown spf-fails/]],
    ['fail', 'smarthost', [/^info spf-fails/]],
    ['permerror', 'smarthost', [/^info spf-fails/]],
    ['temperror', 'smarthost', [/^unknown spf-fails/]],
  ])('%s, sending: %s', (result, outbound, wanted) => {
    expect(said(spfCheck, { spf: spf('v=spf1 -all', result), ...sending(outbound) })).toEqual(matching(wanted))
  })

  it('each address by itself', () => {
    const other = ip('2001:db8::7')
    const both = {
      ...spf(''),
      records: ['v=spf1 mx -all'],
      verdicts: [...spf('', 'pass').verdicts, ...spf('', 'fail', other).verdicts],
    }
    const news = { spf: both, line: line({ addresses: { A: [ADDRESS], AAAA: [other] } }) }

    expect(said(spfCheck, news)).toEqual(matching([/directly from 2001:db8::7 gets/]))
  })

  it('an address from which nothing is sent does not matter', () => {
    expect(said(spfCheck, { spf: spf('v=spf1 -all', 'fail', ip('198.51.100.25')) })).toEqual([])
  })

  it.each([
    ['v=spf1 -all', 'v=spf1 mx -all'],
    ['v=spf1 include:relay.net ~all mx', 'v=spf1 mx include:relay.net ~all'],
    ['v=spf1 +MX -all', 'v=spf1 mx -all'],
    ['V=SPF1 redirect=relay.net', 'v=spf1 mx redirect=relay.net'],
  ])('%s becomes %s', (record, better) => {
    expect(remedies({ spf: spf(record, 'fail') })).toEqual([
      `Publish as TXT record of example.com: "${better}". "mx" follows the address of your mail host by itself.`,
    ])
  })

  it('an address that the line has lost goes too, as the other remedy has it', () => {
    const record = 'v=spf1 ip4:198.51.100.9 ip4:192.0.2.25 -all'
    const news = { spf: spf(record, 'fail'), line: line({ former: [ip('198.51.100.9')] }) }
    const [bad, stale] = remedies(news)
    expect(bad).toContain('"v=spf1 mx ip4:192.0.2.25 -all"')
    expect(stale).toBe(bad)
  })

  it('names the host behind an alias, which has the address record', () => {
    const address = ip('203.0.113.9')
    const now = line({ addresses: { A: [address] } })
    const hosts = [host({ alias: 'home.example.net', line: now })]
    const news = { hosts, spf: spf('v=spf1 mx -all', 'fail', address), line: now }
    expect(remedies(news)).toEqual(matching([/^Let the A record of home.example.net hold 203.0.113.9,/]))
  })

  it('a record that is right only has to be seen', () => {
    expect(remedies({ spf: spf('v=spf1 mx -all', 'fail') })).toEqual(
      matching([/^The record is right for mail.example.com/]),
    )
  })

  it('an address that no host of ours has', () => {
    const address = ip('2001:db8::7')
    const news = { spf: spf('v=spf1 mx -all', 'fail', address), line: line({ addresses: { AAAA: [address] } }) }

    expect(remedies(news)).toEqual([
      'Let the AAAA record of mail.example.com hold 2001:db8::7, and the TXT record of example.com be "v=spf1 mx -all".',
    ])
    expect(remedies({ ...news, hosts: [host({ addresses: { A: [], AAAA: silent } })] })).toEqual(remedies(news))
    expect(remedies({ ...news, hosts: [] })).toEqual(matching([/^Let the AAAA record of your mail host hold/]))
  })
})

describe('addresses in the record', () => {
  const old = ip('198.51.100.7')
  const RECORD = 'v=spf1 ip4:198.51.100.7 include:relay.net -all'
  const had = (news: Partial<Facts> = {}) => ({ spf: spf(RECORD), line: line({ former: [old] }), ...news })

  it('one that the line has lost', () => {
    expect(said(spfCheck, had())).toEqual(
      matching([
        /^warn spf-stale-address: the SPF record of example.com still names 198.51.100.7, which this line has lost/,
      ]),
    )
    expect(remedies(had())).toEqual(matching([/"v=spf1 mx include:relay.net -all"/]))
  })

  it('is only told, without "mx", where a smarthost sends', () => {
    expect(said(spfCheck, had(sending('smarthost')))).toEqual(matching([/^info spf-stale-address/]))
    expect(remedies(had(sending('smarthost')))).toEqual([
      'Publish as TXT record of example.com: "v=spf1 include:relay.net -all".',
    ])
  })

  it('unknown whether the line still has it', () => {
    expect(said(spfCheck, had({ line: line({ former: [old], addresses: { A: silent } }) }))).toEqual(
      matching([/^unknown spf-stale-address: whether this line still has 198.51.100.7.*silent/]),
    )
  })

  it('the family is off, or the line has it again', () => {
    expect(said(spfCheck, had({ line: line({ former: [old], addresses: {} }) }))).toEqual(matching([/^warn spf-stale/]))
    expect(said(spfCheck, had({ line: line({ former: [old], addresses: { A: [old] } }) }))).toEqual(
      matching([
        /^info spf-stale-address: the SPF record of example.com names this line's address 198.51.100.7 itself/,
      ]),
    )
  })

  it('another one, while the line changes', () => {
    const changed = line({ former: [ip('192.0.2.1')] })
    expect(said(spfCheck, had({ line: changed }))).toEqual(
      matching([/^info spf-stale-address: .* names the address 198.51.100.7 itself, and your line's addresses change/]),
    )
    expect(remedies(had({ line: changed }))).toEqual(
      matching([/^Nothing to do if another server has it for good\. Else: Pub/]),
    )
    expect(said(spfCheck, had({ line: line() }))).toEqual([])
    const elsewhere = backup({ addresses: { A: [old], AAAA: [] } })
    expect(said(spfCheck, had({ line: changed, hosts: [host(), elsewhere] }))).toEqual([])
  })
})

it('any record is judged, in printable words', () => {
  const term = fc.oneof(
    fc.constantFrom('mx', '-all', 'ip4:203.0.113.7', 'ip6:::1', 'redirect=a.b'),
    fc.string({ unit: 'binary' }),
  )
  const record = fc.array(term, { maxLength: 5 }).map((terms) => `v=spf1 ${terms.join(' ')}`)
  const result = fc.constantFrom<SpfResult>('pass', 'fail', 'softfail', 'neutral', 'temperror', 'permerror', 'none')
  const outbound = fc.constantFrom<Outbound>('direct', 'smarthost', 'unknown')
  fc.assert(
    fc.property(fc.array(record, { maxLength: 2 }), result, outbound, (records, is, how) => {
      const seen = { ...spf('', is), records, literals: literalsOf(records) }
      const found = spfCheck.judge(facts({ spf: seen, ...sending(how), line: line({ former: [ip('::1')] }) }))

      for (const { message, remedy } of found) expect(message + remedy).toMatch(/^[ -~]+$/)
    }),
  )
})
