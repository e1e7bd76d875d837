import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { openExec } from '../../src/system/exec.ts'
import { openInterfaces } from '../../src/system/interfaces.ts'
import { parseIpAddresses, parseIpDefaultRoutes, parseIpGateway } from '../../src/system/iproute.ts'
import { parseIfInet6, parseIndex, parseIpv6Routes, parseRouteGateway, parseRoutes } from '../../src/system/proc-net.ts'

const exec = openExec({ PATH: process.env.PATH })
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mxhome-net-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))
const file = (name: string, text: string) => writeFileSync(join(dir, name), text)
const IF_INET6 = `20010db8000000010000000000000005 02 40 00 80     eth0
20010db8000000015054fffea1b2c3d4 02 40 00 00     eth0
20010db8000000011111222233334444 02 40 00 01     eth0
20010db8000000021111222233334444 02 40 00 20     eth0
20010db8000000031111222233334444 02 40 00 48     eth0
fe8000000000000000fc00fffe000001 02 40 20 80     eth0
00000000000000000000000000000001 01 80 10 80       lo
`
const os = { lo: [info('127.0.0.1', true)], eth0: [info('203.0.113.5'), info('2001:db8:0:1::5'), info('169.254.1.1')] }
function info(address: string, internal = false) {
  const six = address.includes(':')
  return {
    address,
    internal,
    netmask: '',
    mac: '',
    cidr: `${address}/${six ? 64 : 24}`,
    ...(six ? { family: 'IPv6' as const, scopeid: 0 } : { family: 'IPv4' as const }),
  }
}
const flags = (address: string, list: readonly { address: string }[]) => list.find((one) => one.address === address)

describe('ip -json', () => {
  it('addresses with their flags', () => {
    const life = { valid_life_time: 4294967295, preferred_life_time: 4294967295 }
    const json = [
      {
        ifname: 'ppp0',
        addr_info: [
          { family: 'inet', local: '203.0.113.7', address: '198.51.100.1', prefixlen: 32, scope: 'global', ...life },
        ],
      },
      {
        ifname: 'eth0',
        addr_info: [
          {},
          {
            family: 'inet6',
            local: '2001:db8::1',
            prefixlen: 64,
            scope: 'global',
            temporary: true,
            dynamic: true,
            preferred_life_time: 600,
          },
          {
            family: 'inet6',
            local: '2001:db8::2',
            prefixlen: 64,
            scope: 'global',
            deprecated: true,
            dynamic: true,
            preferred_life_time: 0,
          },
          {
            family: 'inet6',
            local: '2001:db8::3',
            prefixlen: 128,
            scope: 'site',
            tentative: true,
            dadfailed: true,
            ...life,
          },
        ],
      },
      'noise',
    ]
    const none = { temporary: false, deprecated: false, tentative: false, dadFailed: false, dynamic: false }
    expect(parseIpAddresses(json)).toEqual([
      {
        interface: 'ppp0',
        address: '203.0.113.7',
        prefixLength: 32,
        scope: 'global',
        ...none,
        preferredLifetime: Infinity,
      },
      {
        interface: 'eth0',
        address: '2001:db8::1',
        prefixLength: 64,
        scope: 'global',
        ...none,
        temporary: true,
        dynamic: true,
        preferredLifetime: 600,
      },
      {
        interface: 'eth0',
        address: '2001:db8::2',
        prefixLength: 64,
        scope: 'global',
        ...none,
        deprecated: true,
        dynamic: true,
        preferredLifetime: 0,
      },
      {
        interface: 'eth0',
        address: '2001:db8::3',
        prefixLength: 128,
        scope: 'other',
        ...none,
        tentative: true,
        dadFailed: true,
        preferredLifetime: Infinity,
      },
    ])
    expect(parseIpAddresses({})).toBeUndefined()
  })

  it('the default route with the lowest metric that works', () => {
    const devices = (json: unknown) => parseIpDefaultRoutes(json)?.map((route) => route.interface)
    const via = { dst: 'default', gateway: '192.168.1.1', dev: 'eth0', metric: 100, flags: [] }
    expect(parseIpDefaultRoutes([{ ...via, metric: undefined, gateway: undefined }, via])).toEqual([
      { interface: 'eth0', gateway: undefined, metric: 0 },
      { interface: 'eth0', gateway: '192.168.1.1', metric: 100 },
    ])
    expect(parseIpDefaultRoutes({})).toBeUndefined()
    expect(
      devices([
        { dst: 'default', dev: 'wlan0', metric: 600, flags: [] },
        { dst: 'default', dev: 'eth0', metric: 100, flags: [] },
      ]),
    ).toEqual(['eth0', 'wlan0'])
    expect(
      devices([
        { dst: 'default', dev: 'eth0', flags: ['linkdown'] },
        { dst: 'default', dev: 'lte0', metric: 900, flags: [] },
      ]),
    ).toEqual(['lte0'])
    expect(devices([{ type: 'unreachable', dst: 'default', dev: 'lo', metric: 1 }])).toEqual([])
    expect(
      devices([
        {
          dst: 'default',
          nexthops: [
            { dev: 'ppp0', weight: 1 },
            { dev: 'ppp1', weight: 1 },
          ],
        },
      ]),
    ).toEqual(['ppp0', 'ppp1'])
  })
})

