import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/core/failure.ts'
import { watchKernel } from '../../../src/line/watch/kernel.ts'
import type { Exec } from '../../../src/ports/exec.ts'
import type { DefaultRoute, HostAddress } from '../../../src/ports/interfaces.ts'
import { onHost, sourceWorld } from '../../support/source-world.ts'
import { stoppedClock } from '../../support/stopped-clock.ts'
import { ip } from '../../support/targets.ts'

const BEFORE = [onHost('ppp0', '5.9.1.7')]
const AFTER = [onHost('ppp0', '5.9.1.8')]
const BEFORE_LINE = '2: ppp0    inet 5.9.1.7/32 scope global ppp0'
const EVENT = '2: ppp0    inet 5.9.1.8/32 scope global ppp0'
const GONE = `Deleted ${BEFORE_LINE}`
const PPP: DefaultRoute = { interface: 'ppp0', gateway: undefined, metric: 0 }
const LOST = 'Deleted default dev ppp0 scope link'

function start(missing = false, ours: readonly string[] = []) {
  const time = { now: 0 }
  const { clock, pass, sleeping } = stoppedClock(time)
  const kernel = {
    addresses: BEFORE as readonly HostAddress[],
    routes: [PPP] as readonly DefaultRoute[],
    readable: true,
    asked: 0,
    slowly: Promise.resolve(),
  }
  const interfaces = {
    addresses: async () => {
      kernel.asked += 1
      const seen = kernel.addresses
      await kernel.slowly
      if (kernel.readable) return seen
      throw new Failure('unavailable', 'no netlink')
    },
    gateway: async () => undefined,
    defaultRoute: async () => expect.unreachable(),
    defaultRoutes: async (family: 4 | 6) => (family === 4 ? kernel.routes : []),
  }
  const monitors: { readonly at: number; readonly say: (line: string) => void; readonly end: () => void }[] = []
  const lines: Exec['lines'] = (argv, onLine, signal) => {
    expect(argv).toEqual(['ip', '-o', 'monitor', 'link', 'address', 'route'])
    return new Promise((resolve, reject) => {
      monitors.push({ at: time.now, say: onLine, end: resolve })
      if (missing) reject(new Failure('network', 'ip: not found'))
      signal.addEventListener('abort', () => resolve())
    })
  }
  const run: Exec['run'] = async () => expect.unreachable()
  const unused = () => expect.unreachable()
  const world = { ...sourceWorld({ exec: { lines, run }, interfaces }), clock, serve: unused }
  const hints: number[] = []
  const say = (line: string): void => {
    monitors.at(-1)?.say(line)
  }
  const stop = new AbortController()
  const watching = { world, ours, onHint: () => hints.push(time.now), onTrouble: () => {}, onProof: () => {} }
  const done = watchKernel(watching, stop.signal)
  return { kernel, monitors, hints, pass, stop, done, sleeping, say }
}

it('tells a new address with the first line of it, and the burst that follows no more', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(1000)
  say(GONE)
  kernel.addresses = AFTER
  say(EVENT)
  await pass(1)
  expect(hints).toEqual([1000])
  say(EVENT)
  await pass(300)
  say(EVENT)
  await pass(5000)
  expect(hints).toEqual([1000])
})

it('looks once at lines that came together', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(1000)
  const asked = kernel.asked
  for (const line of [EVENT, EVENT, 'default dev ppp0 scope link']) say(line)
  kernel.addresses = AFTER
  await pass(1)
  expect(hints).toEqual([1000])
  expect(kernel.asked).toBe(asked + 1)
})

it('tells what came while it looked', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(1000)
  let read = () => {}
  kernel.slowly = new Promise((resolve) => {
    read = resolve
  })
  say(EVENT)
  await pass(1)
  kernel.addresses = AFTER
  say(EVENT)
  await pass(1)
  expect(hints).toEqual([])
  read()
  await pass(0)
  expect(hints).toEqual([1002])
})

