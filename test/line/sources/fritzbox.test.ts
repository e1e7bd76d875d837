import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { parseSource } from '../../../src/line/sources/index.ts'
import { igdRouter, ROUTER, soapAnswer, soapFault } from '../../support/igd-router.ts'
import { sourceWorld } from '../../support/source-world.ts'

const AT = 'POST /igdupnp/control/WANIPConn1'
const PREFIX = `${AT}#X_AVM_DE_GetIPv6Prefix`
const told = (text: string) => ({ body: soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: text }) })
const prefix = (text: string, length = '56', lifetime = '7140') => ({
  body: soapAnswer('X_AVM_DE_GetIPv6Prefix', {
    ...{ NewIPv6Prefix: text, NewPrefixLength: length },
    ...{ NewValidLifetime: lifetime, NewPreferedLifetime: '3540' },
  }),
})
const state = (text: string) => ({ body: soapAnswer('GetStatusInfo', { NewConnectionStatus: text }) })
const [CALL, STATUS] = [`${AT}#GetExternalIPAddress`, `${AT}#GetStatusInfo`]
const quiet = () => new AbortController().signal

function start(replies: Parameters<typeof igdRouter>[0], spec = 'fritzbox') {
  const { router, http } = igdRouter(replies)
  const blank = sourceWorld({})
  const world = sourceWorld({ http, interfaces: { ...blank.interfaces, gateway: async () => ROUTER } })
  return { router, world, source: parseSource(spec)! }
}

it('never tells the IPv6 address of the box itself, but the prefix, and that there is neither', () => {
  const { source } = start({})
  expect(source).toMatchObject({ id: 'fritzbox', view: 'gateway', types: ['A'] })
  expect([source.prefix, source.lacksIpv6]).toEqual([expect.any(Function), expect.any(Function)])
})

const own = (address: string, lifetime = address ? '7140' : '0') => ({
  body: soapAnswer('X_AVM_DE_GetExternalIPv6Address', {
    ...{ NewExternalIPv6Address: address, NewPrefixLength: address ? '64' : '0' },
    ...{ NewValidLifetime: lifetime, NewPreferedLifetime: lifetime },
  }),
})
const OWN = `${AT}#X_AVM_DE_GetExternalIPv6Address`

it.each([
  ['an address and a prefix', own('2a02:908:f::1'), prefix('2a02:908:1:7600::'), 'Connected', false],
  ['an address alone', own('2a02:908:f::1'), prefix('', '0', '0'), 'Connected', false],
  ['an address alone, and connects', own('2a02:908:f::1'), prefix('', '0', '0'), 'Connecting', false],
  ['a prefix alone', own(''), prefix('2a02:908:1:7600::'), 'Connected', false],
  ['neither', own(''), prefix('', '0', '0'), 'Connected', true],
  ['neither, as :: and by lifetimes', own('::'), prefix('2a02:908:1:7600::', '56', '0'), 'Connected', true],
  ['an address that is over', own('2a02:908:f::1', '0'), prefix('', '0', '0'), 'Connected', true],
  ['neither, while it connects', own(''), prefix('', '0', '0'), 'Connecting', 'unavailable'],
  ['nonsense', own('S3CR3T'), prefix('', '0', '0'), 'Connected', 'protocol'],
  ['an older box, without these actions', { status: 500, body: soapFault('401') }, {}, 'Connected', 'unsupported'],
])('lacks IPv6: a box that has %s', async (_, ownReply, prefixReply, status, said) => {
  const { source, world } = start({ [OWN]: ownReply, [PREFIX]: prefixReply, [STATUS]: state(status) })
  const answer = await source.lacksIpv6!(world, quiet()).catch((thrown: unknown) => thrown)
  if (typeof said === 'boolean') return expect(answer).toBe(said)
  expect(answer).toMatchObject({ kind: said, message: expect.stringMatching(/^fritzbox: (?!.*S3CR3T)/) })
})

