import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { AddressType } from '../../src/dns/rrset.ts'
import { parseSource } from '../../src/line/sources/index.ts'
import { type Answering, attribute, datagramsAnswering, mapped, stunAnswer, xorMapped } from '../support/datagrams.ts'
import { sourceWorld } from '../support/source-world.ts'

const V4 = '5.9.1.7'
const V6 = '2a02:908:0:0:0:0:0:7'
const quiet = () => new AbortController().signal
const telling =
  (...addresses: readonly string[]): Answering =>
  (request) => [
    stunAnswer(
      request,
      addresses.map((one) => attribute(0x0020, xorMapped(request, one))),
    ),
  ]
const ask = (answering: Answering, type: AddressType = 'A', spec = 'stun:stun.example.net') =>
  parseSource(spec)!.addresses(type, datagramsAnswering(answering).world, quiet())
const failure = async (answering: Answering, type: AddressType = 'A'): Promise<Failure> =>
  ask(answering, type).then(
    (addresses) => expect.unreachable(String(addresses)),
    (thrown: unknown) => thrown as Failure,
  )

it.each([
  ['stun:stun.example.net', 'stun:stun.example.net', ['A', 'AAAA']],
  ['stun:STUN.example.net:3478', 'stun:stun.example.net', ['A', 'AAAA']],
  ['stun:bücher.example:19302', 'stun:xn--bcher-kva.example:19302', ['A', 'AAAA']],
  ['stun:192.0.2.34', 'stun:192.0.2.34', ['A']],
  ['stun:192.0.2.34:443', 'stun:192.0.2.34:443', ['A']],
  ['stun:2001:DB8::34', 'stun:2001:db8::34', ['AAAA']],
  ['stun:[2001:db8::34]:443', 'stun:[2001:db8::34]:443', ['AAAA']],
])('%s', (spec, id, types) => {
  expect(parseSource(spec)).toMatchObject({ id, types, view: 'outside' })
})

it.each([
  'stun',
  'stun:',
  'stun:localhost',
  'stun://stun.example.net',
  'stun:stun.example.net:0',
  'stun:a.example:65536',
])('%s is no source', (spec) => {
  expect(parseSource(spec)).toBeUndefined()
})

it('asks the server of the wanted family, four times in 3.75 s, each time with a transaction of its own', async () => {
  const { asked, world } = datagramsAnswering((request) => telling(asked.length === 1 ? V4 : V6)(request))
  let next = 0
  const unguessable = (length: number) => Uint8Array.from({ length }, () => next++)
  const source = parseSource('stun:stun.example.net:443')!
  expect(await source.addresses('A', { ...world, unguessable }, quiet())).toEqual([V4])
  expect(await source.addresses('AAAA', { ...world, unguessable }, quiet())).toEqual(['2a02:908::7'])
  const question = { waits: [250, 500, 1000, 2000], localAddress: undefined }
  expect(asked).toEqual([
    { ...question, server: { address: '192.0.2.34', port: 443 }, request: '000100002112a442000102030405060708090a0b' },
    {
      ...question,
      server: { address: '2001:db8::34', port: 443 },
      request: '000100002112a4420c0d0e0f1011121314151617',
    },
  ])
})

it('asks an address without looking it up', async () => {
  const { asked, world } = datagramsAnswering(telling(V4))
  const dns = sourceWorld({}).dns
  expect(await parseSource('stun:192.0.2.35')!.addresses('A', { ...world, dns }, quiet())).toEqual([V4])
  expect(asked[0]?.server).toEqual({ address: '192.0.2.35', port: 3478 })
})

it('hears nobody else: another transaction, damaged answers', async () => {
  const other: Answering = (request) => {
    const answer = Buffer.from(first(telling('9.9.9.9')(request)))
    answer[19] = answer[19]! ^ 1
    return [answer, Buffer.from('nonsense'), first(telling(V4)(request))]
  }
  expect(await ask(other)).toEqual([V4])
})
const first = (answers: ReturnType<Answering>): Uint8Array => (answers as readonly Uint8Array[])[0]!

it('passes a private address on: the quorum judges', async () => {
  expect(await ask(telling('192.168.178.2'))).toEqual(['192.168.178.2'])
})

it.each([
  ['an IPv6 address to an IPv4 question', telling(V6), 'protocol', 'the answer holds no IPv4 address'],
  ['0.0.0.0', telling('0.0.0.0'), 'protocol', 'answered 0.0.0.0, which is none'],
  ['no address', (request) => [stunAnswer(request, [])], 'protocol', 'the answer holds no address'],
  [
    'what must be understood',
    (request) => [stunAnswer(request, [attribute(0x0020, xorMapped(request, V4)), attribute(0x00ab, [])])],
    'protocol',
    'the answer holds what mxhome does not know and must (0x00ab)',
  ],
  [
    'error 401',
    (request) => [stunAnswer(request, [attribute(9, [0, 0, 4, 1])], 0x0111)],
    'auth',
    'answered with error 401',
  ],
  [
    'error 420',
    (request) => [stunAnswer(request, [attribute(9, [0, 0, 4, 20])], 0x0111)],
    'protocol',
    'answered with error 420',
  ],
  [
    'error 500',
    (request) => [stunAnswer(request, [attribute(9, [0, 0, 5, 0])], 0x0111)],
    'unavailable',
    'answered with error 500',
  ],
  ['nothing', () => [], 'network', '192.0.2.34 does not answer'],
] as readonly (readonly [string, Answering, string, string])[])(
  '%s is a Failure',
  async (_, answering, kind, words) => {
    expect(await failure(answering)).toMatchObject({ kind, message: `stun:stun.example.net: ${words}` })
  },
)

it('takes the plain address of an old server', async () => {
  expect(await ask((request) => [stunAnswer(request, [attribute(0x0001, mapped(V4))])])).toEqual([V4])
})

it('a name without an address of the family cannot be asked', async () => {
  const { world } = datagramsAnswering(() => expect.unreachable())
  const asked: unknown[] = []
  const dns = {
    ...world.dns,
    lookup: async (...given: Parameters<typeof world.dns.lookup>) => {
      asked.push(given)
      return []
    },
  }
  const signal = quiet()
  await expect(
    parseSource('stun:stun.example.net')!.addresses('AAAA', { ...world, dns }, signal),
  ).rejects.toMatchObject({
    kind: 'network',
    reason: 'no-family',
    message: 'stun:stun.example.net: stun.example.net has no IPv6 address',
  })
  expect(asked).toEqual([['stun.example.net', { family: 6, signal }]])
})

it('a name that is not found is a Failure of this source', async () => {
  const { world } = datagramsAnswering(() => expect.unreachable())
  const dns = { ...world.dns, lookup: () => Promise.reject(new Failure('network', 'not found')) }
  const asked = parseSource('stun:stun.example.net')!.addresses('A', { ...world, dns }, quiet())
  await expect(asked).rejects.toMatchObject({ kind: 'network', message: 'stun:stun.example.net: not found' })
})
