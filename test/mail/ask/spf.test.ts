import { expect, it } from 'vitest'
import { askSpf } from '../../../src/mail/ask/spf.ts'
import { name } from '../../support/config.ts'
import { silent } from '../../support/mail-facts.ts'
import { ip } from '../../support/targets.ts'
import { stubOf, txt } from './stub.ts'

const DOMAIN = name('example.com')
const V4 = ip('203.0.113.7')
const V6 = ip('2001:db8::7')
const ask = (known: Parameters<typeof stubOf>[0], addresses = [V4]) =>
  askSpf(stubOf(known), DOMAIN, addresses, 'mail.example.com')

it('gives the record, a verdict for each address, and the addresses in the record', async () => {
  const facts = await ask(
    {
      'example.com TXT': [
        txt('v=spf1 ip4:198.51.100.7 ip4:192.0.2.0/24 ', 'ip6:2001:DB8:0::1 -ip4:192.0.2.9 mx -all'),
        txt('other'),
      ],
      'example.com MX': [
        { type: 'MX', preference: 20, exchange: 'mx.backup.net' },
        { type: 'MX', preference: 10, exchange: 'mail.example.com' },
      ],
      'mail.example.com A': [{ type: 'A', address: V4 }],
    },
    [V4, V6],
  )

  expect(facts).toEqual({
    records: ['v=spf1 ip4:198.51.100.7 ip4:192.0.2.0/24 ip6:2001:DB8:0::1 -ip4:192.0.2.9 mx -all'],
    verdicts: [
      { address: V4, result: 'pass', explanation: '"mx" in the record of example.com', lookups: 1 },
      { address: V6, result: 'fail', explanation: '"-all" in the record of example.com', lookups: 1 },
    ],
    literals: ['198.51.100.7', '2001:db8::1'],
  })
})

it('asks the preferred MX host first', async () => {
  const { stub, asked } = stubOf({
    'example.com TXT': [txt('v=spf1 mx -all')],
    'example.com MX': [
      { type: 'MX', preference: 20, exchange: 'mx.backup.net' },
      { type: 'MX', preference: 10, exchange: 'mail.example.com' },
    ],
    'mail.example.com A': [{ type: 'A', address: V4 }],
  })
  await askSpf({ stub }, DOMAIN, [V4], 'mail.example.com')

  expect(asked).not.toContain('mx.backup.net A')
})

it('follows aliases and reverse names', async () => {
  const { verdicts } = await ask({
    'example.com TXT': [txt('v=spf1 include:_spf.example.com -all')],
    '_spf.example.com TXT': [
      { type: 'CNAME', target: 'spf.relay.net' },
      { ...txt('v=spf1 ptr:relay.net'), at: 'spf.relay.net' },
    ],
    '7.113.0.203.in-addr.arpa PTR': [{ type: 'PTR', target: 'out.relay.net' }],
    'out.relay.net A': [
      { type: 'CNAME', target: 'host.relay.net' },
      { type: 'A', address: V4, at: 'host.relay.net' },
    ],
  })

  expect(verdicts).toMatchObject([
    { result: 'pass', explanation: '"include:_spf.example.com" in the record of example.com' },
  ])
})

it('finds none, or several', async () => {
  expect(await ask({ 'example.com TXT': [txt('v=spf10')] })).toMatchObject({
    ...{ records: [], verdicts: [{ result: 'none' }], literals: [] },
  })
  const two = ['v=spf1 ip4:198.51.100.7 -all', 'v=spf1 mx -all']
  expect(await ask({ 'example.com TXT': two.map((text) => txt(text)) })).toMatchObject({
    ...{ records: two, verdicts: [{ result: 'permerror' }], literals: [] },
  })
  expect(await ask({ 'example.com TXT': [txt('v=spf1 ip4:198.51.100.7 moo')] })).toMatchObject({ literals: [] })
})

it('is unknown where the record cannot be looked up; what it names is temporary', async () => {
  await expect(ask({ 'example.com TXT': silent })).rejects.toBe(silent)
  for (const type of ['A', 'TXT', 'MX'] as const) {
    const term = { A: 'a:x.net', TXT: 'include:x.net', MX: 'mx:x.net' }[type]
    const known = { 'example.com TXT': [txt(`v=spf1 ${term} -all`)], [`x.net ${type}`]: silent }
    expect(await ask(known)).toMatchObject({
      verdicts: [{ result: 'temperror', explanation: expect.stringContaining(`x.net ${type}: ${silent.message}`) }],
    })
  }
})