describe('the gateway by ip -json', () => {
  const gateway = (routes: unknown, name?: string) => parseIpGateway(routes, name, (on) => on === 'ppp0')
  const one = { dst: 'default', gateway: '192.168.178.1', dev: 'eth0', metric: 100, flags: [] }
  const other = { dst: 'default', gateway: '192.168.8.1', dev: 'wwan0', prefsrc: '192.168.8.7', metric: 50, flags: [] }

  it('of the preferred route, or of one interface; with the own address where the route names it', () => {
    const lte = { address: '192.168.8.1', interface: 'wwan0', own: '192.168.8.7' }
    const dsl = { address: '192.168.178.1', interface: 'eth0', own: undefined }
    expect(gateway([one, other])).toEqual(lte)
    expect(gateway([one, { ...other, metric: undefined }])).toEqual(lte)
    expect(gateway([one, other], 'eth0')).toEqual(dsl)
    expect(gateway([one, other], 'eth1')).toBeUndefined()
    const elsewhere = { ...one, gateway: '192.168.178.9', metric: undefined, table: '102' }
    expect(gateway([elsewhere, one], 'eth0'), 'the main table comes first').toEqual(dsl)
    expect(gateway([elsewhere, { ...one, table: 'main' }], 'eth0')).toEqual(dsl)
    expect(gateway([elsewhere, other], 'eth0')).toMatchObject({ address: '192.168.178.9' })
  })

  it('not of a cable that is not plugged in, nor of a route that refuses', () => {
    expect(gateway([one, { ...other, flags: ['linkdown'] }])).toMatchObject({ interface: 'eth0' })
    expect(gateway([{ type: 'unreachable', dst: 'default', dev: 'lo', metric: 1 }, one])).toMatchObject({
      interface: 'eth0',
    })
  })

  it('of a preferred line that ends at this box there is none, whatever stands behind the next one', () => {
    const dialled = { dst: 'default', dev: 'ppp0', scope: 'link', flags: [] }
    expect(gateway([one, dialled])).toBeUndefined()
    expect(gateway([one, dialled], 'eth0'), 'where that one is named').toMatchObject({ interface: 'eth0' })
    expect(gateway([one, { ...dialled, dev: 'tun0' }]), 'a VPN is no line').toMatchObject({ interface: 'eth0' })
    const nexthops = [{ dev: 'ppp0' }, { gateway: '192.168.2.1', dev: 'eth1' }].map((hop) => ({ ...hop, flags: [] }))
    expect(gateway([{ dst: 'default', flags: [], nexthops }])).toBeUndefined()
  })

  it('of a line without a router there is none; nor over IPv6', () => {
    expect(gateway([{ dst: 'default', dev: 'ppp0', scope: 'link', flags: [] }])).toBeUndefined()
    const via = { dst: 'default', via: { family: 'inet6', host: 'fe80::1' }, dev: 'eth0', flags: [] }
    expect(gateway([via])).toBeUndefined()
    expect(gateway([])).toBeUndefined()
  })

  it('of several links, the first that works', () => {
    const nexthops = [
      { gateway: '192.168.1.1', dev: 'eth0', weight: 1, flags: ['dead'] },
      { gateway: '192.168.2.1', dev: 'eth1', weight: 1, flags: [] },
    ]
    expect(gateway([{ dst: 'default', flags: [], nexthops }])).toMatchObject({ address: '192.168.2.1' })
  })

  it.each([[{}], [['noise', null, { dst: 'default', gateway: 7, dev: 8 }]], [[{ dst: 'default', nexthops: [null] }]]])(
    'is not in %j',
    (json) => {
      expect(gateway(json)).toBeUndefined()
    },
  )
})

