import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { addressType, type IpAddress } from '../../src/dns/rrset.ts'
import { notCloudflares } from '../../src/line/cloudflare.ts'
import { parseSource } from '../../src/line/sources/index.ts'
import { BY_DATAGRAM, WAYS, worldOfDatagrams } from '../support/source-ways.ts'
import { httpAnswering } from '../support/source-world.ts'
import { ip } from '../support/targets.ts'

const quiet = () => new AbortController().signal
const failureOf = (asking: Promise<unknown>): Promise<unknown> => asking.catch((thrown: unknown) => thrown)

/** Block, first and last address, and those next to it that are not Cloudflare's. */
const BLOCKS: readonly (readonly [string, string, string, ...string[]])[] = [
  ['173.245.48.0/20', '173.245.48.0', '173.245.63.255', '173.245.47.255', '173.245.64.0'],
  ['103.21.244.0/22', '103.21.244.0', '103.21.247.255', '103.21.243.255', '103.21.248.0'],
  ['103.22.200.0/22', '103.22.200.0', '103.22.203.255', '103.22.199.255', '103.22.204.0'],
  ['103.31.4.0/22', '103.31.4.0', '103.31.7.255', '103.31.3.255', '103.31.8.0'],
  ['141.101.64.0/18', '141.101.64.0', '141.101.127.255', '141.101.63.255', '141.101.128.0'],
  ['108.162.192.0/18', '108.162.192.0', '108.162.255.255', '108.162.191.255', '108.163.0.0'],
  ['190.93.240.0/20', '190.93.240.0', '190.93.255.255', '190.93.239.255', '190.94.0.0'],
  ['188.114.96.0/20', '188.114.96.0', '188.114.111.255', '188.114.95.255', '188.114.112.0'],
  ['197.234.240.0/22', '197.234.240.0', '197.234.243.255', '197.234.239.255', '197.234.244.0'],
  ['198.41.128.0/17', '198.41.128.0', '198.41.255.255', '198.41.127.255', '198.42.0.0'],
  ['162.158.0.0/15', '162.158.0.0', '162.159.255.255', '162.157.255.255', '162.160.0.0'],
  ['104.16.0.0/13', '104.16.0.0', '104.23.255.255', '104.15.255.255'],
  ['104.24.0.0/14', '104.24.0.0', '104.27.255.255', '104.28.0.0'],
  ['172.64.0.0/13', '172.64.0.0', '172.71.255.255', '172.63.255.255', '172.72.0.0'],
  ['131.0.72.0/22', '131.0.72.0', '131.0.75.255', '131.0.71.255', '131.0.76.0'],
  [
    '2400:cb00::/32',
    '2400:cb00::',
    '2400:cb00:ffff:ffff:ffff:ffff:ffff:ffff',
    '2400:caff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2400:cb01::',
  ],
  [
    '2606:4700::/32',
    '2606:4700::',
    '2606:4700:ffff:ffff:ffff:ffff:ffff:ffff',
    '2606:46ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2606:4701::',
  ],
  [
    '2803:f800::/32',
    '2803:f800::',
    '2803:f800:ffff:ffff:ffff:ffff:ffff:ffff',
    '2803:f7ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2803:f801::',
  ],
  [
    '2405:b500::/32',
    '2405:b500::',
    '2405:b500:ffff:ffff:ffff:ffff:ffff:ffff',
    '2405:b4ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2405:b501::',
  ],
  [
    '2405:8100::/32',
    '2405:8100::',
    '2405:8100:ffff:ffff:ffff:ffff:ffff:ffff',
    '2405:80ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2405:8101::',
  ],
  [
    '2a06:98c0::/29',
    '2a06:98c0::',
    '2a06:98c7:ffff:ffff:ffff:ffff:ffff:ffff',
    '2a06:98bf:ffff:ffff:ffff:ffff:ffff:ffff',
    '2a06:98c8::',
  ],
  [
    '2c0f:f248::/32',
    '2c0f:f248::',
    '2c0f:f248:ffff:ffff:ffff:ffff:ffff:ffff',
    '2c0f:f247:ffff:ffff:ffff:ffff:ffff:ffff',
    '2c0f:f249::',
  ],
]

