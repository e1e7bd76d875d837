import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { type AddressType, addressType, parseAddress } from '../../src/dns/rrset.ts'
import type { IpSource, SourceWorld } from '../../src/line/source.ts'
import { parseSource, SOURCE_KINDS, sourcesOf } from '../../src/line/sources/index.ts'
import type { Answering } from '../support/datagrams.ts'
import { BY_DATAGRAM, BY_SOAP, WAYS, WITHOUT_TEXT, worldOfDatagrams, worldOfRouter } from '../support/source-ways.ts'
import { dnsWith, httpAnswering, interfacesWith, message, onHost, sourceWorld } from '../support/source-world.ts'

const V4 = '5.9.1.7'
const V6 = '2a02:908::7'
const ADDRESS: Record<AddressType, string> = { A: V4, AAAA: V6 }
const PAGE =
  '<!DOCTYPE html><html><head><style>a::before{margin:0 1.5em}</style></head><body>Please log in</body></html>'
const quiet = () => new AbortController().signal

it('registers every file, under its name', () => {
  const files = readdirSync('src/line/sources').filter((file) => file !== 'index.ts')
  expect(Object.keys(SOURCE_KINDS).toSorted()).toEqual(files.map((file) => file.replace(/\.ts$/, '')).toSorted())
  const known = [WAYS, BY_DATAGRAM, BY_SOAP].flatMap((ways) => Object.keys(ways))
  expect([...known, ...WITHOUT_TEXT].toSorted()).toEqual(Object.keys(SOURCE_KINDS).toSorted())
})

const TEXTS: readonly (readonly [string, (address: string) => string])[] = [
  ['the address alone', (address) => address],
  ['a line', (address) => `${address}\n`],
  ['a line of Windows', (address) => `  ${address}\r\n`],
  ['the address twice', (address) => `${address} ${address}`],
  ['capitals', (address) => address.toUpperCase()],
]
const asked = Object.entries(WAYS).flatMap(([kind, { specs, world }]) =>
  specs.flatMap((spec) => {
    const source = parseSource(spec)!
    return source.types.map((type) => [`${kind} (${type})`, { kind, source, type, world }] as const)
  }),
)

it.each(asked)('%s: one address, however it is written', async (_, { source, type, world }) => {
  for (const [what, text] of TEXTS) {
    expect(await source.addresses(type, world(text(ADDRESS[type])), quiet()), what).toEqual([ADDRESS[type]])
  }
})

it.each(asked)('%s: anything else is a Failure, and quotes nothing', async (_, { source, type, world }) => {
  const other = type === 'A' ? V6 : V4
  const two = type === 'A' ? `${V4} 5.9.1.8` : `${V6} 2a02:908::8`
  for (const text of ['', PAGE, other, two, 'none', '10.0.0.0/8 2a02::/32', '010.1.2.3', '5.9.1', 'S3CR3T']) {
    const failure = await failureOf(source, type, world(text))
    expect(failure, text).toMatchObject({ kind: 'protocol' })
    expect(failure.message).toContain(source.id)
    expect(failure.message).not.toContain('S3CR3T')
  }
})

it.each(asked)('%s: of two addresses none is taken, and the message says so', async (_, { source, type, world }) => {
  const two = type === 'A' ? `${V4} 5.9.1.8` : `${V6} 2a02:908::8`
  const { message } = await failureOf(source, type, world(two))
  expect(message).toBe(`${source.id}: the answer holds two addresses, expected exactly one`)
})

it.each(asked)('%s: 10 MB are a Failure', async (_, { source, type, world }) => {
  const text = `${ADDRESS[type]}\n${'x'.repeat(10 << 20)}`
  expect(await failureOf(source, type, world(text))).toMatchObject({ kind: 'protocol' })
})

it.each(asked)('%s: hands the signal on', async (_, { source, type, world }) => {
  expect(await failureOf(source, type, world(ADDRESS[type]), AbortSignal.abort())).toMatchObject({ kind: 'cancelled' })
})