describe('/proc/net', () => {
  const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'
  const route = (name: string, gateway: string, metric: number, flags = '0003') =>
    `${name}\t00000000\t${gateway}\t${flags}\t0\t0\t${metric}\t00000000\t0\t0\t0\n`

  const isEnd = (on: string) => on === 'ppp0'

  it('the gateway of the preferred route, or of one interface', () => {
    const table = `${HEAD}${route('wlan0', '0102A8C0', 600)}${route('eth0', '01B2A8C0', 100)}`
    expect(parseRouteGateway(table, undefined, isEnd)).toEqual({ address: '192.168.178.1', interface: 'eth0' })
    expect(parseRouteGateway(table, 'wlan0', isEnd)).toEqual({ address: '192.168.2.1', interface: 'wlan0' })
    expect(parseRouteGateway(table, 'eth1', isEnd)).toBeUndefined()
  })

  it('none where a preferred line ends at this box, whatever stands behind the next route; a VPN is no line', () => {
    const behind = (first: string) => `${HEAD}${route(first, '00000000', 0, '0001')}${route('lte0', '0102A8C0', 200)}`
    const table = behind('ppp0')
    expect(parseRouteGateway(table, undefined, isEnd)).toBeUndefined()
    expect(parseRouteGateway(behind('tun0'), undefined, isEnd)).toMatchObject({ interface: 'lte0' })
    expect(parseRouteGateway(table, 'lte0', isEnd)).toEqual({ address: '192.168.2.1', interface: 'lte0' })
  })

  it('of two routes of one interface the preferred one', () => {
    const table = `${HEAD}${route('eth0', '0101A8C0', 600)}${route('eth0', '01B2A8C0', 100)}`
    expect(parseRouteGateway(table, undefined, isEnd)).toMatchObject({ address: '192.168.178.1' })
  })

  it.each([
    ['a line without a router', route('ppp0', '00000000', 0, '0001')],
    ['a route that refuses', route('*', '00000000', 0, '0200')],
    ['a route that is down', route('eth0', '01B2A8C0', 0, '0002')],
    ['no address', route('eth0', '01B2A8', 0)],
    ['a cut line', 'eth0\t00000000\t01B2'],
    ['nothing', ''],
  ])('%s: no gateway', (_, lines) => {
    expect(parseRouteGateway(HEAD + lines, undefined, isEnd)).toBeUndefined()
  })

  it('if_inet6', () => {
    const list = parseIfInet6(IF_INET6)
    expect(list).toHaveLength(7)
    expect(flags('2001:db8:0:1::5', list)).toMatchObject({
      interface: 'eth0',
      prefixLength: 64,
      scope: 'global',
      dynamic: false,
      temporary: false,
      preferredLifetime: Infinity,
    })
    expect(list[1]).toMatchObject({ address: '2001:db8:0:1:5054:fffe:a1b2:c3d4', dynamic: true, temporary: false })
    expect(list[2]).toMatchObject({ temporary: true, dynamic: true })
    expect(list[3]).toMatchObject({ deprecated: true, preferredLifetime: 0 })
    expect(list[4]).toMatchObject({ tentative: true, dadFailed: true })
    expect(list[5]).toMatchObject({ address: 'fe80::fc:ff:fe00:1', scope: 'link' })
    expect(list[6]).toMatchObject({ address: '::1', scope: 'host', prefixLength: 128 })
  })

  it('route', () => {
    const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'
    const table =
      'wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\neth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\neth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n'
    expect(parseRoutes(head + table)).toEqual([
      { interface: 'eth0', gateway: '192.168.1.1', metric: 100 },
      { interface: 'wlan0', gateway: '192.168.2.1', metric: 600 },
    ])
    expect(parseRoutes(head + route('ppp0', '00000000', 0, '0001'))).toEqual([
      { interface: 'ppp0', gateway: undefined, metric: 0 },
    ])
    expect(parseRoutes(`${head}*\t00000000\t00000000\t0200\t0\t0\t0\t00000000\t0\t0\t0\n`)).toEqual([])
    expect(parseRoutes(head)).toEqual([])
  })

  it('ipv6_route', () => {
    const zero = '0'.repeat(32)
    const row = (name: string, metric: string, flag: string, length = '00', hop = zero) =>
      `${zero} ${length} ${zero} 00 ${hop} ${metric} 00000002 00000000 ${flag}     ${name}\n`
    expect(
      parseIpv6Routes(
        row('eth0', '00000400', '00000003', '00', `fe80${'0'.repeat(27)}1`) +
          row('ppp0', '00000100', '00000003') +
          row('lo', 'ffffffff', '00200200'),
      ),
    ).toEqual([
      { interface: 'ppp0', gateway: undefined, metric: 256 },
      { interface: 'eth0', gateway: 'fe80::1', metric: 1024 },
    ])
    expect(parseIpv6Routes(row('lo', 'ffffffff', '00200200') + row('eth0', '00000100', '00000001', '40'))).toEqual([])
  })

  it("igmp: the kernel's number of an interface", () => {
    const text =
      'Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n1\tlo        :     1      V3\n\t\t\t\t010000E0     1 0:00000000\t\t0\n27\tenp0s31f6mgmt01:     1      V3\n'
    expect(['lo', 'enp0s31f6mgmt01', 'eth0'].map((name) => parseIndex(text, name))).toEqual([1, 27, undefined])
    expect(parseIndex('', 'lo')).toBeUndefined()
  })

  it('an IPv6 address stays where the cable is pulled: that interface is down', async () => {
    file('if_inet6', IF_INET6)
    const without = openInterfaces(exec, { procNet: dir, networkInterfaces: () => ({ lo: os.lo }) })
    const all = await without.addresses('at-a-glance')
    expect(new Set(all.map((one) => `${one.interface} ${one.down}`))).toEqual(new Set(['lo undefined', 'eth0 true']))
  })
})

