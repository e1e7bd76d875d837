import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import type { SmtpFacts, SmtpSeen } from '../../../src/mail/ask/smtp.ts'
import { smtpCheck } from '../../../src/mail/checks/smtp.ts'
import type { Facts, HostFacts } from '../../../src/mail/facts.ts'
import {
  backup,
  enforced,
  FAR,
  factsOf,
  here,
  host,
  idsOf,
  noProber,
  only,
  ours,
  outside,
  refused,
  reply,
  seen,
  silent,
  V4,
  V6,
} from '../smtp-facts.ts'

const closed = new Failure('network', 'the connection was closed before the reply to RCPT')
const ids = (news: Partial<SmtpSeen>, facts: Partial<Facts> = {}) =>
  idsOf(smtpCheck, factsOf([ours(here(seen(news)))], facts))

describe('a mail server of ours', () => {
  it('without fault', () => {
    expect(ids({})).toEqual([])
    expect(idsOf(smtpCheck, factsOf([backup(here(seen({ greeting: reply('220 x') })))]))).toEqual([])
    expect(idsOf(smtpCheck, factsOf([ours()]))).toEqual([])
  })

  it('without a connection everything is unknown, once a host', () => {
    const facts = factsOf([ours(here(refused), here(silent, V6), outside(noProber))])
    expect(idsOf(smtpCheck, facts)).toEqual([
      'unknown smtp-banner-mismatch',
      'unknown smtp-no-starttls',
      'unknown postmaster-refused',
    ])
    expect(only(smtpCheck, facts, 'smtp-no-starttls').message).toBe(
      'whether mx.example.com speaks TLS could not be examined: the prober answered 503',
    )
  })

  it('is believed as it is seen from outside', () => {
    const router = here(seen({ greeting: reply('220 FRITZ!Box') }))
    expect(idsOf(smtpCheck, factsOf([ours(router, outside(seen()))]))).toEqual([])
    expect(idsOf(smtpCheck, factsOf([ours(router, outside(refused))]))).toEqual(['warn smtp-banner-mismatch'])
  })

  it('the same at two addresses is said once', () => {
    const [one, other] = [V4, V6].map((address) => here(seen({ capabilities: [], starttls: undefined }), address))
    expect(idsOf(smtpCheck, factsOf([ours(one!, other!)]))).toEqual(['warn smtp-no-starttls'])
  })
})

describe('how it greets', () => {
  const greets = (text: string, view: Partial<SmtpFacts> = {}) =>
    factsOf([ours({ ...here(seen({ greeting: reply(text) })), ...view })])
  it.each<[string, string, Partial<SmtpFacts>, readonly string[]]>([
    ['as the MX host, in other letters', '220 MX.Example.com. ESMTP', {}, []],
    ['as a name that leads here', '220 home.example.org ESMTP', { named: [V4] }, []],
    ['as a name that leads elsewhere', '220 home.example.org ESMTP', { named: [FAR] }, ['warn smtp-banner-mismatch']],
    ['as a name without address', '220 home.example.org ESMTP', { named: [] }, ['warn smtp-banner-mismatch']],
    [
      'as a name that could not be looked up',
      '220 home.example.org',
      { named: silent },
      ['unknown smtp-banner-mismatch'],
    ],
    ['as localhost', '220 localhost ESMTP', {}, ['warn smtp-banner-mismatch']],
    ['without a name', '220 ', {}, ['warn smtp-banner-mismatch']],
    ['as a router', '220 fritz.box AVM FRITZ!Box', {}, ['warn smtp-banner-mismatch']],
    ['with 554', '554 5.7.1 no', {}, ['error smtp-banner-mismatch']],
    ['with 421', '421 4.3.2 too many', {}, ['unknown smtp-banner-mismatch']],
    ['with 250', '250 mx.example.com', {}, ['unknown smtp-banner-mismatch']],
  ])('%s', (_, text, view, expected) => {
    expect(idsOf(smtpCheck, greets(text, view))).toEqual(expected)
  })

  it('as its reverse name, which leads back; as an MX host at the same address; as the end of its alias', () => {
    const names = [{ name: 'home.example.org', addresses: [V4] }]
    const facts = greets('220 home.example.org ESMTP')
    expect(idsOf(smtpCheck, { ...facts, reverse: [{ address: V4, names }] })).toEqual([])
    expect(idsOf(smtpCheck, { ...facts, reverse: [{ address: V4, names: silent }] })).toEqual([
      'warn smtp-banner-mismatch',
    ])
    const both = [...facts.hosts, host('home.example.org', 'ours', { ports: [...facts.hosts[0]!.ports] })]
    expect(idsOf(smtpCheck, factsOf(both))).toEqual([])
    expect(idsOf(smtpCheck, factsOf([{ ...facts.hosts[0]!, alias: 'home.example.org' }]))).toEqual([])
  })

  it('not at all, or with nonsense', () => {
    const nonsense = new Failure('protocol', 'no SMTP server speaks like that: "HTTP/1.1 400"')
    const mute = (ended: Failure) => seen({ greeting: undefined, ehlo: undefined, starttls: undefined, ended })
    expect(idsOf(smtpCheck, factsOf([ours(outside(mute(silent)))]))).toEqual(['unknown smtp-banner-mismatch'])
    expect(idsOf(smtpCheck, factsOf([ours(outside(mute(nonsense)))]))).toEqual(['error smtp-banner-mismatch'])
    expect(idsOf(smtpCheck, factsOf([ours(here(mute(nonsense)))]))).toEqual(['warn smtp-banner-mismatch'])
  })
})

