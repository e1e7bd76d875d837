import { describe, expect, it } from 'vitest'
import { detect, type LineSources } from '../../src/app/detect.ts'
import { throughInterface } from '../../src/app/line-world.ts'
import { lineRulesOf, linesIn } from '../../src/app/lines.ts'
import { Failure } from '../../src/core/failure.ts'
import { judgePrefixes } from '../../src/core/line-prefix.ts'
import { linkSight } from '../../src/core/link.ts'
import { parsePrefix, parseSuffix, type Suffix } from '../../src/dns/prefix.ts'
import type { IpSource, SourceWorld } from '../../src/line/source.ts'
import type { DnsQuestion } from '../../src/ports/dns.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import { config, endpoint, name } from '../support/config.ts'
import { interfacesWith, message, onHost, sourceWorld } from '../support/source-world.ts'
import { stoppedClock } from '../support/stopped-clock.ts'
import { ip } from '../support/targets.ts'

const never = new AbortController().signal
const ADDRESSES = [
  onHost('eth0', '192.168.1.2'),
  onHost('wwan0', '10.64.3.4'),
  onHost('wwan0', 'fe80::1', { scope: 'link' }),
  onHost('wwan0', '2a02:908::aaaa', { temporary: true }),
  onHost('wwan0', 'fd00::5'),
  onHost('wwan0', '2a02:908::5'),
  onHost('eth1', '192.168.7.7', { down: true }),
]
const interfaces = interfacesWith(ADDRESSES, { 4: 'eth0', 6: 'eth0' })

describe('everything goes out from the interface', () => {
  async function asked(through: string) {
    const seen: unknown[] = []
    const world = sourceWorld({
      interfaces: {
        ...interfaces,
        gateway: async (of) => ({ address: ip('192.168.1.1'), interface: of!, own: ip('192.168.1.2') }),
      },
      http: async ({ localAddress }) => {
        seen.push(localAddress)
        return { status: 200, headers: {}, body: '' }
      },
      dns: {
        ...sourceWorld({}).dns,
        query: async ({ localAddress }) => {
          seen.push(localAddress)
          return message('NOERROR', [])
        },
      },
      udp: {
        ...sourceWorld({}).udp,
        ask: async ({ localAddress }) => {
          seen.push(localAddress)
          return undefined as never
        },
      },
    })
    const view = await throughInterface(through, { ...world, clock: stoppedClock().clock })
    return { ...view, seen }
  }
  const get = (url: string, family?: 4 | 6) =>
    ({ purpose: 'read', method: 'GET', url, ...(family && { family }) }) as const

  it('by the family of each request: the stable address, and the one that the world knows', async () => {
    const { world, seen, cut } = await asked('wwan0')
    expect(cut).toBeUndefined()
    await world.http(get('https://ip.example/', 4), never)
    await world.http(get('https://ip.example/', 6), never)
    await world.http(get('https://ip.example/'), never)
    await world.http(get('http://[2001:db8::1]/'), never)
    const question = { name: name('myip.test'), type: 'A', recursion: true } as const
    await world.dns.query({ ...question, server: endpoint('192.0.2.53') }, never)
    await world.dns.query({ ...question, server: endpoint('[2001:db8::53]:53') }, never)
    const datagram = { message: () => new Uint8Array(), waits: [], read: () => undefined }
    await world.udp.ask({ ...datagram, server: endpoint('192.0.2.1:3478') }, never)
    expect(seen).toEqual([
      ...['10.64.3.4', '2a02:908::5', '10.64.3.4', '2a02:908::5'],
      ...['10.64.3.4', '2a02:908::5'],
      '10.64.3.4',
    ])
  })

  it("names too, where this machine's resolver fails, and of a request in the family that it goes out in", async () => {
    const dns = {
      ...sourceWorld({}).dns,
      lookup: () => Promise.reject(new Failure('network', 'no address found')),
      resolvers: async () => [endpoint('9.9.9.9')],
      query: async ({ type, localAddress }: DnsQuestion) => {
        seen.push(`${type} ${localAddress}`)
        const address = { A: '192.0.2.80', AAAA: '2001:db8::80' }[type as 'A' | 'AAAA']
        return message('NOERROR', [{ type: type as 'A' | 'AAAA', address: ip(address) }])
      },
    }
    const seen: string[] = []
    const asks: HttpRequest['lookup'][] = []
    const http = async ({ lookup }: HttpRequest) => {
      asks.push(lookup)
      return { status: 200, headers: {}, body: '' }
    }
    const { world } = await throughInterface('wwan0', {
      ...sourceWorld({ interfaces, dns, http }),
      clock: stoppedClock().clock,
    })
    expect(await world.dns.lookup('stun.example', { family: 4 })).toEqual(['192.0.2.80'])
    await world.http(get('http://fritz.example/'), never)
    await world.http(get('http://ip.example/', 6), never)
    expect(await asks[0]!('fritz.example')).toEqual(['192.0.2.80'])
    expect(await asks[1]!('ip.example')).toEqual(['2001:db8::80'])
    expect(seen).toEqual(['A 10.64.3.4', 'A 10.64.3.4', 'AAAA 10.64.3.4'])
  })

  it("of what this machine's resolver finds, only what that family can be asked at", async () => {
    const lookup = async () => [ip('2001:db8::80'), ip('192.0.2.80')]
    let found: unknown
    const http = async (request: HttpRequest) => {
      found = await request.lookup!('fritz.example')
      return { status: 200, headers: {}, body: '' }
    }
    const dns = { ...sourceWorld({}).dns, lookup }
    const { world } = await throughInterface('wwan0', {
      ...sourceWorld({ interfaces, dns, http }),
      clock: stoppedClock().clock,
    })
    await world.http(get('http://fritz.example/'), never)
    expect(found).toEqual(['192.0.2.80'])
  })

  it('a source that has chosen its own address keeps it', async () => {
    const { world, seen } = await asked('wwan0')
    await world.http({ ...get('https://ip.example/', 4), localAddress: ip('10.0.0.9') }, never)
    expect(seen).toEqual(['10.0.0.9'])
  })

  it('the gateway and the default route are the ones there', async () => {
    const { world } = await asked('wwan0')
    expect(await world.interfaces.gateway()).toMatchObject({ interface: 'wwan0' })
    expect(await world.interfaces.gateway('eth0')).toMatchObject({ interface: 'eth0' })
    expect(await world.interfaces.defaultRoute(6)).toBe('wwan0')
    expect(await (await asked('eth0')).world.interfaces.defaultRoute(6)).toBeUndefined()
  })

  it('what it has no address for fails by itself, and public-ip always', async () => {
    const { world } = await asked('eth0')
    await expect(world.http(get('https://ip.example/', 6), never)).rejects.toMatchObject({
      ...{ kind: 'network', reason: 'no-route', message: 'eth0 has no IPv6 address' },
    })
    await expect(world.publicIp('A', never)).rejects.toMatchObject({ kind: 'unsupported' })
  })

  it.each([
    ['eth1', 'eth1 is down, has no address, or does not exist (eth0, wwan0, eth1 are there)'],
    ['eth9', 'eth9 is down, has no address, or does not exist (eth0, wwan0, eth1 are there)'],
  ])('%s leads nowhere', async (through, text) => {
    expect((await asked(through)).cut).toMatchObject({ kind: 'network', reason: 'no-route', message: text })
  })

  it('where the kernel cannot be asked the line is unknown, not cut', async () => {
    const failing = async () => Promise.reject(new Failure('network', 'nobody can tell'))
    const { cut } = await throughInterface('eth0', {
      ...sourceWorld({ interfaces: { ...interfaces, addresses: failing } }),
      clock: stoppedClock().clock,
    })
    expect(cut).toMatchObject({ message: 'eth0 is not known: nobody can tell', reason: undefined })
  })
})

