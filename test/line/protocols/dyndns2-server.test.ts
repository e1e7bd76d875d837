import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressType, parseAddress } from '../../../src/dns/rrset.ts'
import { parseUpdate } from '../../../src/line/protocols/dyndns2-server.ts'

const update = (query: string, allow: readonly string[] = []) => parseUpdate(new URLSearchParams(query), allow)

const PREFIX = { address: '2a02:908::', length: 56 }

describe('a request of a DynDNS client', () => {
  it('of a FRITZ!Box with all that it knows', () => {
    const query =
      'hostname=mail.example.com&myip=5.9.1.7&myipv6=2a02:908::1&ipv6prefix=2a02:908:1:ff00::/56&dualstack=1'
    expect(update(query)).toEqual({
      names: ['mail.example.com'],
      news: { A: '5.9.1.7', AAAA: '2a02:908::1', prefix: { address: '2a02:908:1:ff00::', length: 56 } },
    })
  })

  it('of a FRITZ!Box that has no IPv6 yet, and leaves placeholders empty or as they are', () => {
    for (const rest of ['myipv6=&ipv6prefix=&dualstack=', 'myipv6=<ip6addr>&ipv6prefix=<ip6lanprefix>', '']) {
      expect(update(`hostname=mail.example.com&myip=5.9.1.7&${rest}`), rest).toEqual({
        names: ['mail.example.com'],
        news: { A: '5.9.1.7' },
      })
    }
  })

  it('tells both families in one list, as dyndns2 services take it', () => {
    expect(update('myip=5.9.1.7,2A02:908::0:1')).toEqual({ names: [], news: { A: '5.9.1.7', AAAA: '2a02:908::1' } })
    expect(update('myip=5.9.1.7&myip=5.9.1.7, 5.9.1.7,')).toEqual({ names: [], news: { A: '5.9.1.7' } })
  })

  it('names several hosts, each once, and what is no full name keeps its place', () => {
    const { names } = update('hostname=Mail.Example.COM.,box,*.example.com,mail.example.com&myip=5.9.1.7') as never
    expect(names).toEqual(['mail.example.com', undefined, '*.example.com'])
  })

  it('names more hosts than anyone has', () => {
    const names = (count: number) => Array.from({ length: count }, (_, nth) => `h${nth}.example.com`).join()
    expect(update(`hostname=${names(21)}&myip=5.9.1.7`)).toBe('numhost')
    expect(update(`hostname=${names(20)}&myip=5.9.1.7`)).toMatchObject({ news: { A: '5.9.1.7' } })
  })

  it('makes the bits of a prefix zero beyond its length', () => {
    expect(update('ipv6prefix=2a02:908:1:ffab::5/60')).toMatchObject({
      news: { prefix: { address: '2a02:908:1:ffa0::', length: 60 } },
    })
    expect(update('ipv6prefix=2a02:908:1:ffab::/58')).toMatchObject({
      news: { prefix: { address: '2a02:908:1:ff80::', length: 58 } },
    })
  })

  it.each([
    ['nothing', 'hostname=a.example.com', 'it tells no address: myip, myipv6 and ipv6prefix are empty or absent'],
    [
      'only empty ones',
      'myip=&myipv6=<ip6addr>',
      'it tells no address: myip, myipv6 and ipv6prefix are empty or absent',
    ],
    ['no address', 'myip=<b>x', 'myip holds no address'],
    ['an ambiguous one', 'myip=010.1.2.3', 'myip holds no address'],
    ['IPv4 as IPv6', 'myipv6=5.9.1.7', 'myipv6 holds an IPv4 address'],
    ['IPv4 in IPv6', 'myipv6=::ffff:5.9.1.7', 'myipv6 holds an IPv4 address'],
    ['a prefix without a length', 'myip=5.9.1.7&ipv6prefix=2a02:908::', 'ipv6prefix holds no prefix'],
    ['a prefix of IPv4', 'ipv6prefix=10.0.0.0/24', 'ipv6prefix holds no prefix'],
    ['a host as prefix', 'ipv6prefix=2a02:908::1/128', 'ipv6prefix holds no prefix'],
    ['two prefixes', 'ipv6prefix=2a02:908:1::/56,2a02:908:2::/56', 'it tells 2 of one kind'],
    ['loopback', 'myip=127.0.0.1', '127.0.0.1 is not public: Loopback (127.0.0.0/8, RFC 1122)'],
    ['no address yet', 'myip=0.0.0.0', '0.0.0.0 is not public: This host on this network (0.0.0.0/32, RFC 1122)'],
    ['a local prefix', 'ipv6prefix=fd00:1::/64', 'fd00:1:: is not public: Unique-Local (fc00::/7, RFC 4193)'],
  ])('%s is refused, and nothing of it believed', (_, query, why) => {
    const { news, refused } = update(query) as never
    expect(news).toEqual({})
    expect(refused).toContain(why)
  })

  it('ten addresses are refused', () => {
    const ten = Array.from({ length: 10 }, (_, nth) => `5.9.1.${nth + 1}`).join()
    expect(update(`myip=${ten}`)).toMatchObject({
      news: {},
      refused: expect.stringContaining('it tells 10 of one kind'),
    })
  })

  it('an address of carrier-grade NAT or of an inner network is refused, and still news of the line', () => {
    for (const address of ['100.64.3.4', '192.0.0.2', '192.168.2.100']) {
      expect(update(`myip=${address}`), address).toEqual({
        names: [],
        news: { A: address },
        refused: expect.stringContaining(`${address} is not public`),
      })
    }
  })

  it.each([
    ['a prefix behind DS-Lite', 'myip=192.0.0.2&ipv6prefix=2a02:908::/56', { A: '192.0.0.2', prefix: PREFIX }],
    ['a prefix while IPv4 comes up', 'myip=0.0.0.0&ipv6prefix=2a02:908::/56', { prefix: PREFIX }],
    ['IPv4 beside a link-local address', 'myip=5.9.1.7&myipv6=fe80::1', { A: '5.9.1.7' }],
    ['IPv4 beside a local prefix', 'myip=5.9.1.7&ipv6prefix=fd00:1::/64', { A: '5.9.1.7' }],
  ])('what is public beside what is not is news all the same: %s', (_, query, told) => {
    const { news, refused } = update(query) as never
    expect(news).toEqual(told)
    expect(refused).toContain('is not public')
  })

  it('a special-purpose address that the user allows is taken', () => {
    expect(update('myip=203.0.113.7', ['203.0.113.0/24'])).toEqual({ names: [], news: { A: '203.0.113.7' } })
  })

  it('garbage never throws, and what is believed is canonical', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.ipV4(),
      fc.ipV6(),
      fc.domain(),
      fc.constantFrom(',', '/', '<ipaddr>', '::', '/56', '/999', '%', '\0', ' '),
    )
    const value = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
    const name = fc.constantFrom('hostname', 'myip', 'myipv6', 'ipv6prefix', 'offline', '')
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (pairs) => {
        const found = parseUpdate(new URLSearchParams(pairs), [])
        if (found === 'numhost') return
        const { A, AAAA, prefix } = found.news
        if (A !== undefined) expect([parseAddress(A), addressType(A)]).toEqual([A, 'A'])
        if (AAAA !== undefined) expect([parseAddress(AAAA), addressType(AAAA)]).toEqual([AAAA, 'AAAA'])
        if (prefix) expect(addressType(prefix.address)).toBe('AAAA')
        expect(found.refused === undefined).toBe(!!(A || AAAA || prefix) && found.refused === undefined)
      }),
      { numRuns: 2000 },
    )
  })
})