it('tells what only went half a second later, once: its successor may be on its way', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(1000)
  kernel.addresses = []
  say(GONE)
  await pass(300)
  say('Deleted 5.9.1.0/24 dev ppp0 proto kernel scope link')
  await pass(199)
  expect(hints).toEqual([])
  await pass(5000)
  expect(hints).toEqual([1500])
})

it('waits for a way out before it tells a new address at once', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  kernel.routes = []
  kernel.addresses = AFTER
  say(LOST)
  say(EVENT)
  await pass(100)
  expect(hints).toEqual([])
  kernel.routes = [PPP]
  say('default dev ppp0 scope link')
  await pass(5000)
  expect(hints).toEqual([100])
})

it('tells the next change as well', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  for (const addresses of [AFTER, BEFORE]) {
    kernel.addresses = addresses
    say(EVENT)
    await pass(1000)
  }
  expect(hints).toEqual([0, 1000])
})

it('is not impressed by lines that change nothing, such as lifetimes', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  kernel.addresses = [onHost('ppp0', '5.9.1.7', { preferredLifetime: 7 }), onHost('eth0', 'fe80::1', { scope: 'link' })]
  say(EVENT)
  await pass(60_000)
  expect(hints).toEqual([])
})

it('tells a new IPv6 address when duplicate address detection has ended', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  for (const tentative of [true, false]) {
    kernel.addresses = [...BEFORE, onHost('ppp0', '2a02:908::7', { tentative })]
    say(`2: ppp0    inet6 2a02:908::7/64 scope global ${tentative ? 'tentative ' : ''}\\       valid_lft forever`)
    await pass(1000)
  }
  expect(hints).toEqual([1000])
})

it('tells a default route that went and came back, and one that changed', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  say(LOST)
  say(EVENT)
  await pass(1000)
  expect(hints).toEqual([500])
  kernel.routes = [{ ...PPP, interface: 'wwan0' }]
  say('default dev wwan0 scope link')
  await pass(1000)
  expect(hints).toEqual([500, 1000])
})

it('tells another gateway on the same interface, and another default route that returns, at once', async () => {
  const { kernel, say, hints, pass } = start()
  const [first, other] = [ip('192.168.1.1'), ip('192.168.1.2')]
  await pass(0)
  for (const [gateway, metric] of [
    [first, 100],
    [other, 100],
    [other, 300],
  ] as const) {
    kernel.routes = [{ interface: 'eth0', gateway, metric }]
    say(`default via ${gateway} dev eth0 metric ${metric}`)
    await pass(1000)
  }
  expect(hints).toEqual([0, 1000, 2000])
  kernel.routes = [...kernel.routes, { interface: 'wwan0', gateway: undefined, metric: 200 }]
  say('default dev wwan0 scope link metric 200')
  await pass(1000)
  expect(hints).toEqual([0, 1000, 2000, 3000])
})

it('is not impressed by another order of the same addresses and routes', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  kernel.addresses = [...BEFORE, onHost('ppp0', '5.9.1.9')]
  kernel.routes = [PPP, { ...PPP, interface: 'wwan0' }]
  say(EVENT)
  await pass(1000)
  expect(hints).toEqual([0])
  kernel.addresses = kernel.addresses.toReversed()
  say(EVENT)
  await pass(1000)
  kernel.routes = kernel.routes.toReversed()
  say('default dev wwan0 scope link')
  await pass(1000)
  expect(hints).toEqual([0])
})

it('tells an IPv6 address that is called good no longer, and none that another machine has already', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  for (const more of [{ dadFailed: true }, {}, { deprecated: true }]) {
    kernel.addresses = [...BEFORE, onHost('ppp0', '2a02:908::7', more)]
    say(`2: ppp0    inet6 2a02:908::7/64 scope global ${Object.keys(more).join('').toLowerCase()}`)
    await pass(1000)
  }
  expect([hints.length, hints[0]]).toEqual([2, 1000])
})