it.each(asked)(
  '%s: gives one address of its type or a Failure, whatever it reads',
  async (_, { source, type, world }) => {
    const piece = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constantFrom(' ', '"', '<b>', ',', '::', '.'))
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const answer = await source.addresses(type, world(pieces.join('')), quiet()).catch((thrown: unknown) => thrown)
        if (answer instanceof Failure) return
        const addresses = answer as readonly string[]
        expect(addresses).toHaveLength(1)
        expect(addressType(parseAddress(addresses[0]!)!)).toBe(type)
      }),
    )
  },
)

const byDatagram = Object.entries(BY_DATAGRAM).flatMap(([kind, { specs, telling }]) =>
  specs.flatMap((spec) => {
    const source = parseSource(spec)!
    return source.types.map((type) => [`${kind} (${type})`, { source, type, telling }] as const)
  }),
)
const WRITTEN: Record<AddressType, string> = { A: V4, AAAA: '2a02:908:0:0:0:0:0:7' }

it.each(byDatagram)('%s: one address, also behind what is no answer', async (_, { source, type, telling }) => {
  const answering = telling(WRITTEN[type])
  expect(await source.addresses(type, worldOfDatagrams(answering), quiet())).toEqual([ADDRESS[type]])
  const late: Answering = (request) => [Buffer.alloc(0), Buffer.from('S3CR3T'), ...answersOf(answering, request)]
  expect(await source.addresses(type, worldOfDatagrams(late), quiet())).toEqual([ADDRESS[type]])
})

it.each(byDatagram)('%s: an address that is none is a Failure, not absent', async (_, { source, type, telling }) => {
  const none = type === 'A' ? '0.0.0.0' : '0:0:0:0:0:0:0:0'
  const failure = await failureOf(source, type, worldOfDatagrams(telling(none)))
  expect(['protocol', 'unavailable']).toContain(failure.kind)
  expect(failure.message).toContain(source.id)
})

it.each(byDatagram)('%s: silence and refusal are Failures that name it', async (_, { source, type }) => {
  const refused = new Failure('network', 'nothing listens at that port', { reason: 'refused' })
  for (const [answering, reason] of [[() => [], 'silent'] as const, [() => refused, 'refused'] as const]) {
    const failure = await failureOf(source, type, worldOfDatagrams(answering))
    expect(failure).toMatchObject({ kind: 'network', reason })
    expect(failure.message).toContain(source.id)
  }
})

it.each(byDatagram)('%s: hands the signal on', async (_, { source, type, telling }) => {
  const failure = await failureOf(source, type, worldOfDatagrams(telling(WRITTEN[type])), AbortSignal.abort())
  expect(failure).toMatchObject({ kind: 'cancelled' })
})

it.each(byDatagram)('%s: gives one address of its type or a Failure, whatever bytes come', async (_, asking) => {
  const { source, type, telling } = asking
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(63), fc.nat(255)), { maxLength: 4 }),
      fc.nat(64),
      async (flips, length) => {
        const answering: Answering = (request) =>
          answersOf(telling(WRITTEN[type]), request).map((answer) => {
            const spoilt = Buffer.from(answer).subarray(0, length)
            for (const [at, octet] of flips) if (at < spoilt.length) spoilt[at] = octet
            return spoilt
          })
        const answer = await source
          .addresses(type, worldOfDatagrams(answering), quiet())
          .catch((thrown: unknown) => thrown)
        if (answer instanceof Failure) return void expect(answer.message).toContain(source.id)
        const addresses = answer as readonly string[]
        expect(addresses).toHaveLength(1)
        expect(addressType(parseAddress(addresses[0]!)!)).toBe(type)
      },
    ),
  )
})

const bySoap = Object.values(BY_SOAP).flatMap(({ specs }) => specs.map((spec) => [spec, parseSource(spec)!] as const))

