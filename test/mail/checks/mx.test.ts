import { expect, it } from 'vitest'
import { mxCheck } from '../../../src/mail/checks/mx.ts'
import type { HostFacts } from '../../../src/mail/facts.ts'
import { backup, facts, host, said, silent, wishes } from '../../support/mail-facts.ts'
import { ip } from '../../support/targets.ts'

const of = (...hosts: HostFacts[]) => said(mxCheck, { hosts })
const provider = { name: 'IONOS', mostMx: 4 }

it('says nothing of a sound MX', () => {
  expect(of(host(), backup())).toEqual([])
  expect(of()).toEqual([])
})

it.each<[string, Partial<HostFacts>, RegExp | undefined]>([
  [
    'neither family',
    { addresses: { A: [], AAAA: [] } },
    /^error mx-unresolvable: the MX of example.com names mail.example.com/,
  ],
  ['one family not known', { addresses: { A: [], AAAA: silent } }, /^unknown mx-unresolvable: .*silent/],
  ['no family known', { addresses: { A: silent, AAAA: silent } }, /^unknown mx-unresolvable: .*silent/],
  ['one family alone', { addresses: { A: [], AAAA: [ip('2001:db8::7')] } }, undefined],
  ['one family, the other unknown', { addresses: { A: [ip('203.0.113.7')], AAAA: silent } }, undefined],
  ['an alias that leads to an address', { alias: 'x.example.com' }, undefined],
  [
    'an alias that leads to none',
    { alias: 'x.example.com', addresses: { A: [], AAAA: [] } },
    /^error mx-unresolvable: .* names mail.example.com, an alias of x.example.com, which has no address/,
  ],
  ['an address in place of a name', { exchange: '203.0.113.7', addresses: { A: [], AAAA: [] } }, undefined],
])('an exchange with addresses of %s', (_, news, wanted) => {
  expect(of(host(news))).toEqual(wanted ? [expect.stringMatching(wanted)] : [])
})

it('a backup before ours', () => {
  const before = backup({ preference: 5 })
  expect(of(host(), before)).toEqual([
    'warn mx-preference: senders try mx.backup.net (5) before your mail.example.com (10): the lowest number is first',
  ])
  expect(mxCheck.ids).toContain('mx-preference')
  expect(of(host(), backup({ preference: 10 }))).toEqual([])
  expect(of(before)).toEqual([])
  expect(of(host(), host({ exchange: 'mail2.example.com', preference: 1 }), before)).toEqual([])
})

it('a backup before an alias of ours: the remedy names the host that shall stay in the MX', () => {
  const found = mxCheck.judge(facts({ hosts: [host({ alias: 'home.example.net' }), backup({ preference: 5 })] }))
  expect(found.map(({ remedy }) => remedy)).toEqual(['Give home.example.net 10, and mx.backup.net 20.'])
})

it('more records than the provider takes', () => {
  const hosts = [host(), ...[1, 2, 3, 4].map((n) => backup({ exchange: `mx${n}.backup.net` }))]
  expect(said(mxCheck, { hosts, wishes: wishes({ provider }) })).toEqual([
    'warn mx-too-many: example.com has 5 MX records, and IONOS takes 4',
  ])
  const mx = hosts.map(({ exchange, preference }) => ({ exchange, preference }))
  expect(said(mxCheck, { wishes: wishes({ provider, mx }) })).toEqual([
    'warn mx-too-many: your configuration wants for example.com 5 MX records, and IONOS takes 4',
  ])
  expect(said(mxCheck, { hosts, wishes: wishes({ provider: { ...provider, mostMx: 5 } }) })).toEqual([])
  expect(said(mxCheck, { hosts, wishes: wishes({ provider: { ...provider, mostMx: undefined } }) })).toEqual([])
  expect(said(mxCheck, { hosts })).toEqual([])
})

it('one exchange twice', () => {
  expect(of(host({ times: 2 }))).toEqual([
    'warn mx-duplicate: the MX of example.com names mail.example.com 2 times: that makes no second way',
  ])
})