describe('this host', () => {
  it('both ways name the same addresses, all that Node names among them', async () => {
    const byIp = await openInterfaces(exec).addresses()
    const byProc = await openInterfaces(exec, { ip: '/no/such/ip' }).addresses()
    const known = ({ address, scope, interface: name, temporary, deprecated }: (typeof byIp)[number]) =>
      `${name} ${address} ${scope} ${temporary} ${deprecated}`
    expect(byIp.map(known).sort()).toEqual(byProc.map(known).sort())
    for (const { address } of Object.values(networkInterfaces())
      .flat()
      .filter((one) => one !== undefined)) {
      expect(byIp.map((one) => one.address)).toContain(address)
    }
  })

  it.each([4, 6] as const)('both ways name the same default route of family %i', async (family) => {
    expect(await openInterfaces(exec, { ip: '/no/such/ip' }).defaultRoute(family)).toBe(
      await openInterfaces(exec).defaultRoute(family),
    )
  })
})

describe('the gateway of this host', () => {
  it('is the same by both ways', async () => {
    expect(await openInterfaces(exec, { ip: '/no/such/ip' }).gateway()).toEqual(await openInterfaces(exec).gateway())
  })
})

describe('without ip', () => {
  const kernel = (more = {}) =>
    openInterfaces(exec, { ip: 'false', procNet: dir, networkInterfaces: () => os, ...more })

  it('Node tells IPv4, if_inet6 tells IPv6', async () => {
    file('if_inet6', IF_INET6)
    const list = await kernel().addresses()
    expect(flags('203.0.113.5', list)).toMatchObject({ interface: 'eth0', prefixLength: 24, scope: 'global' })
    expect(flags('127.0.0.1', list)).toMatchObject({ scope: 'host' })
    expect(flags('169.254.1.1', list)).toMatchObject({ scope: 'link' })
    expect(list.filter(({ temporary }) => temporary)).toHaveLength(1)
  })

  it('IPv6 addresses without flags are unknown, not lasting', async () => {
    await expect(kernel().addresses()).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('if_inet6'),
    })
    const four = { lo: os.lo, eth0: [os.eth0[0]!] }
    expect(await kernel({ networkInterfaces: () => four }).addresses()).toHaveLength(2)
  })

  it('no default route is not the same as unknown', async () => {
    await expect(kernel().defaultRoute(4)).rejects.toMatchObject({ kind: 'network' })
    await expect(kernel().defaultRoute(6)).rejects.toMatchObject({ kind: 'network' })
    file('route', 'Iface\tDestination\n')
    expect(await kernel().defaultRoute(4)).toBeUndefined()
    expect(await kernel().defaultRoute(6)).toBeUndefined()
  })

  it('the gateway, and the own address in its network', async () => {
    const line = (name: string, gateway: string) => `${name}\t00000000\t${gateway}\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`
    await expect(kernel().gateway()).rejects.toMatchObject({ kind: 'network' })
    file('route', `Iface\tDestination\n${line('eth0', '01B2A8C0')}`)
    const list = { eth0: [info('203.0.113.5'), info('2001:db8::5'), info('192.168.178.2')] }
    const gateway = { address: '192.168.178.1', interface: 'eth0' }
    expect(await kernel({ networkInterfaces: () => list }).gateway()).toEqual({ ...gateway, own: '192.168.178.2' })
    expect(await kernel().gateway(), 'a router outside of all networks').toEqual({ ...gateway, own: '203.0.113.5' })
    expect(await kernel({ networkInterfaces: () => ({}) }).gateway(), 'an interface without address').toBeUndefined()
    expect(await kernel().gateway('eth1')).toBeUndefined()
    // Node lists an address that has a label under that.
    const labelled = { eth0: [info('203.0.113.5')], 'eth0:1': [info('192.168.178.2')], eth01: [info('192.168.178.9')] }
    expect(await kernel({ networkInterfaces: () => labelled }).gateway()).toEqual({ ...gateway, own: '192.168.178.2' })
    const alone = { 'eth0:1': [info('192.168.178.2')] }
    expect(await kernel({ networkInterfaces: () => alone }).gateway()).toEqual({ ...gateway, own: '192.168.178.2' })
    file('route', 'Iface\tDestination\n')
    expect(await kernel().gateway()).toBeUndefined()
  })

  it('a kernel that does not even name its interfaces cannot be asked', async () => {
    const networkInterfaces = () => {
      throw new Error('uv_interface_addresses returned Unknown system error 97')
    }
    file('if_inet6', '')
    file('route', 'Iface\tDestination\neth0\t00000000\t01B2A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n')
    const { addresses, gateway } = kernel({ networkInterfaces })
    for (const ask of [() => addresses(), () => addresses('at-a-glance'), () => gateway()]) {
      const why = await ask().catch((thrown: unknown) => thrown)
      expect(why).toBeInstanceOf(Failure)
      expect(why).toMatchObject({ kind: 'network', message: expect.stringContaining('error 97') })
    }
  })

  it('an ip that knows no -json is not believed', async () => {
    file('if_inet6', '')
    for (const ip of ['true', 'false', 'echo']) expect(await kernel({ ip }).addresses()).toHaveLength(3)
  })
})

