import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { blocklistCheck } from '../../../src/mail/checks/blocklist.ts'
import type { Outbound } from '../../../src/mail/facts.ts'
import { ADDRESS, said, silent, wishes } from '../../support/mail-facts.ts'
import { ip } from '../../support/targets.ts'

const list = 'zen.spamhaus.org'
const of = (codes: readonly string[] | Failure, outbound: Outbound = 'direct') =>
  said(blocklistCheck, {
    blocklists: [{ address: ADDRESS, list, codes: codes instanceof Failure ? codes : codes.map(ip) }],
    wishes: wishes({ outbound }),
  })

it.each<[string, readonly string[] | Failure, readonly RegExp[]]>([
  ['nothing', [], []],
  [
    'SBL',
    ['127.0.0.2'],
    [/^error dnsbl-listed: 203.0.113.7 is on the blocklist zen.spamhaus.org \(SBL: a source of spam\)/],
  ],
  ['XBL twice', ['127.0.0.4', '127.0.0.5'], [/\(XBL: an infected or hijacked machine\)/]],
  ['DROP and BCL', ['127.0.0.9', '127.0.0.30'], [/\(DROP: a hijacked network; BCL: a botnet controller\)/]],
  ['a code that is new', ['127.0.0.77'], [/^error dnsbl-listed: .*\(code 127.0.0.77\)/]],
  [
    'PBL',
    ['127.0.0.10'],
    [/^error dnsbl-policy: 203.0.113.7 is in a range of end users .*nothing is wrong with your server$/],
  ],
  ['PBL and CSS', ['127.0.0.11', '127.0.0.3'], [/^error dnsbl-listed: /, /^error dnsbl-policy: /]],
  ['a public resolver', ['127.255.255.254'], [/^unknown dnsbl-unknown: .*public one.*127.255.255.254/]],
  ['a misspelt list', ['127.255.255.252'], [/^unknown dnsbl-unknown: .*misspelt/]],
  ['too many queries', ['127.255.255.255'], [/^unknown dnsbl-unknown: .*too often/]],
  ['a refusal that is new', ['127.255.255.77'], [/^unknown dnsbl-unknown: .*127.255.255.77/]],
  ['silence', silent, [/^unknown dnsbl-unknown: the blocklist zen.spamhaus.org could not be examined: .*silent/]],
])('%s', (_, codes, wanted) => {
  expect(of(codes)).toEqual(wanted.map((one) => expect.stringMatching(one)))
})

it.each<[Outbound, string]>([
  ['direct', 'error'],
  ['unknown', 'warn'],
  ['smarthost', 'info'],
])('who sends %s gets a finding of severity %s', (outbound, severity) => {
  expect(of(['127.0.0.4', '127.0.0.10'], outbound)).toEqual([
    expect.stringMatching(new RegExp(`^${severity} dnsbl-listed`)),
    expect.stringMatching(new RegExp(`^${severity} dnsbl-policy`)),
  ])
  expect(of(silent, outbound)).toEqual([expect.stringMatching(/^unknown /)])
})

it('says once what holds for all, and nothing of addresses that no mail leaves from', () => {
  const v6 = { address: ip('2001:db8::7'), list, codes: silent }
  const blocklists = [{ address: ADDRESS, list, codes: silent }, v6]
  expect(said(blocklistCheck, { blocklists })).toHaveLength(1)
  expect(
    said(blocklistCheck, { blocklists: [{ address: ip('203.0.113.6'), list, codes: [ip('127.0.0.2')] }] }),
  ).toEqual([])
})