describe('detect', () => {
  const source = (id: string, answer: IpSource['addresses'], more: Partial<IpSource> = {}): IpSource => ({
    ...{ id, view: 'outside', types: ['A', 'AAAA'], addresses: answer },
    ...more,
  })
  const run = (
    lines: Record<string, LineSources>,
    parts: Partial<SourceWorld> = {},
    types: ('A' | 'AAAA')[] = ['A'],
  ) => {
    const { clock } = stoppedClock()
    return detect(lines, types, [], { ...sourceWorld({ interfaces, ...parts }), clock }, never)
  }

  it('asks each line through itself', async () => {
    const echo = source('echo', async (_, { http }, signal) => {
      const { body } = await http({ purpose: 'read', method: 'GET', url: 'http://echo/', family: 4 }, signal)
      return [ip(body)]
    })
    const outside: Record<string, string> = { '192.168.1.2': '5.9.1.7', '10.64.3.4': '5.9.2.8' }
    const { detected } = await run(
      {
        dsl: { sources: [echo], quorum: undefined, interface: 'eth0' },
        lte: { sources: [echo], quorum: undefined, interface: 'wwan0' },
      },
      { http: async ({ localAddress }) => ({ status: 200, headers: {}, body: outside[localAddress!]! }) },
    )
    expect(detected).toEqual({ dsl: { A: ['5.9.1.7'] }, lte: { A: ['5.9.2.8'] } })
  })

  it('asks nobody on a line whose interface is down, and says why', async () => {
    const { detected } = await run({
      dsl: { sources: [source('a', async () => [ip('5.9.1.7')])], quorum: undefined },
      lte: { sources: [source('b', async () => [ip('5.9.1.7')])], quorum: undefined, interface: 'eth1' },
    })
    expect(detected.dsl).toEqual({ A: ['5.9.1.7'] })
    expect(detected.lte?.A).toMatchObject({
      reason: 'no-route',
      message: expect.stringMatching(/^the IPv4 address on line lte is unknown: eth1 is down/),
    })
    expect(linkSight(detected.lte!)).toBe('cut')
  })

  it.each([
    ['nothing at its own end had a way out, nor anybody else', 'host', 'no-route', 'no-route', 'cut'],
    ['its router could not be found, nor anybody else', 'gateway', 'no-route', 'no-route', 'cut'],
    ['one of them was silent', 'host', 'no-route', 'silent', 'unknown'],
    ['a router on the way said so: it may just be connecting', 'outside', 'no-route', 'no-route', 'unknown'],
  ] as const)('%s', async (_, view, one, other, sight) => {
    const failing = (id: string, reason: typeof one | typeof other, how: Partial<IpSource>) =>
      source(id, async () => Promise.reject(new Failure('network', id, { reason })), how)
    const sources = [failing('a', one, { view }), failing('b', other, {})]
    const { detected } = await run({ dsl: { sources, quorum: undefined } })
    expect(linkSight(detected.dsl!)).toBe(sight)
  })

  it.each<[string, IpSource[], ('A' | 'AAAA')[]]>([
    ['the kernel says so', [source('interface', async () => [], { view: 'host' })], ['AAAA']],
    ['only the internet says so', [source('http', async () => [])], []],
    [
      'the kernel cannot be asked',
      [source('interface', async () => Promise.reject(new Failure('network', 'x')), { view: 'host' })],
      [],
    ],
    [
      'another source sees an address',
      [source('interface', async () => [], { view: 'host' }), source('http', async () => [ip('2a02:908::5')])],
      [],
    ],
  ])('a family is reported absent: %s', async (_, sources, absent) => {
    const { detected } = await run({ default: { sources, quorum: undefined } }, {}, ['AAAA'])
    expect(detected.default?.absent ?? []).toEqual(absent)
  })

  it('asks for the prefix only where a host wants it', async () => {
    const prefix = async () => parsePrefix('2a02:908:1:200::/56')
    const fritzbox = source('fritzbox', async () => [], { view: 'gateway', prefix })
    const line = { sources: [fritzbox], quorum: undefined }
    expect((await run({ default: line }, {}, ['AAAA'])).detected.default?.prefix).toBeUndefined()
    const wanting = { default: { ...line, wantsPrefix: true as const } }
    expect((await run(wanting, {}, ['AAAA'])).detected.default?.prefix).toEqual({
      address: '2a02:908:1:200::',
      length: 56,
    })
    expect((await run(wanting, {}, ['A'])).detected.default?.prefix).toBeUndefined()
  })

  it('knows a prefix that was told from one that was asked for', async () => {
    const prefix = async () => parsePrefix('2a02:908:1:200::/56')
    const push = source('push', async () => [], {
      view: 'gateway',
      prefix,
      toldAt: (_, what) => (what === 'A' ? 7 : 1),
    })
    const line = { sources: [push], quorum: undefined, wantsPrefix: true as const }
    const found = await run({ default: line }, {}, ['AAAA'])
    expect(found.detected.default?.prefix).toMatchObject({ isTold: true })
    expect(found.prefixes.default).toMatchObject([{ source: 'push', isTold: true, at: 1 }])
  })

  it('says that two contradict each other, of which line', async () => {
    const box = (id: string, prefix: string) =>
      source(id, async () => [], { view: 'gateway', prefix: async () => parsePrefix(prefix) })
    const two = {
      sources: [box('a', '2a02:908:1:200::/56'), box('b', '2a02:908:2:200::/56')],
      wantsPrefix: true as const,
    }
    const lines = { dsl: { ...two, quorum: undefined }, lte: { sources: [], quorum: undefined } }
    const { detected, prefixes, findings } = await run(lines, {}, ['AAAA'])
    expect(detected.dsl?.prefix).toBeInstanceOf(Failure)
    expect(prefixes).toMatchObject({ dsl: [{ source: 'a' }, { source: 'b' }], lte: [] })
    const message = 'the address sources disagree about the IPv6 prefix on line dsl: a: 2a02:908:1:200::/56; b: 2a02:'
    expect(findings).toMatchObject([{ id: 'sources-disagree', message: expect.stringContaining(message) }])
  })
})

