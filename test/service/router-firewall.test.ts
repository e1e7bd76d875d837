import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { daemonBehindRouter, FIRST, whyNoDaemonBehindRouter } from '../support/daemon-behind-router.ts'

const why = whyNoDaemonBehindRouter()
const name = 'the daemon behind miniupnpd, which it asks until it is heard'

/** A firewall of the box that lets in answers, and what is named. */
const wall = (...rules: readonly string[]) =>
  `table inet wall { chain in { type filter hook input priority filter; policy drop;
    iif lo accept; ct state established,related accept; ${rules.join(' ')} }; }`
const INTERVAL = 2000

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let stage: Awaited<ReturnType<typeof daemonBehindRouter>>
  afterEach(() => stage.stop())

  const open = async (rules?: string) => {
    stage = await daemonBehindRouter(['watch: auto', `watchInterval: ${INTERVAL / 1000}s`], rules)
    expect(await stage.follows(FIRST)).toBe(FIRST)
  }
  const change = async (address: string) => {
    const at = Date.now()
    stage.note(`the line gets ${address}`)
    stage.home.changeWan(address)
    expect(await stage.follows(address)).toBe(address)
    return Date.now() - at
  }
  const told = () =>
    stage.daemon.entries.filter(({ way, message }) => way === 'upnp' && message === 'no change is heard of by this way')

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
    expect(await change('5.9.2.2')).toBeLessThan(INTERVAL + 3000)
  }, 120_000)

  it('and where the router speaks UPnP alone', async () => {
    const mute = 'table inet mute { chain out { type filter hook output priority filter; udp dport 5351 drop; }; }'
    await open(`${wall()}\n${mute}`)
    expect(await change('5.9.2.1')).toBeLessThan(INTERVAL + 3000)
    expect(await change('5.9.2.2')).toBeLessThan(INTERVAL + 3000)
  }, 60_000)

  it('asks no more once an event has come', async () => {
    await open()
    const { until, router } = stage
    const asked = () => router.now.said().filter((line) => /GetExternalIPAddress/.test(line)).length
    await until('the router is subscribed to', () => router.now.said().some((line) => / SUBSCRIBE /.test(line)))
    await pause(INTERVAL)
    const before = asked()
    expect(before).toBeGreaterThan(0)
    await pause(3 * INTERVAL)
    expect(asked()).toBe(before)
  }, 60_000)
})