it.each(bySoap)('%s: one address, and anything else is a Failure that quotes nothing', async (_, source) => {
  expect(await source.addresses('A', worldOfRouter(V4), quiet())).toEqual([V4])
  const broken = [
    '',
    '0.0.0.0',
    PAGE,
    V6,
    `${V4} 5.9.1.8`,
    'none',
    '010.1.2.3',
    '5.9.1',
    'S3CR3T',
    'x'.repeat(10 << 20),
  ]
  for (const text of broken) {
    const failure = await failureOf(source, 'A', worldOfRouter(text))
    expect(['protocol', 'unavailable'], text.slice(0, 20)).toContain(failure.kind)
    expect(failure.message).toContain(source.id)
    expect(failure.message).not.toContain('S3CR3T')
  }
  expect(await failureOf(source, 'A', worldOfRouter(V4), AbortSignal.abort())).toMatchObject({ kind: 'cancelled' })
})

it.each(bySoap)('%s: gives one address of its type or a Failure, whatever it reads', async (_, source) => {
  const piece = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constantFrom(' ', '"', '<b>', ',', '::', '.'))
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 3 }), async (pieces) => {
      const world = worldOfRouter(pieces.join(''))
      const answer = await source.addresses('A', world, quiet()).catch((thrown: unknown) => thrown)
      if (answer instanceof Failure) return
      expect((answer as readonly string[]).map((one) => addressType(parseAddress(one)!))).toEqual(['A'])
    }),
  )
})

const answersOf = (answering: Answering, request: Buffer) => answering(request) as readonly Uint8Array[]

async function failureOf(source: IpSource, type: AddressType, world: SourceWorld, signal = quiet()): Promise<Failure> {
  const answer = await source.addresses(type, world, signal).catch((thrown: unknown) => thrown)
  if (!(answer instanceof Failure)) throw new Error(`expected a Failure, got ${String(answer)}`)
  return answer
}

it.each([
  ['in one string', [[`${V4} 5.9.1.8`]]],
  ['in quotes, with a comma', [[`"${V4},5.9.1.8"`]]],
  ['in two records', [[V4], ['5.9.1.8']]],
])('dns: two addresses %s are two', async (_, records) => {
  const rdata = records.map((strings) => ({ type: 'TXT', strings }) as const)
  const source = parseSource('dns:myip.test/TXT/CH@192.0.2.53')!
  const failure = await failureOf(
    source,
    'A',
    dnsWith(async () => message('NOERROR', rdata)),
  )
  expect(failure.message).toContain('the answer holds two addresses, expected exactly one')
})

const http = (url = 'https://ip.test/') => parseSource(`http:${url}`)!

it.each([
  ['JSON', `{"ip":"${V4}","country":"DE"}`],
  ['HTML', `<html><body>Current IP Address: ${V4}</body></html>`],
  ['HTML with both families', `<p>Your addresses: <b>${V4}</b>, <b>${V6}</b></p>`],
  ['a label without a blank', `IP:${V4}`],
  ['the end of a sentence', `Your address is ${V4}.`],
  ['CSV', `IPv4,${V4},Remaining fields reserved,v1.1,Over 1.2.3 years`],
  ['a trace', `fl=1\nh=ip.test\nip=${V4}\nts=1764000000.123\nwarp=off\n`],
  [
    'what only looks like an address',
    `${V4} nginx/1.18.0.1 <a href="http://9.9.9.9/">x</a> 8.8.8.0/24 v1.2.3.4 12:34:56`,
  ],
])('http: finds the address in %s', async (_, body) => {
  expect(await http().addresses('A', httpAnswering(200, body).world, quiet())).toEqual([V4])
})

it('http: finds an IPv6 address in brackets and behind a label', async () => {
  for (const body of [
    `[${V6}]`,
    `IP:${V6}`,
    `Address: ${V6}.`,
    `{"ip":"${V6.toUpperCase()}"}`,
    `<b>${V6}</b> a::b ::`,
  ]) {
    expect(await http().addresses('AAAA', httpAnswering(200, body).world, quiet()), body).toEqual([V6])
  }
})

it('http: unwraps what a dual-stack server says of IPv4', async () => {
  expect(await http().addresses('A', httpAnswering(200, `::ffff:${V4}`).world, quiet())).toEqual([V4])
})

