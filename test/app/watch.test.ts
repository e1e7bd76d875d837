import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openWatch } from '../../src/app/daemon/watch.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Way } from '../../src/core/heard.ts'
import type { Watcher, Watching, WatchWay } from '../../src/line/watch/watcher.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import { onHost, sourceWorld } from '../support/source-world.ts'
import { stoppedClock } from '../support/stopped-clock.ts'
import { ip } from '../support/targets.ts'

const AUTO = { watch: 'auto', watchInterval: 10_000, lines: [], ipSources: ['auto'] } as const

function open(gateways: Readonly<Record<string, string>> = {}) {
  const stop = new AbortController()
  const told: string[] = []
  const say = (level: string) => (message: string, fields?: object) =>
    void told.push(`${level} ${message} ${JSON.stringify(fields)}`)
  const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  const running = new Map<string, Watching>()
  const started: string[] = []
  const heard: Way[] = []
  const gateway = async (name = 'default') => ({
    address: ip(gateways[name]!),
    interface: name,
    own: ip('192.168.0.2'),
  })
  const blank = sourceWorld({})
  const world = {
    ...blank,
    ...{ clock: stoppedClock().clock, serve: () => expect.unreachable() },
    http: async ({ localAddress }: HttpRequest) => ({ status: 200, headers: {}, body: JSON.stringify(localAddress) }),
    interfaces: { ...blank.interfaces, gateway, addresses: async () => [onHost('eth0', '192.168.1.7')] },
  }
  const watchers = (way: WatchWay, interval: number, sources: readonly string[]): readonly Watcher[] => [
    async (watching, signal) => {
      const place = Object.keys(gateways).length > 0 ? ` ${(await watching.world.interfaces.gateway())?.address}` : ''
      const boxes = sources.filter((spec) => spec.startsWith('fritzbox'))
      const asked = ['', ...boxes].join(' ')
      const name = `${way === 'probe' ? `probe ${interval}${asked}` : way}${place}`
      running.set(name, watching)
      started.push(name)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      if (running.get(name) === watching) running.delete(name)
    },
  ]
  const watch = openWatch({ world, log, onHint: (way) => heard.push(way), watchers }, stop.signal)
  return { ...watch, running, started, heard, told, stop, names: () => [...running.keys()].toSorted() }
}

const trouble = new Failure('network', 'the router does not answer', { reason: 'silent' })

it('auto hears the kernel and the router, and asks the router again and again until it is heard', async () => {
  const { follow, running, started, names, told } = open()
  const [silent, heard] = [
    ['kernel', 'probe 10000', 'router'],
    ['kernel', 'router'],
  ]
  follow(AUTO)
  expect(names(), 'from the start: what the first round saw is what later answers are compared with').toEqual(silent)
  const { onTrouble, onProof } = running.get('router')!
  for (const way of ['ssdp', 'nat-pmp', 'upnp'] as const) onTrouble(way, trouble)
  expect(names()).toEqual(silent)
  for (const way of ['nat-pmp', 'ssdp'] as const) onTrouble(way, undefined)
  expect(names(), 'that it may listen does not mean that anything comes').toEqual(silent)
  expect(started, 'what the router said at first is what it is compared with').toEqual([
    'kernel',
    'router',
    'probe 10000',
  ])
  onProof('nat-pmp', true)
  await setImmediate()
  expect(names()).toEqual(heard)
  onProof('nat-pmp', false)
  expect(names(), 'another router').toEqual(silent)
  onTrouble('upnp', undefined)
  onProof('upnp', true)
  onProof('nat-pmp', true)
  await setImmediate()
  expect(names()).toEqual(heard)
  onTrouble('upnp', trouble)
  expect(names(), 'its announcements are left').toEqual(heard)
  onTrouble('nat-pmp', trouble)
  expect(names()).toEqual(silent)
  expect(told).toEqual([
    ...['ssdp', 'nat-pmp', 'upnp'].map(
      (way) => `debug no change is heard of by this way {"way":"${way}","why":"the router does not answer"}`,
    ),
    ...['nat-pmp', 'ssdp', 'upnp'].map((way) => `info changes are heard of by this way again {"way":"${way}"}`),
    ...['upnp', 'nat-pmp'].map(
      (way) => `debug no change is heard of by this way {"way":"${way}","why":"the router does not answer"}`,
    ),
  ])
})

