import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { attempt, type Published } from '../../src/core/outcome.ts'
import type { NonEmpty } from '../../src/core/plan.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { type DomainName, parseName } from '../../src/dns/name.ts'
import { type AddressRRset, parseAddress } from '../../src/dns/rrset.ts'
import { bind, type Tools } from '../../src/providers/provider.ts'
import { rfc2136 } from '../../src/providers/special/rfc2136.ts'
import { createDns } from '../../src/system/dns.ts'
import { type Bind, type BindKey, bindIsInstalled, startBind } from '../support/bind.ts'
import { noExec } from '../support/replay.ts'

const secretOf = (letter: string) => Buffer.from(letter.repeat(32)).toString('base64')
const KEYS: BindKey[] = [
  { name: 'home', algorithm: 'hmac-sha256', secret: secretOf('h') },
  { name: 'big', algorithm: 'hmac-sha512', secret: secretOf('b') },
  { name: 'old', algorithm: 'hmac-sha1', secret: secretOf('o') },
  { name: 'stranger', algorithm: 'hmac-sha384', secret: secretOf('s') },
]
const RECORDS = `
@ MX 10 mail
@ TXT "v=spf1 mx -all"
mail 240 A 192.0.2.1
mail AAAA 2001:db8::1
mail TXT "beside the host"
alias CNAME mail
alias.sub CNAME mail.example.net.
double A 192.0.2.1
double A 192.0.2.2
*.wild 900 A 192.0.2.99
*.wildalias CNAME mail
inner NS ns1.inner
ns1.inner A 127.0.0.1
`
const POLICY =
  'update-policy { grant home zonesub A AAAA; grant big name only.example.org. A; grant old zonesub ANY; };'

