import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Rdata } from '../../src/dns/message.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import { askOutbound } from '../../src/mail/ask/outbound.ts'
import { fakeAsker, fakeTcp } from './fake-asker.ts'
import { noRoute, refused } from './smtp-facts.ts'

const a = (text: string): Rdata => ({ type: text.includes(':') ? 'AAAA' : 'A', address: parseAddress(text)! })
const mx = (preference: number, exchange: string): Rdata => ({ type: 'MX', preference, exchange })
const RECORDS = {
  'gmail.com MX': [mx(20, 'alt.google.example'), mx(5, 'mx.google.example')],
  'outlook.com MX': [mx(5, 'mx.outlook.example')],
  'gmx.net MX': [mx(10, 'mx.gmx.example')],
  'mx.google.example A': [a('192.0.2.1')],
  'mx.outlook.example A': [a('192.0.2.2')],
  'mx.gmx.example A': [a('192.0.2.3'), a('192.0.2.33')],
  'mx.gmx.example AAAA': [a('2001:db8::3')],
  'gmx.net A': [a('192.0.2.30')],
}
const lookUp = new Failure('network', 'no resolver answers')

it('the first MX host of each, one of them open: enough', async () => {
  const { tcp, tried } = fakeTcp({ '192.0.2.1 25': refused, '192.0.2.3 25': 'open' })
  expect(await askOutbound(fakeAsker({ records: RECORDS, world: { tcp } }))).toEqual({
    tried: [
      { host: 'mx.google.example', outcome: 'refused' },
      { host: 'mx.outlook.example', outcome: 'silent' },
      { host: 'mx.gmx.example', outcome: 'open' },
    ],
    isOnline: true,
  })
  expect(tried).toEqual(['192.0.2.1 25', '192.0.2.2 25', '192.0.2.3 25'])
})

it('none open: whether the line works, port 443 tells', async () => {
  const blocked = fakeTcp({ '192.0.2.30 443': 'open' })
  expect(await askOutbound(fakeAsker({ records: RECORDS, world: blocked }))).toMatchObject({ isOnline: true })
  const down = fakeTcp({ '192.0.2.30 443': refused })
  expect(await askOutbound(fakeAsker({ records: RECORDS, world: down }))).toMatchObject({ isOnline: false })
})

it('over IPv6 where there is no IPv4', async () => {
  const { tcp } = fakeTcp({
    '192.0.2.1 25': noRoute,
    '192.0.2.2 25': noRoute,
    '192.0.2.3 25': noRoute,
    '2001:db8::3 25': 'open',
  })
  const { tried } = await askOutbound(fakeAsker({ records: RECORDS, world: { tcp } }))
  expect(tried).toEqual([{ host: 'mx.gmx.example', outcome: 'open' }])
})

it('no name can be looked up, or there is no way at all: not known', async () => {
  const records = Object.fromEntries(['gmail.com MX', 'outlook.com MX', 'gmx.net MX'].map((key) => [key, lookUp]))
  await expect(askOutbound(fakeAsker({ records }))).rejects.toBe(lookUp)
  const { tcp } = fakeTcp({ '192.0.2.1 25': noRoute })
  const one = { 'gmail.com MX': [mx(5, 'mx.google.example')], 'mx.google.example A': [a('192.0.2.1')] }
  await expect(askOutbound(fakeAsker({ records: one, world: { tcp } }))).rejects.toBe(noRoute)
  await expect(askOutbound(fakeAsker({}))).rejects.toMatchObject({ message: 'gmail.com has no MX' })
})