describe('its TLS', () => {
  const tlsa = { records: [{ usage: 3, selector: 1, matching: 1, data: '00' }], secure: true }
  const without = { capabilities: ['SIZE 1'], starttls: undefined }
  const fails = (failure: Failure, code = '220 go') => ({ starttls: { reply: reply(code), tls: failure } })
  it.each<[string, Partial<SmtpSeen>, readonly string[]]>([
    ['not offered', without, ['warn smtp-no-starttls']],
    ['blanked', { ...without, capabilities: ['XXXXXXXA'] }, ['warn smtp-no-starttls']],
    ['EHLO refused', { ...without, capabilities: [], ehlo: reply('502 what?') }, ['warn smtp-no-starttls']],
    ['EHLO put off', { ...without, capabilities: [], ehlo: reply('421 busy') }, ['unknown smtp-no-starttls']],
    ['no answer to EHLO', { ...without, ehlo: undefined, ended: closed }, ['unknown smtp-no-starttls']],
    ['no answer to STARTTLS', { starttls: undefined, ended: closed }, ['unknown smtp-no-starttls']],
    ['refused', fails(new Failure('rejected', 'x'), '454 not now'), ['warn smtp-no-starttls']],
    ['no TLS spoken', fails(new Failure('protocol', 'x')), ['warn smtp-no-starttls']],
    ['broken off', fails(closed), ['warn smtp-no-starttls']],
    ['silent', fails(silent), ['unknown smtp-no-starttls']],
  ])('%s', (_, news, expected) => {
    expect(ids(news)).toEqual(expected)
  })

  it('is demanded by MTA-STS or DANE', () => {
    expect(ids(without, enforced)).toEqual(['error smtp-no-starttls'])
    const [one] = factsOf([ours(here(seen(without)))]).hosts
    const judged = (of: HostFacts['tlsa']) => idsOf(smtpCheck, factsOf([{ ...one!, tlsa: of }]))
    expect(judged(tlsa)).toEqual(['error smtp-no-starttls'])
    expect(judged({ ...tlsa, secure: undefined })).toEqual(['warn smtp-no-starttls'])
    expect(judged({ ...tlsa, records: [{ ...tlsa.records[0]!, usage: 1 }] })).toEqual(['warn smtp-no-starttls'])
  })
})

describe('its postmaster', () => {
  it.each<[string, Partial<SmtpSeen>, readonly string[]]>([
    ['unknown there', { postmaster: reply('550 5.1.1 User unknown') }, ['warn postmaster-refused']],
    ['of a domain unknown there', { postmaster: reply('554 5.7.1 Relay access denied') }, ['warn postmaster-refused']],
    [
      'of a domain that Postfix does not have',
      { postmaster: reply('454 4.7.1 Relay access denied') },
      ['warn postmaster-refused'],
    ],
    ['greylisted', { postmaster: reply('450 4.2.0 Greylisted') }, []],
    ['another 4xx', { postmaster: reply('451 later') }, []],
    [
      'a client on a list',
      { postmaster: reply('554 5.7.1 blocked using zen.spamhaus.org') },
      ['unknown postmaster-refused'],
    ],
    ['broken off', { postmaster: undefined, ended: closed }, ['unknown postmaster-refused']],
  ])('%s', (_, news, expected) => {
    expect(ids(news)).toEqual(expected)
  })
})

describe('relaying for strangers', () => {
  const judged = (relayTest: boolean, ...ports: readonly SmtpFacts[]) =>
    idsOf(smtpCheck, factsOf([ours(...ports)], { wishes: { relayTest } }))
  it('found, absent, unknown, and not wished for', () => {
    expect(judged(true, outside(seen({ relay: reply('250 Ok') })))).toEqual(['error open-relay'])
    expect(judged(true, outside(seen({ relay: reply('251 forwarding') })))).toEqual(['error open-relay'])
    expect(judged(true, outside(seen({ relay: reply('554 denied') })))).toEqual([])
    expect(judged(true, outside(seen({ relay: reply('450 later') })))).toEqual([])
    expect(judged(true, here(seen({ relay: reply('250 Ok') })))).toEqual(['unknown open-relay'])
    expect(judged(true, outside(seen({ ended: closed })))).toEqual(['unknown open-relay'])
    expect(judged(true, here(seen()), outside(noProber))).toEqual(['unknown open-relay'])
    expect(judged(false, outside(seen({ relay: reply('250 Ok') })))).toEqual([])
    expect(judged(true)).toEqual([])
  })
})