describe('the prefix of a line', () => {
  const said = (...texts: (string | Failure | undefined)[]) =>
    judgePrefixes(
      texts.map((text, i) => ({ source: `s${i}`, answer: typeof text === 'string' ? parsePrefix(text) : text })),
      [],
      ' on line dsl',
    ).prefix
  it.each([
    ['one', ['2a02:908:1:200::/56'], { address: '2a02:908:1:200::', length: 56 }],
    [
      'one within the other',
      ['2a02:908:1:200::/56', '2a02:908:1:203::/64'],
      { address: '2a02:908:1:203::', length: 64 },
    ],
    ['none has one', [undefined, undefined], undefined],
    ['nobody was asked', [], undefined],
    ['one fails', [new Failure('network', 'x'), '2a02:908:1:200::/56'], { address: '2a02:908:1:200::', length: 56 }],
  ])('%s', (_, texts, prefix) => expect(said(...texts)).toEqual(prefix))

  it.each<[string, ([string, boolean] | undefined)[], true | undefined]>([
    ['told alone', [['2a02:908:1:200::/56', true]], true],
    [
      'told, and asked for the same',
      [
        ['2a02:908:1:200::/56', true],
        ['2a02:908:1:200::/56', false],
      ],
      undefined,
    ],
    ['told, and not there by the word of one that was asked', [['2a02:908:1:200::/56', true], undefined], undefined],
    [
      'told a network within what was asked for',
      [
        ['2a02:908:1:200::/56', false],
        ['2a02:908:1:203::/64', true],
      ],
      true,
    ],
    [
      'told another than was asked for now: it is the one from before',
      [
        ['2a02:908:1:203::/64', true],
        ['2a02:908:2:200::/56', false],
      ],
      undefined,
    ],
  ])('%s', (_, texts, isTold) => {
    const sightings = texts.map((one) => ({
      ...{ source: String(one), answer: one && parsePrefix(one[0]) },
      ...(one?.[1] && { isTold: true as const }),
    }))
    const { prefix } = judgePrefixes(sightings, [], '')
    expect(prefix && 'isTold' in prefix ? prefix.isTold : undefined).toBe(isTold)
    expect(prefix).not.toBeInstanceOf(Failure)
    if (texts.includes(undefined)) expect(prefix).toBeUndefined()
  })

  it.each([
    [
      'they disagree',
      ['2a02:908:1:200::/56', '2a02:908:2::/64'],
      'the sources disagree (s0: 2a02:908:1:200::/56; s1: 2a02:908:2::/64)',
    ],
    ['it is not public', ['fd00:1::/64'], 's0: fd00:1::/64 is not public: Unique-Local (fc00::/7)'],
    ['all fail', [new Failure('network', 'no answer')], 's0: no answer'],
  ])('%s', (_, texts, message) =>
    expect(said(...texts)).toMatchObject({ message: `the IPv6 prefix on line dsl is unknown: ${message}` }),
  )
})