describe('at a glance', () => {
  const ip = () => join(dir, 'ip')
  const says = (json: unknown) => writeFileSync(ip(), `#!/bin/sh\necho '${JSON.stringify(json)}'\n`, { mode: 0o755 })
  const kernel = (procNet: string) => openInterfaces(exec, { ip: ip(), procNet, networkInterfaces: () => os })

  it('is what Node and /proc tell, though ip would tell more', async () => {
    file('if_inet6', IF_INET6)
    file('route', 'Iface\tDestination\n')
    says([{ ifname: 'eth9', addr_info: [], dst: 'default', dev: 'eth9' }])
    expect(flags('203.0.113.5', await kernel(dir).addresses('at-a-glance'))).toMatchObject({ interface: 'eth0' })
    expect(await kernel(dir).defaultRoute(4, 'at-a-glance')).toBeUndefined()
    expect(await kernel(dir).defaultRoute(4)).toBe('eth9')
  })

  it('is what ip tells where /proc is hidden', async () => {
    says([{ ifname: 'eth9', addr_info: [{ local: '203.0.113.9', prefixlen: 24, scope: 'global' }] }])
    expect(await kernel('/no/such/folder').addresses('at-a-glance')).toMatchObject([{ interface: 'eth9' }])
    says([{ dst: 'default', dev: 'eth9' }])
    expect(await kernel('/no/such/folder').defaultRoute(6, 'at-a-glance')).toBe('eth9')
  })

  it('takes the interface of an address that has a label', async () => {
    file('if_inet6', '')
    const labelled = openInterfaces(exec, {
      ip: ip(),
      procNet: dir,
      networkInterfaces: () => ({ 'eth0:1': [os.eth0[0]!] }),
    })
    expect(await labelled.addresses('at-a-glance')).toMatchObject([{ interface: 'eth0' }])
  })
})

