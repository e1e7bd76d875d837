import { afterAll, beforeAll, expect, it } from 'vitest'
import { askBlocklists } from '../../src/mail/ask/blocklist.ts'
import { askReverse } from '../../src/mail/ask/reverse.ts'
import { type Bind, startBind } from '../support/bind.ts'
import { askerOf } from '../support/mail-asker.ts'
import { describeWith } from '../support/needs.ts'
import { ip } from '../support/targets.ts'
import { startUnbound, type Unbound } from '../support/unbound.ts'

const V4 = '113.0.203.in-addr.arpa'
const V6 = '8.b.d.0.1.0.0.2.ip6.arpa'
const nibbles = (digit: string) => `${digit}${'.0'.repeat(23)}`
const listing = (key = '') =>
  `${key}2.0.0.127 A 127.0.0.2\n${key}7.113.0.203 A 127.0.0.10\n${key}8.113.0.203 A 127.0.0.4\n${key}8.113.0.203 A 127.0.0.10`
const ZONES: Readonly<Record<string, string>> = {
  [V4]: `7 PTR mail.example.com.
8 CNAME 8.0-15
8.0-15 PTR mail.example.com.
${Array.from({ length: 1000 }, (_, i) => `9 PTR host${i}.example.com.`).join('\n')}
10 PTR gone.example.com.
11 PTR alias.example.com.
13 CNAME 13`,
  [V6]: `${nibbles('7')} PTR mail.example.com.`,
  'example.com': `mail A 203.0.113.7
mail A 203.0.113.8
mail AAAA 2001:db8::7
alias CNAME host
host A 203.0.113.11
host1 A 203.0.113.9`,
  'zen.spamhaus.org': `${listing()}\n${nibbles('7')}.8.b.d.0.1.0.0.2 A 127.0.0.3`,
  'refused.zen.dq.spamhaus.net': '* A 127.255.255.254',
  'invented.zen.dq.spamhaus.net': '* A 127.0.0.2',
  'strange.zen.dq.spamhaus.net': '* A 198.51.100.1',
  'empty.zen.dq.spamhaus.net': '1.0.0.10 A 127.0.0.2',
  'sound.zen.dq.spamhaus.net': listing(),
}

describeWith(['named', 'unbound'], 'reverse names and blocklists, by BIND and unbound', () => {
  let bind: Bind
  let unbound: Unbound
  let hijacker: Unbound
  const ends: (() => void)[] = []

  beforeAll(async () => {
    bind = await startBind({
      options: 'max-records-per-type 0;',
      zones: Object.entries(ZONES).map(([apex, records]) => ({ apex, records })),
    })
    const zones = Object.fromEntries(Object.keys(ZONES).map((apex) => [apex, bind.endpoint]))
    unbound = await startUnbound({ zones })
    const everything = [
      'local-zone: "113.0.203.in-addr.arpa." nodefault',
      'local-zone: "." redirect',
      'local-data: ". A 198.51.100.1"',
      'local-data: ". PTR portal.isp.example."',
    ]
    hijacker = await startUnbound({ options: everything })
  })
  afterAll(async () => {
    for (const end of ends) end()
    await Promise.all([unbound, hijacker, bind].map((one) => one?.stop()))
  })

  const asker = (dqsKey?: string, resolver = unbound) => {
    const open = askerOf({ resolvers: [resolver.endpoint], dqsKey })
    ends.push(open.end)
    return open.asker
  }
  const names = async (...addresses: string[]) => (await askReverse(asker(), addresses.map(ip))).map((one) => one.names)

  it('follows the name of an IPv4 address, of an IPv6 address, and an alias of RFC 2317', async () => {
    expect(await names('203.0.113.7', '203.0.113.8', '2001:db8::7')).toEqual([
      [{ name: 'mail.example.com', addresses: expect.arrayContaining(['203.0.113.7', '203.0.113.8']) }],
      [{ name: 'mail.example.com', addresses: expect.arrayContaining(['203.0.113.7', '203.0.113.8']) }],
      [{ name: 'mail.example.com', addresses: ['2001:db8::7'] }],
    ])
  })

  it('tells no name from a name without address, and follows the alias of a name', async () => {
    expect(await names('203.0.113.12', '203.0.113.10', '203.0.113.11')).toEqual([
      [],
      [{ name: 'gone.example.com', addresses: [] }],
      [{ name: 'alias.example.com', addresses: ['203.0.113.11'] }],
    ])
  })

  it('takes ten of a thousand names', async () => {
    const [all] = await names('203.0.113.9')
    expect(all).toHaveLength(10)
  })

  it('an alias of itself leads nowhere', async () => {
    expect(await names('203.0.113.13')).toMatchObject([
      { kind: 'unavailable', message: expect.stringContaining('SERVFAIL') },
    ])
  })

  const codes = async (addresses: string[], ...who: Parameters<typeof asker>) =>
    (await askBlocklists(asker(...who), addresses.map(ip))).map((one) => one.codes)

  it('asks the list for an IPv4 address, and for an IPv6 address in nibbles', async () => {
    const addresses = ['203.0.113.7', '203.0.113.8', '203.0.113.9', '2001:db8::7', '2001:db8::8']
    const wanted = [['127.0.0.10'], expect.arrayContaining(['127.0.0.4', '127.0.0.10']), [], ['127.0.0.3'], []]
    expect(await codes(addresses)).toEqual(wanted)
    expect(await askBlocklists(asker(), [])).toEqual([])
  })

  it('asks by a key, which it tells nobody', async () => {
    const facts = await askBlocklists(asker('Sound'), [ip('203.0.113.7')])
    expect(facts).toEqual([{ address: '203.0.113.7', list: 'zen.dq.spamhaus.net', codes: ['127.0.0.10'] }])
  })

  it.each([
    ['refused', 'rejected', /refuses to answer: the resolver is a public one, .*\(127.255.255.254\)/],
    ['invented', 'protocol', /lists even 127.0.0.1, which no list may: it makes answers up/],
    ['strange', 'protocol', /the resolver says 198.51.100.1: it makes answers up/],
    ['empty', 'rejected', /does not list 127.0.0.2, which every list must/],
    ['unknownkey', 'unavailable', /SERVFAIL|did not answer/],
    ['no key..', 'unsupported', /dqsKey is no key of Spamhaus/],
    ['x'.repeat(64), 'unsupported', /dqsKey is no key of Spamhaus/],
  ])('a list that gives no verdict: %s', async (key, kind, message) => {
    const [failure] = await codes(['203.0.113.7'], key)
    expect(failure).toMatchObject({ kind, message: expect.stringMatching(message) })
    expect(JSON.stringify([failure, (failure as Error).message, (failure as Error).stack])).not.toContain(key)
  })

  it('a resolver that answers everything is believed in nothing', async () => {
    const [keyed] = await codes(['203.0.113.7'], 'Secret', hijacker)
    expect(keyed).toMatchObject({
      message: expect.stringMatching(/ \d[.\d]+\.zen\.dq\.spamhaus\.net: it makes answers up$/),
    })
    const [failure] = await codes(['203.0.113.7'], undefined, hijacker)
    expect(failure).toMatchObject({ kind: 'protocol', message: expect.stringContaining('makes answers up') })
    const [reverse] = await askReverse(asker(undefined, hijacker), [ip('203.0.113.7')])
    expect(reverse?.names).toMatchObject({ kind: 'protocol', message: expect.stringContaining('makes answers up') })
  })
})