it.each([
  [301, 'protocol', 'redirect'],
  [304, 'protocol', 'redirect'],
  [401, 'auth', '401'],
  [404, 'rejected', '404'],
  [429, 'rate-limited', 'too often'],
  [500, 'unavailable', '500'],
  [503, 'unavailable', '503'],
])('http: %s is a Failure %s, although the body holds an address', async (status, kind, said) => {
  const headers = { 'retry-after': '120', location: 'https://elsewhere.test/?key=S3CR3T' }
  const failure = await failureOf(http(), 'A', httpAnswering(status, V4, headers).world)
  expect(failure).toMatchObject({ kind })
  expect(failure.message).toContain(said)
  expect(failure.message).not.toContain('S3CR3T')
  if (status === 429) expect(failure.retryAfter).toBe(120)
})

it('http: is named once where the port names its origin', async () => {
  const down = new Failure('network', 'https://ip.test: there is no route to it', { reason: 'no-route' })
  const world = sourceWorld({ http: () => Promise.reject(down) })
  const failure = await failureOf(http('https://ip.test/my?key=S3CR3T'), 'A', world)
  const message = 'http:https://ip.test/my?...: there is no route to it'
  expect(failure).toMatchObject({ kind: 'network', message, reason: 'no-route' })
})

it('http: does not believe Cloudflare while its tunnel is in the way', async () => {
  const { world } = httpAnswering(200, `ip=${V4}\nwarp=on\n`)
  expect(await failureOf(http(), 'A', world)).toMatchObject({ kind: 'protocol' })
})

it('http: forces the family, keeps the limits, and shows no secret', async () => {
  const source = http('https://anna:p%40ss@ip.test/my/ip?token=S3CR3T#part')
  const { asked, world } = httpAnswering(200, `${V4} ${V6}`)
  await source.addresses('A', world, quiet())
  await source.addresses('AAAA', world, quiet())
  const authorization = `Basic ${Buffer.from('anna:p@ss').toString('base64')}`
  const limits = { purpose: 'read', method: 'GET', timeout: 5000, maxBytes: 65_536 }
  const request = { ...limits, url: 'https://ip.test/my/ip?token=S3CR3T', headers: { authorization } }
  expect(asked).toMatchObject([
    { ...request, family: 4 },
    { ...request, family: 6 },
  ])
  expect(source.id).toBe('http:https://ip.test/my/ip?...')
})

it('dns: asks the named server itself, as dig does', async () => {
  const questions: unknown[] = []
  const query: SourceWorld['dns']['query'] = async (question) => {
    questions.push(question)
    return message('NOERROR', [{ type: 'A', address: parseAddress(V4)! }])
  }
  const source = parseSource('dns:MyIP.opendns.com/a/in@192.0.2.53:5353')!
  const world = dnsWith(query)
  expect(await source.addresses('A', world, quiet())).toEqual([V4])
  const server = { address: '192.0.2.53', port: 5353 }
  expect(questions).toEqual([{ name: 'myip.opendns.com', type: 'A', class: 'IN', server, recursion: true }])
})

it('dns: takes the string that is an address, not what a resolver adds', async () => {
  const strings = [V4, 'edns0-client-subnet 9.9.9.0/24']
  const query = async () =>
    message('NOERROR', [
      { type: 'TXT', strings },
      { type: 'TXT', strings: [`"${V4}"`] },
    ])
  const world = dnsWith(query)
  expect(await parseSource('dns:myip.test/TXT/IN@192.0.2.53')!.addresses('A', world, quiet())).toEqual([V4])
})

it.each([
  ['NXDOMAIN', 'protocol'],
  ['REFUSED', 'protocol'],
  ['SERVFAIL', 'unavailable'],
] as const)('dns: %s is a Failure %s, not an absent address', async (rcode, kind) => {
  const query = async () => message(rcode, [])
  const world = dnsWith(query)
  expect(await failureOf(parseSource('dns:myip.test/A/IN@192.0.2.53')!, 'A', world)).toMatchObject({ kind })
})