describe('what the configuration makes of lines', () => {
  const rules = { lineDownAfter: 1, failbackAfter: 2 }
  const line = (of: string, through: string | undefined, ...ipSources: string[]) =>
    ({ name: of, interface: through, ipSources, quorum: undefined, ...rules }) as const
  const lines = [line('dsl', 'eth0', 'auto', 'interface'), line('lte', undefined, 'interface')]
  const host = name('mail.example.com')

  it('a bound line leaves public-ip out, and its interface is its own', () => {
    const setup = linesIn(config({ lines }))
    expect(setup.dsl?.sources.map(({ id }) => id)).not.toContain('public-ip')
    expect(setup.dsl?.sources.map(({ id }) => id)).toContain('interface:eth0')
    expect(setup.lte?.sources.map(({ id }) => id)).toEqual(['interface'])
  })

  it('one line, default, where none is named', () => {
    expect(Object.keys(linesIn(config()))).toEqual(['default'])
    expect(lineRulesOf(config())).toEqual({ links: {}, removing: [] })
  })

  it('remembers lines that a host can leave, or whose families can be gone', () => {
    expect(lineRulesOf(config({ lines, hosts: [{ name: host, line: ['lte'] }] })).links).toEqual({})
    expect(Object.keys(lineRulesOf(config({ lines, hosts: [{ name: host, line: ['lte', 'dsl'] }] })).links)).toEqual([
      'dsl',
      'lte',
    ])
    expect(lineRulesOf(config({ lines, hosts: [{ name: host, line: ['lte'], whenGone: 'remove' }] })).removing).toEqual(
      ['lte'],
    )
    expect(lineRulesOf(config({ lines, whenGone: 'remove' })).removing).toEqual(['dsl'])
  })

  it('the prefix is wanted where a host with a suffix uses the line', () => {
    const suffix = parseSuffix('::25') as Suffix
    const setup = linesIn(config({ lines, hosts: [{ name: host, line: ['lte'], ipv6Suffix: suffix }] }))
    expect([setup.dsl?.wantsPrefix, setup.lte?.wantsPrefix]).toEqual([undefined, true])
  })
})