describe('the gateway', () => {
  const row = 'wan0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\n'
  const four = (address: string) => ({ ...os.eth0[0]!, address, cidr: `${address}/24` })
  const kernel = (...addresses: readonly string[]) =>
    openInterfaces(exec, {
      ip: join(dir, 'ip'),
      procNet: dir,
      networkInterfaces: () => ({ wan0: addresses.map(four) }),
    }).gateway()
  const says = (json: unknown) =>
    writeFileSync(join(dir, 'ip'), `#!/bin/sh\necho '${JSON.stringify(json)}'\n`, { mode: 0o755 })

  it('is asked from the only address that its interface has, without a program', async () => {
    file('route', `Iface\tDestination\n${row}`)
    says([{ dst: 'default', gateway: '10.0.0.2', dev: 'wan0' }])
    expect(await kernel('10.0.0.9')).toEqual({ address: '10.0.0.1', interface: 'wan0', own: '10.0.0.9' })
  })

  it('is asked from the address that the route was given, where there are several', async () => {
    file('route', `Iface\tDestination\n${row}`)
    says([{ dst: 'default', gateway: '10.0.0.1', dev: 'wan0', prefsrc: '10.0.0.8' }])
    expect(await kernel('10.0.0.9', '10.0.0.8')).toMatchObject({ address: '10.0.0.1', own: '10.0.0.8' })
  })

  it('of a named interface stands in another table where `ip rule` sends its packets there', async () => {
    const main = { dst: 'default', gateway: '10.0.0.1', dev: 'eth9' }
    const [via, tun] = [
      { dst: 'default', gateway: '10.0.0.3', dev: 'wan0', table: '102', flags: [] },
      { dst: 'default', dev: 'wan0', table: '51820' },
    ]
    const text = [[main, via, tun], [main]].map((list) => JSON.stringify(list))
    const script = `#!/bin/sh\ncase "$*" in *'table all'*) echo '${text[0]}';; *) echo '${text[1]}';; esac\n`
    writeFileSync(join(dir, 'ip'), script, { mode: 0o755 })
    file('route', 'Iface\tDestination\n')
    const port = openInterfaces(exec, {
      ...{ ip: join(dir, 'ip'), procNet: dir },
      networkInterfaces: () => ({ wan0: [four('10.0.0.9')], eth9: [four('10.0.0.8')] }),
    })
    expect(await port.gateway('wan0')).toEqual({ address: '10.0.0.3', interface: 'wan0', own: '10.0.0.9' })
    expect(await port.gateway(), 'the other tables are for those that are sent there').toMatchObject({
      interface: 'eth9',
    })
    expect(await port.gateway('eth1')).toBeUndefined()
  })
})