it('tells a default route that went while it looked at what had come', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(1000)
  let read = () => {}
  kernel.slowly = new Promise((resolve) => {
    read = resolve
  })
  kernel.addresses = AFTER
  say(EVENT)
  await pass(1)
  say(LOST)
  read()
  await pass(1000)
  expect(hints, 'the round that has begun may have seen the line without it').toEqual([1001, 1500])
})

it('does not take an older reading for the newer one', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(1999)
  let read = () => {}
  kernel.slowly = new Promise((resolve) => {
    read = resolve
  })
  await pass(1) // it looks by itself
  kernel.slowly = Promise.resolve()
  kernel.addresses = AFTER
  say(EVENT)
  await pass(1)
  read()
  await pass(1000)
  expect(hints).toHaveLength(1)
})

const LINK = '2: ppp0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default'
const NO_CARRIER = '2: ppp0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default'

it('tells a cable that was pulled half a second later, and at once that it is plugged in again', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  kernel.addresses = [onHost('ppp0', '5.9.1.7', { down: true })]
  say(NO_CARRIER)
  await pass(1000)
  expect(hints).toEqual([500])
  kernel.addresses = BEFORE
  say(LINK)
  await pass(1000)
  expect(hints).toEqual([500, 1000])
})

it('is not impressed by links that say nothing new, nor by those without a global address', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  for (let i = 0; i < 50; i++) {
    kernel.addresses = i % 2 === 0 ? [...BEFORE, onHost(`veth${i}`, 'fe80::1', { scope: 'link' })] : BEFORE
    say(LINK)
    say(`${i + 7}: veth${i}@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP`)
    say(`Deleted ${i + 7}: veth${i}@NONE: <BROADCAST,MULTICAST> mtu 1500 state DOWN`)
    await pass(700)
  }
  expect(hints).toEqual([])
})

it.each([
  ['containers', '172.17.0.1'],
  ['virtual machines', '192.168.122.1'],
  ['a VPN', '100.64.0.7'],
  ['a local network', 'fd00::1'],
])('is not impressed by the inner addresses of %s, which come and go', async (_, address) => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  for (let i = 0; i < 10; i++) {
    kernel.addresses = i % 2 === 0 ? [...BEFORE, onHost('br-x', address)] : BEFORE
    say(`9: br-x    inet ${address}/16 scope global br-x`)
    say('9: br-x: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP')
    await pass(700)
  }
  expect(hints).toEqual([])
})

it('tells the inner address of a line that the user has named, and of the default route', async () => {
  const { kernel, say, hints, pass } = start(false, ['eth1'])
  await pass(0)
  kernel.addresses = [...BEFORE, onHost('eth1', '192.168.2.7')]
  say('3: eth1    inet 192.168.2.7/24 scope global eth1')
  await pass(1000)
  kernel.addresses = [...kernel.addresses, onHost('ppp0', '10.0.0.7')]
  say('2: ppp0    inet 10.0.0.7/32 scope global ppp0')
  await pass(1000)
  expect(hints).toEqual([0, 1000])
})

it('tells a line that was switched off and on again within half a second, with the address of before', async () => {
  const { say, hints, pass } = start()
  await pass(0)
  say('2: ppp0: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default')
  say(LINK)
  await pass(1000)
  expect(hints).toEqual([500])
  say(LINK)
  await pass(1000)
  expect(hints, 'and what comes later is no news of it').toEqual([500])
})

it('tells a line that was switched off and on again with another address once', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  say('2: ppp0: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default')
  kernel.addresses = AFTER
  say(LINK)
  await pass(1000)
  expect(hints).toEqual([0])
})

it('believes the line when the kernel cannot be asked', async () => {
  const { kernel, say, hints, pass } = start()
  await pass(0)
  kernel.readable = false
  for (const line of [EVENT, EVENT, EVENT]) say(line)
  await pass(1000)
  expect(hints).toEqual([500])
})

it('starts the monitor again, after pauses that double from 1 s to 60 s', async () => {
  const { monitors, pass } = start()
  await pass(0)
  for (let i = 0; i < 8; i++) {
    monitors.at(-1)?.end()
    await pass(60_000)
    expect(monitors).toHaveLength(i + 2)
  }
  const pauses = monitors.slice(1).map(({ at }, i) => at - i * 60_000)
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
})

