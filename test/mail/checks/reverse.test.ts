import { expect, it } from 'vitest'
import type { ReverseFacts, ReverseName } from '../../../src/mail/ask/reverse.ts'
import { reverseCheck } from '../../../src/mail/checks/reverse.ts'
import type { Outbound } from '../../../src/mail/facts.ts'
import { ADDRESS, facts, host, said, silent, wishes } from '../../support/mail-facts.ts'
import { ip } from '../../support/targets.ts'

const named = (name: string, ...addresses: (typeof ADDRESS)[]): ReverseName => ({ name, addresses })
const OWN = named('mail.example.com', ADDRESS)
const ISP = named('p5b0c1234.dip0.isp.net', ADDRESS)
const of = (names: ReverseFacts['names'], outbound: Outbound = 'direct', address = ADDRESS) =>
  said(reverseCheck, { reverse: [{ address, names }], wishes: wishes({ outbound }) })

it.each<[string, ReverseFacts['names'], readonly RegExp[]]>([
  ['its own name', [OWN], []],
  ['its own name among others', [named('other.net'), OWN, ISP], []],
  ['a chosen name that sounds like a pool', [named('dyn.example.com', ADDRESS)], []],
  ['none', [], [/^error iprev-missing: 203.0.113.7 has no reverse name/]],
  [
    'a name that leads elsewhere',
    [named('mail.example.com', ip('203.0.113.6'))],
    [/^error iprev-mismatch: .*mail.example.com, whose IPv4 address is 203.0.113.6: /],
  ],
  ['a name without address', [named('mail.example.com')], [/whose IPv4 address is missing/]],
  [
    'names that lead elsewhere',
    [named('a.net'), named('b.net')],
    [/^error iprev-mismatch: none of the reverse names of 203.0.113.7 leads back to it: a.net and b.net$/],
  ],
  ["the ISP's name", [ISP], [/^warn iprev-generic: .*p5b0c1234.dip0.isp.net/]],
  ["the ISP's name, which leads elsewhere", [named(ISP.name)], [/^error iprev-mismatch/, /^warn iprev-generic/]],
  ['unknown', silent, [/^unknown iprev-missing: the reverse name of 203.0.113.7 .*silent/]],
  [
    'a name that cannot be looked up',
    [{ name: 'a.net', addresses: silent }],
    [/^unknown iprev-mismatch: whether a.net leads back .*silent/],
  ],
  ['a name that cannot be looked up, beside a good one', [{ name: 'a.net', addresses: silent }, OWN], []],
])('the reverse name is %s', (_, names, wanted) => {
  expect(of(names)).toEqual(wanted.map((one) => expect.stringMatching(one)))
})

it.each<[Outbound, string, RegExp]>([
  ['direct', 'error', /^Ask the ISP for a PTR record of 203.0.113.7 that names mail.example.com/],
  ['unknown', 'warn', /^If you send directly: Ask the ISP/],
  ['smarthost', 'info', /^Nothing to do as long as/],
])('who sends %s gets a finding of severity %s', (outbound, severity, remedy) => {
  const [found] = reverseCheck.judge(
    facts({ reverse: [{ address: ADDRESS, names: [] }], wishes: wishes({ outbound }) }),
  )
  expect(found).toMatchObject({ severity, remedy: expect.stringMatching(remedy) })
  expect(of([named('a.net')], outbound)).toEqual([expect.stringMatching(new RegExp(`^${severity} `))])
  const generic = severity === 'error' ? 'warn' : severity
  expect(of([ISP], outbound)).toEqual([expect.stringMatching(new RegExp(`^${generic} iprev-generic: `))])
})

it('wants the name that has the address record, where the MX names an alias of it', () => {
  const hosts = [host({ alias: 'home.example.net' })]
  const judged = (names: readonly ReverseName[]) =>
    reverseCheck.judge(facts({ hosts, reverse: [{ address: ADDRESS, names }] }))
  expect(judged([]).map(({ remedy }) => remedy)).toEqual([expect.stringContaining('that names home.example.net,')])
  expect(judged([named('home.example.net', ADDRESS)])).toEqual([])
})

it('looks at the address that mail leaves from', () => {
  expect(of([], 'direct', ip('203.0.113.6'))).toEqual([])
  const v6 = { address: ip('2001:db8::7'), names: [] }
  expect(said(reverseCheck, { reverse: [v6] })).toEqual([expect.stringMatching(/^error iprev-missing: 2001:db8::7/)])
})
