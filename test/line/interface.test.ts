import { expect, it } from 'vitest'
import type { AddressType } from '../../src/dns/rrset.ts'
import { parseSource } from '../../src/line/sources/index.ts'
import type { HostAddress, How } from '../../src/ports/interfaces.ts'
import { interfacesWith, onHost, sourceWorld } from '../support/source-world.ts'
import { ip } from '../support/targets.ts'

const [OLD, NEW, OTHER] = ['2a02:908:1::25', '2a02:908:2::25', '2a02:908:2::99']

function ask(type: AddressType, all: readonly HostAddress[], spec = 'interface:eth0', routes = {}) {
  const world = sourceWorld({ interfaces: interfacesWith(all, routes) })
  return parseSource(spec)!.addresses(type, world, new AbortController().signal)
}
const eth0 = (address: string, more: Partial<HostAddress> = {}) => onHost('eth0', address, more)

it.each<[string, HostAddress, HostAddress]>([
  ['set by hand before DHCPv6', eth0(NEW, { dynamic: false }), eth0(OLD, { prefixLength: 128 })],
  ['set by hand before SLAAC', eth0(NEW, { dynamic: false, preferredLifetime: 10 }), eth0(OLD)],
  ['DHCPv6 before SLAAC', eth0(NEW, { prefixLength: 128 }), eth0(OLD, { preferredLifetime: 9999 })],
  ['the fresh prefix before the one left behind', eth0(NEW), eth0(OLD, { preferredLifetime: 60 })],
  ['for ever before for an hour', eth0(NEW, { preferredLifetime: Number.POSITIVE_INFINITY }), eth0(OLD)],
  ['stable before temporary', eth0(NEW), eth0(OTHER, { temporary: true, preferredLifetime: 9999 })],
  ['current before deprecated', eth0(NEW), eth0(OLD, { deprecated: true, dynamic: false })],
  ['finished before tentative', eth0(NEW), eth0(OLD, { tentative: true, dynamic: false })],
  ['unique before duplicate', eth0(NEW), eth0(OLD, { dadFailed: true, dynamic: false })],
  ['public before unique-local', eth0(NEW), eth0('fd00::25', { dynamic: false })],
  ['what may be allowed before unique-local', eth0('2001:db8::25'), eth0('fd00::25', { dynamic: false })],
  ['public before documentation', eth0(NEW), eth0('2001:db8::25', { dynamic: false })],
  ['one of two alike, always the same', eth0(NEW), eth0(OTHER)],
  ['one of two for ever', eth0(NEW, { preferredLifetime: Infinity }), eth0(OTHER, { preferredLifetime: Infinity })],
])('IPv6: %s', async (_, wanted, other) => {
  expect(await ask('AAAA', [wanted, other])).toEqual([wanted.address])
  expect(await ask('AAAA', [other, wanted])).toEqual([wanted.address])
})

it.each([
  ['their lifetimes are not known', {}, Number.NaN],
  ['one is of DHCPv6', { prefixLength: 128 }, Number.NaN],
  ['both are for ever', {}, Number.POSITIVE_INFINITY],
])('IPv6: of two networks neither is guessed where %s', async (_, more, preferredLifetime) => {
  const asking = ask('AAAA', [
    eth0('2a02:908:1::25', { preferredLifetime, ...more }),
    eth0('2a02:908:2::25', { preferredLifetime }),
  ])
  await expect(asking).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('iproute2') })
})

it('IPv6: tells a unique-local address when there is no other, to be refused with a reason', async () => {
  expect(await ask('AAAA', [eth0('fd00::25'), eth0('fe80::1', { scope: 'link' })])).toEqual(['fd00::25'])
})

it('IPv4: tells all public addresses, else all', async () => {
  expect(await ask('A', [eth0('192.168.1.2'), eth0('5.9.1.7'), eth0('5.9.1.8')])).toEqual(['5.9.1.7', '5.9.1.8'])
  expect(await ask('A', [eth0('192.168.1.2'), eth0('10.0.0.2')])).toEqual(['10.0.0.2', '192.168.1.2'])
  const unknown = { preferredLifetime: Number.NaN }
  const two = [eth0('5.9.1.7', unknown), eth0('5.9.2.8', unknown)]
  expect(await ask('A', two), 'which of them lasts longer is no question').toEqual(['5.9.1.7', '5.9.2.8'])
})