it('begins with short pauses again after a monitor that ran for a while', async () => {
  const { monitors, pass } = start()
  await pass(0)
  for (let i = 0; i < 4; i++) {
    monitors.at(-1)?.end()
    await pass(10_000)
  }
  await pass(60_001)
  const ended = 100_001
  monitors.at(-1)?.end()
  await pass(2000)
  expect(monitors.at(-1)?.at).toBe(ended + 1000)
})

it('misses nothing while the monitor is down', async () => {
  const { kernel, monitors, hints, pass } = start()
  await pass(0)
  monitors.at(-1)?.end()
  await pass(500)
  kernel.addresses = AFTER
  await pass(1000)
  expect(hints).toEqual([1000])
})

it('reads the interfaces every 5 s where there is no ip', async () => {
  const { kernel, hints, pass } = start(true)
  await pass(600_000)
  expect(hints).toEqual([])
  for (const addresses of [AFTER, BEFORE, AFTER]) {
    kernel.addresses = addresses
    await pass(5000)
  }
  expect(hints).toHaveLength(3)
})

it('does not call the first readable moment after an unreadable one a change', async () => {
  const { kernel, hints, pass } = start(true)
  await pass(10_000)
  kernel.readable = false
  await pass(10_000)
  kernel.readable = true
  await pass(10_000)
  expect(hints).toEqual([])
})

it.each([
  ['the monitor runs', false],
  ['there is none', true],
])('ends when it is told to while %s, without a last word', async (_, missing) => {
  const { kernel, say, hints, pass, stop, done, sleeping } = start(missing)
  await pass(20_000)
  kernel.addresses = AFTER
  say(LOST)
  stop.abort()
  await done
  await setImmediate()
  expect(hints).toEqual([])
  expect(sleeping()).toBe(0)
})

it('hears of what has changed before the monitor listened, after each of its starts', async () => {
  const { kernel, monitors, hints, pass, stop, done, sleeping } = start()
  await pass(0)
  kernel.addresses = AFTER // nobody tells
  await pass(2000)
  expect(hints).toEqual([2000])
  await pass(60_000)
  monitors[0]?.end()
  await pass(1000)
  expect(monitors).toHaveLength(2)
  kernel.addresses = BEFORE
  await pass(2000)
  expect(hints).toHaveLength(2)
  await pass(60_000)
  expect([hints.length, sleeping()], 'it costs nothing while nothing happens').toEqual([2, 0])
  stop.abort()
  await done
})

it.each([
  ['2: ppp0: <NO-CARRIER,POINTOPOINT,UP> mtu 1492 state DOWN', 1],
  ['5: ppp0@if4: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 state LOWERLAYERDOWN', 1],
  ['7: veth1@if6: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 state DOWN', 0], // of no address of ours
  ['2: ppp0: <POINTOPOINT,UP,LOWER_UP> mtu 1492 state UP', 0],
])('a cable that is back at once was out all the same: %s', async (line, count) => {
  const { say, hints, pass } = start()
  await pass(3000)
  say(line)
  await pass(100)
  say('2: ppp0: <POINTOPOINT,UP,LOWER_UP> mtu 1492 state UP')
  await pass(5000)
  expect(hints).toHaveLength(count)
})

it.each<[string, number[]]>([
  ['default via 192.168.2.1 dev eth1 table 102', [1000]],
  ['default dev ppp1 table 104 scope link', [1000]],
  ['default via 192.168.2.1 dev eth1', []],
  ['default via fe80::1 dev eth1 table 103 metric 1024 pref medium', []],
])(
  'a default route of which a glance shows nothing is told at once where it stands in another table: %s',
  async (line, told) => {
    const { say, hints, pass } = start()
    await pass(1000)
    say(line)
    await pass(5000)
    expect(hints).toEqual(told)
  },
)