it('hears the router behind the interface of each line, and asks that one which is silent', async () => {
  const { follow, running, names, told } = open({
    default: '192.168.0.1',
    eth0: '192.168.1.1',
    wwan0: '192.168.2.1',
  })
  const [dsl, lte, other] = [
    { interface: 'eth0', ipSources: ['fritzbox', 'interface'] },
    { interface: 'wwan0', ipSources: ['auto'] },
    { interface: undefined, ipSources: ['auto'] },
  ] as const
  follow({ ...AUTO, lines: [dsl, lte, dsl] })
  await setImmediate()
  expect(names()).toHaveLength(5)
  running.get('router 192.168.1.1')!.onProof('nat-pmp', true)
  running.get('router 192.168.2.1')!.onTrouble('upnp', trouble)
  await setImmediate()
  expect(names()).toEqual(['kernel 192.168.0.1', 'probe 10000 192.168.2.1', 'router 192.168.1.1', 'router 192.168.2.1'])
  expect(told.at(-1)).toMatch(/"way":"upnp","interface":"wwan0"/)
  follow({ ...AUTO, lines: [dsl, other] })
  await setImmediate()
  expect(names(), 'a reload that changes the lines').toEqual([
    'kernel 192.168.0.1',
    'probe 10000 192.168.0.1',
    'probe 10000 fritzbox 192.168.1.1',
    'router 192.168.0.1',
    'router 192.168.1.1',
  ])
})

it('a FRITZ!Box that is named is asked beside the router, through the line of which it is', async () => {
  const { follow, running, names } = open({ default: '192.168.0.1', eth0: '192.168.1.1' })
  follow({ ...AUTO, lines: [{ interface: 'eth0', ipSources: ['auto', ' fritzbox:192.168.178.1', 'fritzbox'] }] })
  await setImmediate()
  const name = 'probe 10000 fritzbox:192.168.178.1 fritzbox 192.168.1.1'
  expect(names()).toEqual(['kernel 192.168.0.1', name, 'router 192.168.1.1'])
  const { world } = running.get(name)!
  const get = { purpose: 'read', method: 'GET', url: 'http://192.168.178.1:49000/' } as const
  const asked = await world.http(get, new AbortController().signal)
  expect(JSON.parse(asked.body)).toBe('192.168.1.7')
  const own = await world.http({ ...get, localAddress: ip('192.168.1.9') }, new AbortController().signal)
  expect(JSON.parse(own.body)).toBe('192.168.1.9')
})

it('is deaf for restarts of the router: it is asked again and again until it has announced itself, which it has once it was heard', async () => {
  const { follow, running, names } = open()
  const [silent, heard] = [
    ['kernel', 'probe 10000', 'router'],
    ['kernel', 'router'],
  ]
  follow(AUTO)
  const { onTrouble, onProof } = running.get('router')!
  onProof('upnp', true)
  await setImmediate()
  expect(names(), 'that nobody forbids to listen does not mean that anything comes').toEqual(silent)
  onProof('ssdp', true)
  await setImmediate()
  expect(names()).toEqual(heard)
  onProof('ssdp', false)
  expect(names()).toEqual(silent)
  onProof('ssdp', true)
  await setImmediate()
  onTrouble('ssdp', new Failure('network', 'port 1900 is taken', { reason: 'in-use' }))
  expect(names()).toEqual(silent)
  onProof('nat-pmp', true)
  await setImmediate()
  expect(names()).toEqual(heard)
  onProof('nat-pmp', false)
  onTrouble('ssdp', undefined)
  await setImmediate()
  expect(names()).toEqual(silent)
  onProof('upnp', false)
  onProof('ssdp', true)
  await setImmediate()
  expect(names(), 'what it announces of itself is no address').toEqual(silent)
})

it('a firewall of this machine that keeps one way out may keep out all: the router is asked again', async () => {
  const { follow, running, names } = open()
  follow(AUTO)
  const { onTrouble, onProof } = running.get('router')!
  for (const way of ['nat-pmp', 'upnp'] as const) onProof(way, true)
  await setImmediate()
  expect(names()).toEqual(['kernel', 'router'])
  onTrouble('upnp', trouble, 'here')
  expect(names()).toEqual(['kernel', 'probe 10000', 'router'])
  onProof('nat-pmp', true)
  await setImmediate()
  expect(names(), 'it is heard all the same').toEqual(['kernel', 'router'])
})

it('what this machine is in the way of is said; what the user asked for and is not to be had is a warning', () => {
  const all = open()
  all.follow(AUTO)
  const { onTrouble } = all.running.get('router')!
  onTrouble('nat-pmp', new Failure('network', 'port 5350 is taken', { reason: 'in-use' }))
  onTrouble('upnp', new Failure('network', 'let it through the firewall'), 'here')
  expect(all.names()).toEqual(['kernel', 'probe 10000', 'router'])
  const asked = open()
  asked.follow({ watch: ['router'], watchInterval: 10_000, lines: [], ipSources: [] })
  asked.running.get('router')!.onTrouble('upnp', trouble)
  expect([...all.told, ...asked.told].map((line) => line.split(' ')[0])).toEqual(['info', 'info', 'warn'])
  expect(asked.unheard()).toEqual([{ way: 'upnp', why: 'the router does not answer' }])
  expect(asked.names()).toEqual(['router'])
})

const taken = new Failure('network', 'port 5350 is taken', { reason: 'in-use' })