it('tells loopback and self-given IPv4 addresses when there is no other, to be refused by their names', async () => {
  const lo = [
    onHost('lo', '127.0.0.1', { scope: 'host' }),
    onHost('lo', '::1', { scope: 'host' }),
    onHost('lo', '5.9.1.7'),
  ]
  expect(await ask('A', lo, 'interface:lo')).toEqual(['5.9.1.7'])
  expect(await ask('A', lo.slice(0, 2), 'interface:lo')).toEqual(['127.0.0.1'])
  expect(await ask('AAAA', lo, 'interface:lo')).toEqual(['::1'])
  expect(await ask('A', [eth0('169.254.3.4', { scope: 'link' })])).toEqual(['169.254.3.4'])
})

it('does not look at other interfaces', async () => {
  expect(await ask('A', [onHost('docker0', '5.9.1.9'), eth0('5.9.1.7')])).toEqual(['5.9.1.7'])
})

it("takes the default route's interface, of each family its own", async () => {
  const all = [onHost('ppp0', '5.9.1.7'), onHost('he0', NEW), eth0('192.168.1.2'), eth0(OLD)]
  expect(await ask('A', all, 'interface', { 4: 'ppp0', 6: 'he0' })).toEqual(['5.9.1.7'])
  expect(await ask('AAAA', all, 'interface', { 4: 'ppp0', 6: 'he0' })).toEqual([NEW])
})

it('knows an absent family from one that it cannot tell', async () => {
  const linkLocal = eth0('fe80::1', { scope: 'link' })
  expect(await ask('AAAA', [eth0('5.9.1.7'), linkLocal], 'interface:eth0', { 4: 'eth0' })).toEqual([])
  expect(await ask('A', [eth0(NEW)], 'interface:eth0', { 6: 'eth0' })).toEqual([])
  expect(await ask('AAAA', [eth0('5.9.1.7'), linkLocal], 'interface', { 4: 'eth0' })).toEqual([])
  for (const all of [[eth0(NEW)], [eth0(NEW), eth0('5.9.1.7')]]) {
    const later = ask('AAAA', all, 'interface', { 4: 'eth0' })
    await expect(later).rejects.toMatchObject({ kind: 'network', reason: 'no-route' })
  }
  await expect(ask('AAAA', [eth0(NEW, { tentative: true })])).rejects.toMatchObject({ kind: 'unavailable' })
  await expect(ask('AAAA', [eth0(NEW, { temporary: true })])).rejects.toMatchObject({ kind: 'unavailable' })
  await expect(ask('A', [onHost('eth1', '5.9.1.7')])).rejects.toMatchObject({
    kind: 'network',
    message: 'interface:eth0: eth0 is down or does not exist (eth1 are there)',
  })
})

it('of the default route’s interface alone: that another one has the family is no sign that it is gone', async () => {
  const all = [onHost('ppp0', '5.9.1.7'), onHost('ppp0', 'fe80::1', { scope: 'link' }), onHost('br-lan', NEW)]
  await expect(ask('AAAA', all, 'interface', { 4: 'ppp0', 6: 'ppp0' })).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('interface: ppp0 has no IPv6 address, and br-lan has'),
  })
  expect(await ask('AAAA', all, 'interface:ppp0', { 4: 'ppp0', 6: 'ppp0' }), 'as the user has said').toEqual([])
})

it.each([
  ['leads nowhere', { down: true }, NEW],
  ['goes away by design', { temporary: true }, NEW],
  ['is left over', { deprecated: true }, NEW],
  ['is of the home alone', {}, 'fd00::25'],
] as const)(
  'of the default route’s interface alone: no other address of the family counts that %s',
  async (_, more, address) => {
    const all = [onHost('ppp0', '5.9.1.7'), onHost('br-lan', address, more)]
    expect(await ask('AAAA', all, 'interface', { 4: 'ppp0', 6: 'ppp0' })).toEqual([])
  },
)