describe.skipIf(!bindIsInstalled)('RFC 2136 at BIND', () => {
  let server: Bind
  beforeAll(async () => {
    const zones = [
      { apex: 'example.com', records: RECORDS, options: POLICY },
      { apex: 'example.org', records: 'only A 192.0.2.1\nother A 192.0.2.1', options: POLICY },
      { apex: 'static.example', records: 'mail A 192.0.2.1', options: 'allow-update { none; };' },
      { apex: 'example.net', records: 'mail A 192.0.2.50', options: POLICY },
    ]
    server = await startBind({ zones, keys: KEYS })
  })
  afterAll(() => server?.stop())

  const dns = createDns({ udp: 1000 })
  const signal = new AbortController().signal
  const sent: string[] = []
  beforeEach(() => void sent.splice(0))
  const tools = (now = () => Date.now()): Tools => ({
    http: async () => {
      throw new Error('no HTTP here')
    },
    dns: {
      query: (question) => dns.query(question, signal),
      send: (message, endpoint, over) => {
        sent.push(over)
        return dns.send(message, endpoint, over, signal)
      },
      lookup: dns.lookup,
    },
    exec: noExec,
    now,
    random: Math.random,
  })

  const settingsOf = (key = KEYS[0]!) => ({
    server: describeEndpoint(server.endpoint),
    keyName: key.name,
    keyAlgorithm: key.algorithm,
    keySecret: key.secret,
  })
  const publish = async (rrsets: AddressRRset[], settings: object = settingsOf(), base?: string, with_ = tools()) => {
    const found: Published[] = []
    const account = bind(rfc2136, settings, base)
    const work = () => account.publish(rrsets as unknown as NonEmpty<AddressRRset>, with_)
    for await (const published of attempt(rrsets, work)) found.push(published)
    return rrsets.map((rrset) => found.find((published) => published.rrset === rrset)!)
  }
  const short = ({ outcome, before }: Published) => [
    outcome.kind === 'failed' ? outcome.failure.kind : outcome.kind,
    before,
  ]
  const messageOf = ({ outcome }: Published) => ('failure' in outcome ? outcome.failure.message : '')

  it('replaces an RRset, keeps its TTL, and leaves every other record of the zone as it is', async () => {
    const before = await server.axfr('example.com')
    const [published] = await publish([rrset('mail.example.com', '203.0.113.7')])
    expect(short(published!)).toEqual(['updated', ['192.0.2.1']])
    const others = (lines: readonly string[]) =>
      lines.slice(1).filter((line) => !/^mail\.example\.com\.\s.*\sA\s/.test(line))
    const after = await server.axfr('example.com')
    expect(others(after)).toEqual(others(before))
    expect(after.filter((line) => !others(after).includes(line)).slice(1)).toEqual([
      'mail.example.com.\t240\tIN\tA\t203.0.113.7',
    ])
    expect(sent).toEqual(['tcp'])
  })

  it('writes nothing when it is so already', async () => {
    const before = await server.axfr('example.com')
    const [a, two, aaaa] = await publish([
      rrset('mail.example.com', '203.0.113.7'),
      rrset('double.example.com', '192.0.2.2', '192.0.2.1'),
      rrset('mail.example.com', '2001:db8::1'),
    ])
    expect([a, two, aaaa].map((one) => short(one!)[0])).toEqual(['unchanged', 'unchanged', 'unchanged'])
    expect(sent).toEqual([])
    expect(await server.axfr('example.com')).toEqual(before)
  })

  it('writes both families of several hosts of a zone in one message, and new records with a TTL of 60', async () => {
    const published = await publish([
      rrset('new.example.com', '203.0.113.1', '203.0.113.2'),
      rrset('new.example.com', '2001:db8::2'),
      { ...rrset('double.example.com', '203.0.113.3'), ttl: 30 },
      rrset('double.example.com', '2001:db8::3'),
    ])
    expect(published.map((one) => short(one)[0])).toEqual(Array(4).fill('updated'))
    expect(sent).toEqual(['tcp'])
    const zone = await server.axfr('example.com')
    expect(zone).toEqual(
      expect.arrayContaining([
        'new.example.com.\t60\tIN\tA\t203.0.113.1',
        'new.example.com.\t60\tIN\tA\t203.0.113.2',
        'new.example.com.\t60\tIN\tAAAA\t2001:db8::2',
        'double.example.com.\t30\tIN\tA\t203.0.113.3',
      ]),
    )
    expect(await server.dig('double.example.com', 'A')).toEqual(['203.0.113.3'])
  })

  it('changes a TTL alone when one is wanted, and deletes an RRset that shall be empty', async () => {
    const [ttl] = await publish([{ ...rrset('double.example.com', '203.0.113.3'), ttl: 90 }])
    expect(short(ttl!)).toEqual(['updated', ['203.0.113.3']])
    const none = { ...rrset('double.example.com', '2001:db8::3'), addresses: [] }
    const [gone] = await publish([none])
    expect(short(gone!)).toEqual(['updated', ['2001:db8::3']])
    expect(await server.dig('double.example.com', 'AAAA')).toEqual([])
    expect((await server.axfr('example.com')).join('\n')).toContain('double.example.com.\t90\tIN\tA\t203.0.113.3')
  })

  it.each([1, 2])('takes the key %i of another algorithm', async (nth) => {
    const host = rrset('only.example.org', `203.0.113.${nth}`)
    expect((await publish([host], settingsOf(KEYS[nth])))[0]?.outcome.kind).toBe('updated')
  })

  it('sends a small update by UDP where that is wanted, a long one by TCP', async () => {
    const settings = { ...settingsOf(), transport: 'udp' }
    const many = Array.from({ length: 12 }, (_, nth) => rrset(`host${nth}.example.com`, '203.0.113.9', '203.0.113.10'))
    expect((await publish(many.slice(0, 1), settings))[0]?.outcome.kind).toBe('updated')
    expect((await publish(many, settings)).map((one) => short(one)[0])).toEqual([
      'unchanged',
      ...Array(11).fill('updated'),
    ])
    expect(sent).toEqual(['udp', 'tcp'])
  })

  it('does not touch an alias, and says what to do; the host beside it is written', async () => {
    const before = await server.axfr('example.com')
    const [alias, other, foreign] = await publish([
      rrset('alias.example.com', '203.0.113.7'),
      rrset('beside.example.com', '203.0.113.7'),
      rrset('alias.sub.example.com', '203.0.113.7'),
    ])
    expect(short(alias!)[0]).toBe('rejected')
    expect(messageOf(alias!)).toMatch(/alias\.example\.com is an alias .* of mail\.example\.com.*remove the CNAME/)
    expect(short(foreign!)[0]).toBe('rejected')
    expect(short(other!)[0]).toBe('updated')
    const zone = await server.axfr('example.com')
    expect(zone.filter((line) => !/SOA|^beside\./.test(line))).toEqual(before.filter((line) => !/SOA/.test(line)))
  })

  it('adds a record of its own where a wildcard has answered', async () => {
    const [own, aliased] = await publish([
      rrset('a.wild.example.com', '203.0.113.7'),
      rrset('a.wildalias.example.com', '203.0.113.8'),
    ])
    expect([own, aliased].map((one) => short(one!)[0])).toEqual(['updated', 'updated'])
    const zone = await server.axfr('example.com')
    expect(zone).toContain('a.wild.example.com.\t60\tIN\tA\t203.0.113.7')
    expect(zone).toContain('a.wildalias.example.com. 60\tIN\tA\t203.0.113.8')
    expect(await server.dig('b.wild.example.com', 'A')).toEqual(['192.0.2.99'])
  })

  it('asks again when someone else is faster, and then puts things right', async () => {
    let meddled = false
    const ordinary = tools()
    const meddling: Tools = {
      ...ordinary,
      dns: {
        ...ordinary.dns,
        async send(...args) {
          if (!meddled) await server.nsupdate('del race.example.com A', 'update add race.example.com 77 A 192.0.2.123')
          meddled = true
          return ordinary.dns.send(...args)
        },
      },
    }
    const [published] = await publish([rrset('race.example.com', '203.0.113.7')], settingsOf(), undefined, meddling)
    expect(short(published!)).toEqual(['updated', ['192.0.2.123']])
    expect(sent).toHaveLength(2)
    expect((await server.axfr('example.com')).join('\n')).toContain('race.example.com.\t77\tIN\tA\t203.0.113.7')
  })

  it('leaves it at that when someone else has put in the same', async () => {
    const ordinary = tools()
    const other: Tools = {
      ...ordinary,
      dns: {
        ...ordinary.dns,
        async send(...args) {
          await server.nsupdate('update add same.example.com 60 A 203.0.113.7')
          return ordinary.dns.send(...args)
        },
      },
    }
    const [published] = await publish([rrset('same.example.com', '203.0.113.7')], settingsOf(), undefined, other)
    expect(short(published!)).toEqual(['unchanged', ['203.0.113.7']])
  })

  it('asks for the zone, and takes hosts of two zones', async () => {
    const published = await publish([rrset('two.example.com', '203.0.113.7'), rrset('two.example.org', '203.0.113.7')])
    expect(published.map((one) => short(one)[0])).toEqual(['updated', 'updated'])
    expect(sent).toHaveLength(2)
  })

  it('keeps to the zone that is set', async () => {
    const settings = { ...settingsOf(), zone: 'Example.com.' }
    const [inside, outside] = await publish(
      [rrset('set.example.com', '203.0.113.7'), rrset('set.example.org', '203.0.113.7')],
      settings,
    )
    expect(short(inside!)[0]).toBe('updated')
    expect(short(outside!)[0]).toBe('rejected')
    expect(messageOf(outside!)).toContain('set.example.org is not in the zone example.com')
  })

  it('holds on to what one key may when another host is refused to it', async () => {
    const [mine, theirs] = await publish(
      [rrset('only.example.org', '203.0.113.77'), rrset('other.example.org', '203.0.113.77')],
      settingsOf(KEYS[1]),
    )
    expect(short(mine!)[0]).toBe('updated')
    expect(short(theirs!)).toEqual(['auth', ['192.0.2.1']])
    expect(messageOf(theirs!)).toMatch(/key big may not.*REFUSED/)
    expect(await server.dig('other.example.org', 'A')).toEqual(['192.0.2.1'])
  })

  it.each([
    ['another secret', { keySecret: secretOf('x') }, 'auth', /another secret for home.*keySecret/],
    ['another algorithm', { keyAlgorithm: 'hmac-sha512' }, 'auth', /keyAlgorithm/],
    ['an unknown key', { keyName: 'nobody' }, 'auth', /no key nobody.*keyName/],
    [
      'the key of someone else',
      { keyName: 'stranger', keyAlgorithm: 'hmac-sha384', keySecret: secretOf('s') },
      'auth',
      /key stranger may not/,
    ],
  ])('says that the key is refused: %s', async (_, change, kind, message) => {
    const [published] = await publish([rrset('mail.example.com', '203.0.113.66')], { ...settingsOf(), ...change })
    expect(short(published!)[0]).toBe(kind)
    expect(messageOf(published!)).toMatch(message)
    expect(messageOf(published!)).not.toContain(settingsOf().keySecret)
    expect(await server.dig('mail.example.com', 'A')).toEqual(['203.0.113.7'])
  })

  it.each([-4000, 4000])('says that the clock is wrong by %i s, and tries again by itself', async (seconds) => {
    const clock = tools(() => Date.now() + seconds * 1000)
    const [published] = await publish([rrset('mail.example.com', '203.0.113.66')], settingsOf(), undefined, clock)
    expect(short(published!)[0]).toBe('unavailable')
    expect(messageOf(published!)).toMatch(/differ by (3999|4000|4001) s \(BADTIME\): set the clock/)
  })

  it.each([
    ['a zone that is not for updates', 'mail.static.example', 'auth', /REFUSED/],
    ['a zone that is not there', 'mail.nowhere.example', 'rejected', /REFUSED.*primary/],
    ['a name that is delegated away', 'mail.inner.example.com', 'rejected', /inner\.example\.com is delegated/],
  ])('is refused in %s', async (_, owner, kind, message) => {
    const [published] = await publish([rrset(owner, '203.0.113.66')])
    expect(short(published!)[0]).toBe(kind)
    expect(messageOf(published!)).toMatch(message)
  })

  it('says when the set zone is not that of the server', async () => {
    const settings = { ...settingsOf(), zone: 'mail.example.com' }
    const [published] = await publish([rrset('mail.example.com', '203.0.113.66')], settings)
    expect(short(published!)[0]).toBe('rejected')
    expect(messageOf(published!)).toMatch(/NOTAUTH/)
  })

  it('is told the server by the base URL, and a name by its first address that answers', async () => {
    const port = server.endpoint.port
    const elsewhere = { ...settingsOf(), server: '127.0.0.1:1' }
    const [published] = await publish([rrset('base.example.com', '203.0.113.7')], elsewhere, `dns://127.0.0.1:${port}/`)
    expect(short(published!)[0]).toBe('updated')

    const ordinary = tools()
    const lookup: Tools['dns']['lookup'] = async (host) =>
      (host === 'ns.example.com' ? ['127.0.0.250', '127.0.0.1'] : []).map((text) => parseAddress(text)!)
    const named = { ...settingsOf(), server: `ns.example.com:${port}` }
    const some = await publish([rrset('named.example.com', '203.0.113.7')], named, undefined, {
      ...ordinary,
      dns: { ...ordinary.dns, lookup },
    })
    expect(short(some[0]!)[0]).toBe('updated')
  })

  it('fails without having sent anything where nobody listens', async () => {
    const [published] = await publish([rrset('mail.example.com', '203.0.113.7')], {
      ...settingsOf(),
      server: '127.0.0.1:1',
    })
    expect(short(published!)[0]).toBe('network')
  })

  it('writes to the server that is named, and to no other that has the same zone', async () => {
    const setup = { zones: [{ apex: 'example.com', records: 'mail A 192.0.2.1' }], keys: KEYS }
    const one = await startBind({ ...setup, address: '127.0.0.2' })
    const two = await startBind({ ...setup, address: '127.0.0.3', port: one.endpoint.port })
    const settings = { ...settingsOf(), server: describeEndpoint(two.endpoint) }
    const [published] = await publish([rrset('mail.example.com', '203.0.113.7')], settings)
    expect(short(published!)).toEqual(['updated', ['192.0.2.1']])
    expect(await one.dig('mail.example.com', 'A')).toEqual(['192.0.2.1'])
    expect(await two.dig('mail.example.com', 'A')).toEqual(['203.0.113.7'])
    await Promise.all([one.stop(), two.stop()])
  })

  it('reads what is there: records, none, and none of an alias', async () => {
    const { read } = bind(rfc2136, settingsOf())
    expect(await read?.(rrset('mail.example.com', '::'), tools())).toEqual(['2001:db8::1'])
    expect(await read?.(rrset('nothing.example.com', '::'), tools())).toEqual([])
    expect(await read?.(rrset('alias.example.com', '0.0.0.0'), tools())).toEqual([])
    await expect(read?.(rrset('mail.nowhere.example', '::'), tools())).rejects.toMatchObject({ kind: 'rejected' })
  })
})

function rrset(owner: string, ...texts: string[]): AddressRRset {
  const addresses = texts.map((text) => parseAddress(text)!)
  const type = texts[0]!.includes(':') ? 'AAAA' : 'A'
  return { owner: parseName(owner) as DomainName, type, addresses }
}