it.each([
  ['fritzbox', 'http://192.168.178.1:49000', ROUTER.own],
  ['fritzbox:192.168.0.1', 'http://192.168.0.1:49000', undefined],
  ['fritzbox:Box.Example', 'http://box.example:49000', undefined],
  ['fritzbox:fd00::1', 'http://[fd00::1]:49000', undefined],
  ['fritzbox:[fd00::1]', 'http://[fd00::1]:49000', undefined],
])('%s asks %s, without a search', async (spec, origin, own) => {
  const { router, source, world } = start({ [`${AT}#GetExternalIPAddress`]: told('5.9.1.7') }, spec)
  expect(source.id).toBe(spec)
  expect(await source.addresses('A', world, quiet())).toEqual(['5.9.1.7'])
  expect(router.asked).toMatchObject([{ url: `${origin}/igdupnp/control/WANIPConn1`, localAddress: own }])
})

it.each([
  ['fritzbox', []],
  ['fritzbox:192.168.178.1', []],
  ['fritzbox:fritz.box', []],
  ['fritzbox:192.168.178.3', ['192.168.178.3']], // a box that is a client in this network may have no other
])('%s, whose own address in this network is told, has %j', async (spec, addresses) => {
  const told4 = told(addresses[0] ?? ROUTER.address)
  const { source, world } = start({ [CALL]: told4, [STATUS]: state('Connected') }, spec)
  expect(await source.addresses('A', world, quiet())).toEqual(addresses)
})

it.each([
  'fritzbox:',
  'fritzbox:box',
  'fritzbox:http://box.example',
  'fritzbox:192.168.178.1:49000',
  'fritzbox:a b.example',
])('%j is no source', (spec) => expect(parseSource(spec)).toBeUndefined())

it.each([
  ['2a02:908:1:7600::', '56'],
  ['2a02:908:1:7600::/56', '56'],
])('gives the prefix %s', async (text, length) => {
  const { source, world } = start({ [PREFIX]: prefix(text, length) })
  expect(await source.prefix!(world, quiet())).toEqual({ address: '2a02:908:1:7600::', length: 56 })
})

it.each([
  ['an empty string', prefix('', '0', '0')],
  ['a lifetime of 0', prefix('2a02:908:1:7600::', '56', '0')],
])('%s is no prefix', async (_, reply) => {
  const { source, world } = start({ [PREFIX]: reply })
  expect(await source.prefix!(world, quiet())).toBeUndefined()
})

it.each(['', '192.168.178.1'])(
  'knows that a line of DS-Lite has no IPv4 address, when it is connected (%j)',
  async (shown) => {
    const { source, world } = start({ [CALL]: told(shown), [STATUS]: state('Connected') })
    expect(await source.addresses('A', world, quiet())).toEqual([])
  },
)

it.each([
  ['', 'Connecting'],
  ['', 'S3CR3T'],
  ['0.0.0.0', 'Connected'],
])('%j while it is %s is a Failure, not absence', async (address, status) => {
  const { source, world } = start({ [CALL]: told(address), [STATUS]: state(status) })
  await expect(source.addresses('A', world, quiet())).rejects.toMatchObject({ kind: 'unavailable' })
})

const FAILURES = [
  ['a fault', { status: 500, body: soapFault('401') }, 'unsupported'],
  ['HTML', { body: '<html>S3CR3T</html>' }, 'protocol'],
  ['nonsense', prefix('S3CR3T'), 'protocol'],
  ['silence', new Failure('network', 'http://192.168.178.1:49000: no answer'), 'network'],
] as const

it.each(FAILURES)('%s instead of a prefix is a Failure', async (_, reply, kind) => {
  const { source, world } = start({ [PREFIX]: reply })
  await expect(source.prefix!(world, quiet())).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(/^fritzbox: (?!.*S3CR3T)/),
  })
})

it.each(FAILURES)('%s instead of an address is a Failure', async (_, reply, kind) => {
  const { source, world } = start({ [`${AT}#GetExternalIPAddress`]: reply }, 'fritzbox:192.168.0.1')
  await expect(source.addresses('A', world, quiet())).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(/^fritzbox:192\.168\.0\.1: (?!.*S3CR3T)/),
  })
})

it('hands the signal on', async () => {
  const { source, world } = start({})
  for (const asked of [source.addresses('A', world, AbortSignal.abort()), source.prefix!(world, AbortSignal.abort())]) {
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
  }
})
