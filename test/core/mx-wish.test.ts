import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { MxSet } from '../../src/core/locate.ts'
import { type MxHost, refusalOfWish, refusalsOfHosts, warningsOf } from '../../src/core/mx-wish.ts'
import { name } from '../support/config.ts'
import { ip } from '../support/targets.ts'

const DOMAIN = name('example.com')
const mx = (...texts: readonly string[]): MxSet =>
  texts.map((text) => {
    const [preference, exchange = ''] = text.split(' ')
    return { preference: Number(preference), exchange }
  })

it('refuses more hosts than the provider takes, where that is known', () => {
  const five = mx('1 a.example', '2 b.example', '3 c.example', '4 d.example', '5 e.example')
  expect(refusalOfWish(DOMAIN, five, { name: 'ionos', most: 4 })).toMatchObject({ code: 78 })
  expect(refusalOfWish(DOMAIN, five.slice(1), { name: 'ionos', most: 4 })).toBeUndefined()
  expect(refusalOfWish(DOMAIN, five, { name: 'other' })).toBeUndefined()
})

it('refuses aliases and hosts without address; what is not known is for later', () => {
  const hosts: readonly MxHost[] = [
    { host: 'good.example', addresses: [ip('192.0.2.1')] },
    { host: 'alias.example', alias: 'good.example', addresses: [] },
    { host: 'none.example', addresses: [] },
    { host: 'dark.example', addresses: new Failure('network', 'silent') },
  ]
  const refusals = refusalsOfHosts(DOMAIN, hosts)
  expect(refusals.map(({ code }) => code)).toEqual([1, 1, 75])
  const words = ['alias (CNAME) of good.example', 'none.example, which has no address', 'looked up (silent)']
  for (const [i, said] of words.entries()) expect(refusals[i]?.message).toContain(said)
})

describe('warns', () => {
  const warned = (
    wanted: MxSet,
    {
      before = wanted,
      excluded = [] as string[],
      named = [] as string[],
      ours = /example\.com$/,
      hosts = [] as readonly MxHost[],
    } = {},
  ) =>
    warningsOf(DOMAIN, wanted, {
      before,
      hosts,
      isOurs: (owner) => ours.test(owner),
      named: named.map(name),
      excluded: excluded.map(name),
      lines: { hosts: (host) => `hosts=${host}`, exclude: (host) => `exclude=${host}`, adopting: () => [] },
    })
  const HOME = mx('10 mail.example.com', '20 backup.example.net')

  it('of nothing where nothing speaks against it', () => {
    expect(warned(HOME)).toEqual([])
    expect(warned(HOME, { before: mx('10 old.example.com') })).toEqual([])
  })

  it('of fewer records', () => {
    expect(warned(mx('10 mail.example.com'), { before: HOME })).toEqual([expect.stringMatching(/^2 MX .* become 1/)])
  })

  it('of hosts that are tried before ours', () => {
    const words = /^backup\.example\.net will be tried before mail\.example\.com/
    expect(warned(mx('10 mail.example.com', '5 backup.example.net'))).toEqual([expect.stringMatching(words)])
    const excluded = { excluded: ['vps.example.com'] }
    expect(warned(mx('10 mail.example.com', '5 vps.example.com'), excluded)).toHaveLength(1)
    expect(warned(mx('10 mail.example.com', '10 backup.example.net'))).toEqual([])
  })

  it('of a backup in a zone of ours that would be taken for the own host, and get its address', () => {
    const swapped = mx('5 backup.example.com', '10 mail.example.com')
    const words = /^backup\.example\.com will be tried before mail\.example\.com, .* exclude=backup\.example\.com$/
    expect(warned(swapped, { before: mx('10 mail.example.com') })).toEqual([expect.stringMatching(words)])
    expect(warned(swapped, { before: [], named: ['mail.example.com'] })).toEqual([expect.stringMatching(words)])
    expect(warned(swapped, { before: swapped })).toEqual([])
    expect(warned(swapped, { before: mx('10 mail.example.com'), named: ['backup.example.com'] })).toEqual([])
    expect(warned(mx('10 mx2.example.com'), { before: mx('10 mail.example.com') })).toEqual([])
  })

  it('of hosts that senders with IPv4 alone cannot reach', () => {
    const six = { host: 'six.example.com', addresses: [ip('2001:db8::6')] }
    const words = [expect.stringMatching(/^none of these hosts has an A record: .* IPv4 alone/)]
    expect(warned(HOME, { hosts: [six] })).toEqual(words)
    expect(warned(HOME, { hosts: [six, { host: 'four.example', addresses: [ip('192.0.2.1')] }] })).toEqual([])
    expect(warned(HOME, { hosts: [six, { host: 'dark.example', addresses: new Failure('network', '') }] })).toEqual([])
  })

  it('of a host that stands there more than once', () => {
    const words = /^mail\.example\.com stands there more than once/
    expect(warned(mx('10 mail.example.com', '20 mail.example.com'))).toEqual([expect.stringMatching(words)])
  })

  it('of what the daemon would complain about: two of ours, none of ours', () => {
    expect(warned(mx('10 a.example.com', '10 b.example.com')).join()).toContain('hosts=a.example.com')
    expect(warned(mx('10 a.example.net')).join()).toContain('none lies in a zone of yours')
    expect(warned(mx('0 .')).join()).toContain('null MX')
  })
})