it('command: takes the words as they are, without a shell, and discards the output of a failure', async () => {
  const commands: unknown[] = []
  const run: SourceWorld['exec']['run'] = async (command) => {
    commands.push(command)
    return { code: 3, stdout: V4, stderr: 'S3CR3T' }
  }
  const source = parseSource(`command: /bin/ip-of  "my line" --key='S3CR3T $HOME' a"b c"d ''`)!
  const failure = await failureOf(source, 'A', sourceWorld({ exec: { run, lines: async () => {} } }))
  const argv = ['/bin/ip-of', 'my line', '--key=S3CR3T $HOME', 'ab cd', '']
  expect(commands).toEqual([{ argv, timeout: 5000, maxBytes: 4096 }])
  expect(failure).toMatchObject({ kind: 'unavailable' })
  expect(failure.message).toBe('command:/bin/ip-of ...: ended with exit code 3; what it printed is discarded')
})

it('static: gives what the user gave, of its own type only', async () => {
  const source = parseSource(`static:${V6.toUpperCase()}`)!
  expect(source).toMatchObject({ view: 'given', types: ['AAAA'] })
  expect(await source.addresses('AAAA', sourceWorld({}), quiet())).toEqual([V6])
})

it('interface: reads the kernel', async () => {
  const world = sourceWorld({ interfaces: interfacesWith([onHost('ppp0', V4)], { 4: 'ppp0' }) })
  expect(await parseSource('interface')!.addresses('A', world, quiet())).toEqual([V4])
})

it.each([
  '',
  'auto',
  'publicip',
  'public-ip:x',
  'toString',
  'http',
  'http:',
  'http:ip.test',
  'http:ftp://ip.test',
  'http:https://',
  'dns:myip.test',
  'dns:myip.test/TXT/CH@ns1.example.com',
  'dns:myip.test/MX/IN@192.0.2.53',
  'dns:myip.test/A/CH@192.0.2.53:0',
  'dns:/A/IN@192.0.2.53',
  'interface:',
  'interface:eth0/1',
  'interface:a-name-that-is-too-long',
  'command',
  'command:  ',
  'command:/bin/x "open',
  'static',
  'static:mail.example.com',
  'static:fe80::1%eth0',
])('%j is no source', (spec) => {
  expect(parseSource(spec)).toBeUndefined()
})

const named = (...specs: string[]) =>
  sourcesOf(specs)
    .filter(({ optional }) => !optional)
    .map(({ id }) => id)
const found = (...specs: string[]) => sourcesOf(specs).flatMap(({ id, optional }) => (optional ? [id] : []))

it('auto stands for three sources that know both families, and for the router where it answers', () => {
  expect(named('auto')).toEqual(['public-ip', 'http:https://api64.ipify.org', 'http:https://ident.me'])
  const sources = sourcesOf(['auto'])
  for (const { types, view } of sources.slice(0, 3))
    expect({ types, view }).toEqual({ types: ['A', 'AAAA'], view: 'outside' })
  expect(found('auto')).toEqual(['nat-pmp', 'upnp'])
  for (const { types, view } of sources.slice(3)) expect({ types, view }).toEqual({ types: ['A'], view: 'gateway' })
})

it('a router that the user names beside auto is no longer one that may be missing', () => {
  expect([named('auto', 'upnp').at(-1), found('auto', 'upnp')]).toEqual(['upnp', ['nat-pmp']])
  expect(found('nat-pmp', 'upnp')).toEqual([])
})

it('gives a source that is named twice one vote', () => {
  expect(named('http:https://ident.me', 'auto', 'auto', ' public-ip ')).toEqual([
    'http:https://ident.me',
    'public-ip',
    'http:https://api64.ipify.org',
  ])
})

it('refuses a specification that nobody validated, without repeating it', () => {
  expect(() => sourcesOf(['http:nowhere?key=S3CR3T'])).toThrow(/^an address source is not understood; expected auto, /)
})
