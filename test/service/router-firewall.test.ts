import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { StatusDocument } from '../../src/report/status-text.ts'
import { inside } from '../support/behind-router.ts'
import { daemonBehindRouter, FIRST, whyNoDaemonBehindRouter } from '../support/daemon-behind-router.ts'
import type { NamespaceRouter } from '../support/namespace-router.ts'

const why = whyNoDaemonBehindRouter()
const name = 'the daemon behind miniupnpd, which it asks until it is heard'

/** A firewall of the box that lets in answers, and what is named. */
const wall = (...rules: readonly string[]) =>
  `table inet wall { chain in { type filter hook input priority filter; policy drop;
    iif lo accept; ct state established,related accept; ${rules.join(' ')} }; }`
const INTERVAL = 2000
/** What it is, each second, to 239.255.255.250:1900. */
const ANNOUNCES = 'notify_interval=1'

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let stage: Awaited<ReturnType<typeof daemonBehindRouter>>
  afterEach(() => stage.stop())

  const hold = (port: number) => {
    const script = `require('node:dgram').createSocket('udp4').bind(${port}, () => console.log('bound'))`
    return ({ box, startProgram }: NamespaceRouter) => startProgram(box, [process.execPath, '-e', script], /bound/)
  }
  const open = async (rules?: string, prepare: (home: NamespaceRouter) => unknown = () => {}, watch = 'auto') => {
    const settings = [`watch: ${watch}`, `watchInterval: ${INTERVAL / 1000}s`]
    const prepared = (home: NamespaceRouter) => {
      if (rules) inside(home.box, 'nft', rules)
      return prepare(home)
    }
    stage = await daemonBehindRouter(settings, prepared, [ANNOUNCES])
    expect(await stage.follows(FIRST)).toBe(FIRST)
  }
  const change = async (address: string) => {
    const at = Date.now()
    stage.note(`the line gets ${address}`)
    stage.home.changeWan(address)
    expect(await stage.follows(address)).toBe(address)
    return Date.now() - at
  }
  const told = (ear = 'upnp') =>
    stage.daemon.entries.filter(({ way, message }) => way === ear && message === 'no change is heard of by this way')
  const said = (what: RegExp) => stage.router.now.said().filter((line) => what.test(line)).length
  const asked = () => said(/GetExternalIPAddress/)

  // UPnP is not to be had at all: its answers come from where nothing was sent to. NAT-PMP answers, and is not heard.
  it('publishes each change where the firewall lets in nothing that was not asked for', async () => {
    await open(wall())
    for (let nth = 1; nth <= 3; nth++) expect(await change(`5.9.2.${nth}`)).toBeLessThan(INTERVAL + 3000)
  }, 60_000)

  it('and where UPnP is subscribed to, but no event gets in; says so', async () => {
    await open(wall('udp sport 1900 accept;'))
    expect(await change('5.9.2.1')).toBeLessThan(INTERVAL + 3000)
    await stage.until('it says why nothing is heard', () => told().length > 0, 45)
    expect(told()).toMatchObject([{ level: 'info', why: expect.stringMatching(/through the firewall$/) }])
    expect(stage.status().unheard).toEqual([{ by: 'upnp', why: told()[0]!.why }])
    expect(await change('5.9.2.2')).toBeLessThan(INTERVAL + 3000)
  }, 120_000)

  it('and where the router speaks UPnP alone', async () => {
    const mute = 'table inet mute { chain out { type filter hook output priority filter; udp dport 5351 drop; }; }'
    await open(`${wall()}\n${mute}`)
    expect(await change('5.9.2.1')).toBeLessThan(INTERVAL + 3000)
    expect(await change('5.9.2.2')).toBeLessThan(INTERVAL + 3000)
  }, 60_000)

  it('asks no more once an event has come, and what the router announces of itself', async () => {
    await open()
    await stage.until('the router is subscribed to', () => said(/ SUBSCRIBE /) > 0)
    await pause(INTERVAL)
    const before = asked()
    expect(before).toBeGreaterThan(0)
    await pause(3 * INTERVAL)
    expect(asked()).toBe(before)
  }, 60_000)

  // Then a restart would be heard of when the subscription is renewed, which is a quarter of an hour later.
  it('but asks on where the firewall keeps out what it announces of itself, beside the events that come: follows its restart', async () => {
    await open(wall('meta l4proto tcp accept; udp sport 1900 accept;'))
    await stage.until('the first event is taken', () => said(/upnp_event_recv: .* 200 OK/) > 0)
    const before = asked()
    await stage.until('it asks on', () => asked() >= before + 3)
    await stage.router.now.stop('SIGKILL')
    stage.home.changeWan('5.9.2.1')
    stage.router.now = await stage.home.startMiniupnpd([ANNOUNCES])
    expect(await stage.follows('5.9.2.1')).toBe('5.9.2.1')
    expect(told('ssdp'), 'of a firewall nothing tells').toEqual([])
  }, 60_000)

  // The firewall keeps out NAT-PMP alone: whoever hears its announcements need not ask.
  it('but asks on where another program holds the port of UPnP announcements, beside the events that come; says so', async () => {
    await open(wall('meta l4proto tcp accept; udp sport 1900 accept;'), hold(1900))
    const { until, status } = stage
    await until('it says why announcements are not heard', () => told('ssdp').length > 0)
    await until('the first event is taken', () => said(/upnp_event_recv: .* 200 OK/) > 0)
    const before = asked()
    // One may have been under way.
    await until('it asks on', () => asked() >= before + 3)
    stage.home.changeWan('5.9.2.1')
    expect(await stage.follows('5.9.2.1')).toBe('5.9.2.1')
    await until('the event is heard', () => (status().heard?.ways ?? []).some(({ by }) => by === 'upnp'), 5)
    const held = '239.255.255.250:1900: another program has that port'
    const why = `${held}: a restart of the router is heard of late, its events all the same`
    expect(told('ssdp')).toMatchObject([{ level: 'info', why }])
    expect(status().unheard).toEqual([{ by: 'ssdp', why }])
    expect(told('upnp')).toEqual([])
  }, 60_000)

  const HELD = '224.0.0.1:5350: another program has that port'
  const saysThatItIsHeld = async () => {
    await stage.until('it says why announcements are not heard', () => told('nat-pmp').length > 0)
    expect(told('nat-pmp')).toMatchObject([{ level: 'info', why: HELD }])
    const { unheard } = JSON.parse(await stage.mxhome('status', '--json')) as StatusDocument
    expect(unheard).toEqual([{ by: 'nat-pmp', why: HELD }])
  }
  const isHeardBy = (way: string) => (stage.status().heard?.ways ?? []).some(({ by }) => by === way)

  // The firewall lets announcements in: only that program keeps them out. UPnP is not to be had.
  it('and asks on where another program holds the port of NAT-PMP announcements, and UPnP gives nothing; says so', async () => {
    await open(wall('udp dport 5350 accept;'), hold(5350))
    await saysThatItIsHeld()
    for (const address of ['5.9.2.1', '5.9.2.2']) {
      stage.home.changeWan(address)
      expect(await stage.follows(address)).toBe(address)
    }
    expect(isHeardBy('probe')).toBe(true)
    expect(isHeardBy('nat-pmp') || isHeardBy('upnp')).toBe(false)
  }, 60_000)

  it('so it does where the user named the router alone; that it is held is a warning then', async () => {
    await open(wall('udp dport 5350 accept;'), hold(5350), 'router')
    await stage.until('it says why announcements are not heard', () => told('nat-pmp').length > 0)
    expect(told('nat-pmp')).toMatchObject([{ level: 'warn', why: HELD }])
    stage.home.changeWan('5.9.2.1')
    expect(await stage.follows('5.9.2.1')).toBe('5.9.2.1')
    expect(isHeardBy('probe')).toBe(true)
  }, 60_000)

  it('while UPnP events are heard where another program holds that port', async () => {
    await open(undefined, hold(5350))
    await saysThatItIsHeld()
    stage.home.changeWan('5.9.2.1')
    expect(await stage.follows('5.9.2.1')).toBe('5.9.2.1')
    await stage.until('the event is heard', () => isHeardBy('upnp'), 5)
    expect(isHeardBy('nat-pmp')).toBe(false)
    expect(stage.status().unheard).toEqual([{ by: 'nat-pmp', why: HELD }])
  }, 60_000)
})
