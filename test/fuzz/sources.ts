import { deepStrictEqual, ok } from 'node:assert'
import fc from 'fast-check'
import { Failure } from '../../src/core/failure.ts'
import { type AddressType, addressType, parseAddress } from '../../src/dns/rrset.ts'
import type { IpSource, SourceWorld } from '../../src/line/source.ts'
import { parseSource, SOURCE_FORMS } from '../../src/line/sources/index.ts'
import type { HostAddress } from '../../src/ports/interfaces.ts'
import type { Answering } from '../support/datagrams.ts'
import { description, IP1, igdRouter, ROUTER, service, soapAnswer, soapFault } from '../support/igd-router.ts'
import { BY_DATAGRAM, WAYS, worldOfDatagrams } from '../support/source-ways.ts'
import { dnsWith, httpAnswering, interfacesWith, message, onHost, sourceWorld } from '../support/source-world.ts'
import { check } from './check.ts'
import { ipv4, ipv6, rdata } from './dns-messages.ts'
import { outcomeOf } from './failures.ts'
import { mutate, mutation } from './mutations.ts'

const quiet = () => new AbortController().signal
const PAGES = [
  '5.9.1.7',
  '2a02:908::7\n',
  '{"ip":"5.9.1.7","version":"1.2.3","asn":3320}',
  '<!doctype html><html><head><title>IP</title></head><body><p>Your address: 5.9.1.7.</p></body></html>',
  'fl=1\nh=x\nip=2a02:908::7\nts=1.2\nwarp=off\n',
]
const text = fc
  .tuple(fc.constantFrom(...PAGES), fc.array(mutation, { maxLength: 4 }))
  .map(([page, mutations]) => mutate(page, mutations, 'S3CR3T'))

async function mustBeAddressOrFailure(source: IpSource, type: AddressType, world: SourceWorld): Promise<void> {
  const found = await outcomeOf(() => source.addresses(type, world, quiet()))
  if (found instanceof Failure) {
    ok(!/S3CR3T/.test(found.message), `it quotes the answer: ${found.message}`)
    return
  }
  for (const one of found) deepStrictEqual([parseAddress(one), addressType(one)], [one, type])
}

const asked = Object.values(WAYS).flatMap(({ specs, world }) =>
  specs.flatMap((spec) => {
    const source = parseSource(spec)!
    return source.types.map((type) => ({ source, type, world }))
  }),
)

const texts = check(
  { name: 'sources: any text is an address or a Failure', share: 60_000, quick: 600 },
  fc.asyncProperty(fc.constantFrom(...asked), text, async ({ source, type, world }, given) => {
    await mustBeAddressOrFailure(source, type, world(given))
    const found = await source.addresses(type, world(given), quiet()).catch(() => [])
    ok(found.length <= 1, 'one address')
  }),
)

const http = parseSource('http:https://user:S3CR3T@ip.test/x?key=S3CR3T')!
const headers = fc.record(
  {
    'retry-after': fc.constantFrom('5', '9'.repeat(400), '-1', 'x'),
    location: fc.constantFrom('http://S3CR3T/', '//'),
  },
  { requiredKeys: [] },
)
const answers = check(
  { name: 'sources: any HTTP answer', share: 30_000, quick: 500 },
  fc.asyncProperty(
    text,
    fc.integer({ min: 200, max: 599 }),
    headers,
    fc.constantFrom('A', 'AAAA'),
    (body, status, head, type) => mustBeAddressOrFailure(http, type, httpAnswering(status, body, head).world),
  ),
)