it.each(BLOCKS)('%s is Cloudflare from %s to %s', (_, first, last, ...beside) => {
  for (const address of [first, last]) expect(() => notCloudflares([ip(address)], 'it'), address).toThrow(Failure)
  for (const address of beside) expect(notCloudflares([ip(address)], 'it'), address).toEqual([address])
})

it('refuses all that was seen for one address of Cloudflare among them', () => {
  expect(() => notCloudflares([ip('5.9.1.7'), ip('104.27.1.2')], 'it')).toThrow('answered 104.27.1.2')
})

it('says what was seen, what it means and what to do', () => {
  expect(() => notCloudflares([ip('104.27.1.2')], 'stun:192.0.2.34')).toThrow(
    "stun:192.0.2.34: answered 104.27.1.2, an address of Cloudflare: a proxy or the WARP tunnel asked in this box's place. Let mxhome go out without it, or name another source",
  )
})

/** Everybody who looks from outside; STUN is told all groups of an address. */
const OUTSIDE = [
  ...['http', 'dns', 'public-ip'].flatMap((kind) =>
    WAYS[kind]!.specs.map((spec) => [spec, (address: string) => WAYS[kind]!.world(address)] as const),
  ),
  ...BY_DATAGRAM.stun!.specs.map(
    (spec) => [spec, (address: string) => worldOfDatagrams(BY_DATAGRAM.stun!.telling(address))] as const,
  ),
]
const SEEN = ['104.16.0.1', '2a06:98c0:0:0:0:0:0:1']

it.each(OUTSIDE)('%s refuses an address of Cloudflare', async (spec, world) => {
  const source = parseSource(spec)!
  for (const type of source.types) {
    const seen = SEEN.find((one) => addressType(one as IpAddress) === type)!
    const failure = await failureOf(source.addresses(type, world(seen), quiet()))
    expect(failure).toMatchObject({ kind: 'protocol', message: expect.stringContaining('an address of Cloudflare') })
  }
})

const trace = (host: string) => `fl=1\nh=${host}\nip=5.9.1.7\nts=1764000000.123\nwarp=off\n`
const ask = (url: string, body: string) =>
  failureOf(parseSource(`http:${url}`)!.addresses('A', httpAnswering(200, body).world, quiet()))

it.each([
  ['https://ip.test/cdn-cgi/trace', 'proxy.test'],
  ['https://ip.test/cdn-cgi/trace', 'ip.test.proxy.test'],
  ['https://192.0.2.1/cdn-cgi/trace', '192.0.2.2'],
  ['https://[2001:db8::1]/cdn-cgi/trace', '[2001:db8::2]'],
])('%s: a trace of %s is not believed, nor is that name repeated', async (url, host) => {
  const failure = await ask(url, trace(host))
  expect(failure).toMatchObject({ kind: 'protocol', message: expect.stringContaining('as another host') })
  expect((failure as Failure).message).not.toContain(host)
})

it.each(['on', 'plus', 'plus\r'])('a trace that came through WARP (%j) is not believed', async (warp) => {
  const failure = await ask('https://ip.test/cdn-cgi/trace', trace('ip.test').replace('warp=off', `warp=${warp}`))
  expect(failure).toMatchObject({ kind: 'protocol', message: expect.stringContaining('through Cloudflare WARP') })
})

it.each([
  ['https://ip.test/', 'ip=5.9.1.7\n'],
  ['https://ip.test/cdn-cgi/trace', trace('IP.test')],
  ['https://ip.test:8443/cdn-cgi/trace', trace('ip.test:8443')],
  ['https://ip.test:8443/cdn-cgi/trace', trace('ip.test\r')],
  ['https://[2001:db8::1]:8443/cdn-cgi/trace', trace('[2001:db8::1]:8443')],
  ['https://[2001:db8::1]/cdn-cgi/trace', trace('2001:db8::1')],
  ['https://ip.test/', 'h=another.test\nyour address: 5.9.1.7'],
  ['https://ip.test/', '5.9.1.7'],
])('%s: believes %j', async (url, body) => {
  expect(await ask(url, body)).toEqual(['5.9.1.7'])
})