it.each([
  ['nat-pmp', taken, undefined],
  ['ssdp', taken, undefined],
  ['upnp', trouble, 'here'],
] as const)(
  'router alone is asked all the same while this machine keeps out what it tells (%s: %s)',
  async (way, why, whose) => {
    const { follow, running, names, unheard, told } = open()
    follow({ ...AUTO, watch: ['kernel', 'router'] })
    const silent = ['kernel', 'router']
    expect(names()).toEqual(silent)
    const { onTrouble, onProof } = running.get('router')!
    onTrouble('nat-pmp', trouble)
    expect(names(), 'a router that says nothing is what was asked for').toEqual(silent)
    onTrouble(way, why, whose)
    expect(names()).toEqual(['kernel', 'probe 10000', 'router'])
    const before = told.length
    running.get('probe 10000')!.onTrouble('probe', trouble)
    expect(told.slice(before), 'nobody has asked for that word').toEqual([
      expect.stringMatching(/^debug .*"way":"probe"/),
    ])
    expect(unheard().map((one) => one.way)).toEqual([...new Set(['nat-pmp', way])])
    onProof('nat-pmp', true)
    await setImmediate()
    expect(names(), 'it is heard').toEqual(silent)
    onProof('nat-pmp', false)
    expect(names()).toEqual(['kernel', 'probe 10000', 'router'])
    onTrouble(way, undefined)
    await setImmediate()
    expect(names(), 'nothing is in the way any more').toEqual(silent)
  },
)

it('probe beside router goes on whatever is heard, and begins once', async () => {
  const { follow, running, started, names } = open()
  follow({ ...AUTO, watch: ['router', 'probe'] })
  running.get('router')!.onTrouble('nat-pmp', taken)
  running.get('router')!.onProof('upnp', true)
  await setImmediate()
  expect([names(), started]).toEqual([
    ['probe 10000', 'router'],
    ['router', 'probe 10000'],
  ])
})

it('that the router fails meanwhile does not end it: only that the way is heard again', async () => {
  const { follow, running, names } = open()
  follow({ ...AUTO, watch: ['router'] })
  const { onTrouble } = running.get('router')!
  onTrouble('upnp', trouble, 'here')
  onTrouble('upnp', new Failure('network', 'the router restarts'))
  await setImmediate()
  expect(names()).toEqual(['probe 10000', 'router'])
  onTrouble('upnp', undefined)
  await setImmediate()
  expect(names()).toEqual(['router'])
})

it('nothing but the router that is listened to is asked instead', async () => {
  const { follow, running, names } = open()
  follow({ ...AUTO, watch: ['kernel'] })
  running.get('kernel')!.onTrouble('kernel', taken, 'here')
  expect(names()).toEqual(['kernel'])
})

it('tells by which ways nothing is heard that somebody can mend, until it is, or the configuration is another one', async () => {
  const { follow, running, unheard } = open()
  follow(AUTO)
  const { onTrouble } = running.get('router')!
  const closed = new Failure('network', 'let it through the firewall')
  onTrouble('ssdp', taken)
  onTrouble('upnp', closed, 'here')
  onTrouble('nat-pmp', trouble) // many homes have such a router
  const [ssdp, upnp] = [
    { way: 'ssdp', why: taken.message },
    { way: 'upnp', why: closed.message },
  ]
  expect(unheard()).toEqual([ssdp, upnp])
  onTrouble('ssdp', undefined)
  expect(unheard()).toEqual([upnp])
  follow({ ...AUTO, watchInterval: 20_000 })
  expect(unheard()).toEqual([])
  await setImmediate()
})

it('listens anew only where the configuration has changed, and to nothing when it is off', async () => {
  const { follow, running, names } = open()
  follow({ watch: ['kernel', 'probe'], watchInterval: 5000, lines: [], ipSources: [] })
  const before = running.get('kernel')
  follow({ watch: ['kernel', 'probe'], watchInterval: 5000, lines: [], ipSources: [] })
  expect(running.get('kernel')).toBe(before)
  follow({ watch: ['kernel'], watchInterval: 5000, lines: [], ipSources: [] })
  await setImmediate()
  expect(names()).toEqual(['kernel'])
  expect(running.get('kernel')).not.toBe(before)
  follow({ watch: [], watchInterval: 5000, lines: [], ipSources: [] })
  await setImmediate()
  expect(names()).toEqual([])
})

it('ends with the daemon, the probe too, and what is told afterwards starts nothing', async () => {
  const { follow, running, names, stop, told, ended } = open()
  follow(AUTO)
  const { onTrouble, onProof } = running.get('router')!
  onTrouble('upnp', trouble)
  onTrouble('nat-pmp', trouble)
  expect(names()).toHaveLength(3)
  stop.abort()
  await ended()
  expect(names()).toEqual([])
  onTrouble('upnp', trouble)
  onProof('nat-pmp', false)
  follow({ watch: ['kernel'], watchInterval: 10_000, lines: [], ipSources: [] })
  expect(names()).toEqual([])
  expect(told).toHaveLength(2)
})

it('what is heard is handed on', () => {
  const { follow, running, heard } = open()
  follow({ watch: ['router'], watchInterval: 10_000, lines: [], ipSources: [] })
  running.get('router')!.onHint('upnp')
  expect(heard).toEqual(['upnp'])
})