it.each(['interface', 'interface:eth0'])(
  'a line without any way out is down, and has lost nothing (%s)',
  async (spec) => {
    for (const [type, left] of [
      ['A', NEW],
      ['AAAA', '5.9.1.7'],
    ] as const) {
      await expect(ask(type, [eth0(left)], spec)).rejects.toMatchObject({ kind: 'network', reason: 'no-route' })
      await expect(ask(type, [eth0('fe80::1', { scope: 'link' })], spec)).rejects.toMatchObject({ reason: 'no-route' })
    }
  },
)

it('a cable that is not plugged in: its addresses lead nowhere', async () => {
  const all = [eth0('5.9.1.7', { down: true }), eth0(NEW, { down: true }), onHost('eth1', '5.9.1.9')]
  for (const type of ['A', 'AAAA'] as const) {
    await expect(ask(type, all)).rejects.toMatchObject({
      ...{ kind: 'network', reason: 'no-route' },
      message: 'interface:eth0: eth0 is down (eth0, eth1 are there)',
    })
  }
  expect(await ask('A', all, 'interface', { 4: 'eth1' })).toEqual(['5.9.1.9'])
})

it('what is left on a cable that is not plugged in is no sign that the family is gone', async () => {
  const all = [onHost('eth1', NEW, { down: true }), onHost('eth1', '5.9.1.9', { down: true })]
  for (const type of ['A', 'AAAA'] as const)
    await expect(ask(type, all, 'interface')).rejects.toMatchObject({ kind: 'network', reason: 'no-route' })
})

/** Node.js leaves out what is not running; the kernel's table of IPv6 addresses has it still. */
it('IPv4 that a glance does not show is looked for in earnest before it counts as absent', async () => {
  const [four, six] = [eth0('5.9.1.7', { down: true }), eth0(NEW)]
  const beside = onHost('eth1', '5.9.1.9')
  const world = (all: readonly HostAddress[]) =>
    sourceWorld({
      interfaces: { ...interfacesWith(all, { 6: 'eth0' }), addresses: async (how) => (how ? [six, beside] : all) },
    })
  const of = (all: readonly HostAddress[]) =>
    parseSource('interface:eth0')!.addresses('A', world(all), new AbortController().signal)
  await expect(of([four, { ...six, down: true }])).rejects.toMatchObject({ kind: 'network', reason: 'no-route' })
  expect(await of([six])).toEqual([])
})

it('IPv6 is never looked at by a glance, which knows of no lifetimes', async () => {
  const all = [eth0('5.9.1.7'), eth0(OLD, { preferredLifetime: 60 }), eth0(NEW)]
  const glance = all.map((one) => ({ ...one, preferredLifetime: Number.NaN }))
  const interfaces = { ...interfacesWith(all), addresses: async (how?: How) => (how ? glance : all) }
  const asking = parseSource('interface:eth0')!.addresses(
    'AAAA',
    sourceWorld({ interfaces }),
    new AbortController().signal,
  )
  expect(await asking).toEqual([NEW])
})

it.each([
  ['that somebody outside answered just now, whichever lasts longer', {}, OLD],
  ['but for one that does not last', { temporary: true }, NEW],
] as const)('IPv6: of two networks the address of the one %s', async (_, more, wanted) => {
  const all = [eth0(OLD, { preferredLifetime: 60, ...more }), eth0(NEW)]
  const world = { ...sourceWorld({ interfaces: interfacesWith(all) }), answered: ip(OLD) }
  expect(await parseSource('interface:eth0')!.addresses('AAAA', world, new AbortController().signal)).toEqual([wanted])
})

it('an interface has at most the 15 characters that Linux allows', () => {
  expect(parseSource('interface:abcdefghijklmno')).toBeDefined()
  expect(parseSource('interface:abcdefghijklmnop')).toBeUndefined()
})