const rcode = fc.constantFrom('NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'RCODE23')
const names = ['A/IN', 'AAAA/IN', 'TXT/CH'].map((kind) => parseSource(`dns:myip.test/${kind}@192.0.2.53`)!)
const records = check(
  { name: 'sources: any DNS answer', share: 20_000, quick: 300 },
  fc.asyncProperty(fc.constantFrom(...names), rcode, fc.array(rdata, { maxLength: 4 }), (source, code, data) =>
    mustBeAddressOrFailure(
      source,
      source.types[0]!,
      dnsWith(async () => message(code, data)),
    ),
  ),
)

const address = fc.oneof(
  ipv4,
  ipv6,
  fc.constantFrom('127.0.0.1', '169.254.1.1', 'fe80::1', '::1', 'fd00::1', '192.168.1.2'),
)
const onBox: fc.Arbitrary<HostAddress> = fc
  .tuple(
    fc.constantFrom('eth0', 'ppp0', 'lo'),
    address,
    fc.record({
      prefixLength: fc.nat(128),
      scope: fc.constantFrom('global', 'link', 'host', 'site' as never),
      temporary: fc.boolean(),
      deprecated: fc.boolean(),
      tentative: fc.boolean(),
      dadFailed: fc.boolean(),
      dynamic: fc.boolean(),
      preferredLifetime: fc.constantFrom(0, 3600, Infinity),
    }),
  )
  .map(([name, one, more]) => onHost(name, one, more))
const interfaces = check(
  { name: 'sources: any state of the interfaces', share: 20_000, quick: 300 },
  fc.asyncProperty(
    fc.array(onBox, { maxLength: 5 }),
    fc.constantFrom('interface', 'interface:ppp0'),
    fc.constantFrom('A', 'AAAA'),
    fc.boolean(),
    (all, spec, type, hasRoute) => mustBeAddressOrFailure(parseSource(spec)!, type, sourceWith(all, hasRoute)),
  ),
)
const sourceWith = (all: readonly HostAddress[], hasRoute: boolean): SourceWorld => ({
  ...httpAnswering(200, '').world,
  interfaces: interfacesWith(all, hasRoute ? { 4: 'eth0', 6: 'eth0' } : {}),
})

const askedByDatagram = Object.values(BY_DATAGRAM).flatMap(({ specs, telling }) =>
  specs.flatMap((spec) => {
    const source = parseSource(spec)!
    return source.types.map((type) => ({ source, type, telling }))
  }),
)
const told = fc.oneof(ipv4, fc.constantFrom('0.0.0.0', '255.255.255.255', '127.0.0.1', '100.64.0.1'))
const change = fc.record({ at: fc.nat(80), drop: fc.nat(8), put: fc.uint8Array({ maxLength: 8 }) })
const datagrams = check(
  { name: 'sources: any datagram of a router or a STUN server', share: 60_000, quick: 600 },
  fc.asyncProperty(
    fc.constantFrom(...askedByDatagram),
    told,
    fc.array(fc.array(change, { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    fc.array(fc.uint8Array({ maxLength: 1200 }), { maxLength: 2 }),
    ({ source, type, telling }, address, changes, noise) => {
      const answering: Answering = (request) => {
        const [good = Buffer.alloc(0)] = telling(address)(request) as readonly Buffer[]
        const spoil = (bytes: Buffer, { at, drop, put }: { at: number; drop: number; put: Uint8Array }) =>
          Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)])
        return [...noise, ...changes.map((some) => some.reduce(spoil, good))]
      }
      return mustBeAddressOrFailure(source, type, worldOfDatagrams(answering))
    },
  ),
)

const SOAP = [
  soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: '5.9.1.7' }),
  soapAnswer('GetExternalIPAddress', { NewExternalIPAddress: '' }),
  soapAnswer('GetStatusInfo', { NewConnectionStatus: 'Connected' }),
  soapAnswer('X_AVM_DE_GetIPv6Prefix', {
    NewIPv6Prefix: '2a02:908::/56',
    NewPrefixLength: '56',
    NewValidLifetime: '7140',
  }),
  soapAnswer('X_AVM_DE_GetIPv6Prefix', { NewIPv6Prefix: '', NewPrefixLength: '0', NewValidLifetime: '0' }),
  soapAnswer('X_AVM_DE_GetExternalIPv6Address', { NewExternalIPv6Address: '2a02:908::7', NewValidLifetime: '7140' }),
  soapAnswer('X_AVM_DE_GetExternalIPv6Address', { NewExternalIPv6Address: '', NewValidLifetime: '0' }),
  soapFault('501'),
  description([service(IP1), service(IP1, '/c', '//192.0.2.66/')], 'http://192.168.178.1:80/'),
]
const answer = fc.record({
  status: fc.constantFrom(200, 200, 404, 500),
  body: fc
    .tuple(fc.constantFrom(...SOAP), fc.array(mutation, { maxLength: 4 }))
    .map(([page, mutations]) => mutate(page, mutations, 'S3CR3T')),
})
const routers = check(
  { name: 'sources: any answer of a router', share: 30_000, quick: 300 },
  fc.asyncProperty(
    fc.constantFrom('upnp', 'fritzbox', 'fritzbox:192.168.178.1'),
    answer,
    fc.array(answer, { minLength: 1, maxLength: 4 }),
    async (spec, first, more) => {
      const source = parseSource(spec)!
      const { router, http, search } = igdRouter({ 'GET /rootDesc.xml': first })
      const world = sourceWorld({
        udp: { ...sourceWorld({}).udp, search },
        interfaces: { ...interfacesWith([]), gateway: async () => ROUTER },
        http: (request, signal) => {
          const action = request.headers?.soapaction?.replaceAll('"', '').split('#')[1]
          if (action)
            router.replies[`POST ${new URL(request.url).pathname}#${action}`] = more[router.asked.length % more.length]!
          return http(request, signal)
        },
      })
      await mustBeAddressOrFailure(source, 'A', world)
      await outcomeOf(async () => source.lacksIpv6?.(world, quiet()))
      await outcomeOf(async () => source.prefix?.(world, quiet()))
      for (const { url } of router.asked) deepStrictEqual(new URL(url).hostname, '192.168.178.1')
    },
  ),
)

const specification = fc.oneof(
  fc
    .tuple(fc.constantFrom(...SOURCE_FORMS), fc.array(mutation, { maxLength: 3 }))
    .map(([form, some]) => mutate(form, some)),
  fc
    .tuple(
      fc.constantFrom('http:', 'dns:', 'static:', 'command:', 'interface:', 'stun:', 'nat-pmp:', 'fritzbox:'),
      fc.string({ unit: 'binary' }),
    )
    .map((parts) => parts.join('')),
)
const specifications = check(
  { name: 'sources: any specification is a source or none', share: 30_000, quick: 500 },
  fc.property(specification, (spec) => {
    const source = parseSource(spec)
    ok(source === undefined || (source.id !== '' && source.types.length > 0))
  }),
)

export const sources = [texts, answers, records, datagrams, interfaces, routers, specifications]
