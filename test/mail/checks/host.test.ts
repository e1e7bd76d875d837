import { expect, it } from 'vitest'
import { HOUR } from '../../../src/core/instant.ts'
import { hostCheck } from '../../../src/mail/checks/host.ts'
import type { Facts, HostFacts, LineFacts } from '../../../src/mail/facts.ts'
import { name } from '../../support/config.ts'
import { ADDRESS, host, line, said, silent, wishes } from '../../support/mail-facts.ts'
import { ip } from '../../support/targets.ts'

const OLD = ip('203.0.113.6')
const V6 = ip('2001:db8::7')
const both: LineFacts['addresses'] = { A: [ADDRESS], AAAA: [V6] }
const at = (address: string, ...answer: (typeof ADDRESS)[]) => ({ name: 'ns', address, answer })
const of = (news: Partial<HostFacts>, addresses?: LineFacts['addresses'], more: Partial<Facts> = {}) =>
  said(hostCheck, { hosts: [host({ line: line(addresses && { addresses }), ...news })], ...more })

it.each<[string, Partial<HostFacts>, LineFacts['addresses'] | undefined, RegExp | undefined]>([
  ['the same', {}, undefined, undefined],
  [
    'another',
    { addresses: { A: [OLD], AAAA: [] } },
    undefined,
    /^error .*mail.example.com has 203.0.113.6, and the line has 203.0.113.7: mail goes to a wrong address/,
  ],
  ['one too many', { addresses: { A: [ADDRESS, OLD], AAAA: [] } }, undefined, /^error /],
  ['none', { addresses: { A: [], AAAA: [] } }, undefined, /^error .*has no IPv4 address, and the line has 203.0.113.7/],
  [
    'no IPv6, but IPv4',
    {},
    both,
    /^warn .*has no IPv6 address, and the line has 2001:db8::7: senders reach it by IPv4 only/,
  ],
  [
    'IPv6 that the line has not',
    { addresses: { A: [ADDRESS], AAAA: [V6] } },
    { A: [ADDRESS], AAAA: [] },
    /^error .*the line has no IPv6 address/,
  ],
  ['IPv6, and the family is off', { addresses: { A: [ADDRESS], AAAA: [V6] } }, { A: [ADDRESS] }, undefined],
  ['unknown', { addresses: { A: silent, AAAA: [] } }, undefined, /^unknown .*silent/],
  ['known, and the line is not', {}, { A: silent }, /^unknown .*silent/],
  [
    'the same at one of two servers',
    { servers: { A: [at('192.0.2.1', OLD), at('192.0.2.2', ADDRESS)] } },
    undefined,
    undefined,
  ],
  [
    'another at every server, whatever the resolver has',
    { servers: { A: [at('192.0.2.1', OLD)] } },
    undefined,
    /^error /,
  ],
  [
    'of the resolver where all servers are silent',
    { servers: { A: [{ name: 'ns', address: '', answer: silent }] } },
    undefined,
    undefined,
  ],
  ['the same, behind an alias', { alias: 'home.example.net' }, undefined, undefined],
  [
    'another, behind an alias',
    { alias: 'home.example.net', addresses: { A: [OLD], AAAA: [] } },
    undefined,
    /^error .*: home.example.net has 203.0.113.6, and the line has 203.0.113.7/,
  ],
])('the published address is %s', (_, news, addresses, wanted) => {
  expect(of(news, addresses)).toEqual(wanted ? [expect.stringMatching(wanted)] : [])
  if (wanted) expect(of(news, addresses)[0]).toContain(' host-address-differs: ')
})

it('a further server of ours that is elsewhere has its own address', () => {
  const vps = host({ exchange: 'vps.example.com', addresses: { A: [OLD], AAAA: [] } })
  const domain = name('example.com')
  const located = { domain, hosts: [name('mail.example.com')], memory: { hosts: [] }, findings: [] }
  expect(said(hostCheck, { hosts: [host(), vps], located })).toEqual([])
})

it('how long mail may miss the host', () => {
  expect(of({ ttl: 480 })).toEqual([])
  expect(of({ ttl: 481 })).toEqual([
    'warn ttl-too-long: resolvers keep the address of mail.example.com for 481 s: after a change mail may miss it for up to 16 min',
  ])
  expect(of({ ttl: 60 }, undefined, { wishes: wishes({ schedule: HOUR }) })).toEqual([
    expect.stringContaining('63 min'),
  ])
  expect(of({ ttl: undefined })).toEqual([])
})
