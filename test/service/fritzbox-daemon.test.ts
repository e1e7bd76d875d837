import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IpDocument } from '../../src/report/ip-text.ts'
import { daemonBehind, FIRST, HOST, SERVICE, whyNoDaemonBehindRouter } from '../support/daemon-behind-router.ts'
import type { FritzLine } from '../support/fritzbox.ts'
import { startFritzBox } from '../support/namespace-fritzbox.ts'

const why = whyNoDaemonBehindRouter()
const name = 'the daemon behind a FRITZ!Box'

const DUAL: FritzLine = { state: 'Connected', four: FIRST, six: '2a02:908:f::1', prefix: '2a02:908:1:7600::' }
/** What all customers of the carrier share. */
const SHARED = '5.9.99.9'
/** Tells callers their address. */
const ECHO = `require('node:http').createServer(({ socket }, response) => response.end(socket.remoteAddress))
  .listen(80, '${SERVICE}', () => console.log('listens'))`

describe.skipIf(why !== undefined)(why === undefined ? name : `${name} (left out: ${why})`, () => {
  let stage: Awaited<ReturnType<typeof open>>
  const open = () =>
    daemonBehind(
      [
        ...['watch: auto', 'log: {level: debug}', 'ipv6: on', `ipSources: [upnp, fritzbox, "http:http://${SERVICE}/"]`],
        `hosts: {name: ${HOST}, ipv6Suffix: "::1:0:0:0:25/56"}`,
      ],
      async (home) => {
        await home.startProgram(home.internet, [process.execPath, '-e', ECHO], /listens/)
        return startFritzBox(home, DUAL)
      },
    )
  const follows = async (address: string) => expect(await stage.follows(address)).toBe(address)
  const ways = () => (stage.status().heard?.ways ?? []).map(({ by }) => by)
  const isHeard = () => stage.daemon.entries.some(({ because }) => because === 'upnp')
  /** The line is another one, seen from outside with this address; the box tells it. */
  const becomes = (line: FritzLine, outside: string | undefined) => {
    stage.note(`the line is ${JSON.stringify(line)}`)
    stage.home.changeWan(outside)
    stage.router.becomes(line)
  }
  const tells = () => stage.router.said().flatMap(({ tells }) => (tells ? [tells] : []))
  const ip = async () => {
    const { lines, findings } = JSON.parse(await stage.mxhome('ip', '--json')) as IpDocument
    const four = lines.find(({ type }) => type === 'A')!
    return { addresses: four.addresses, verdict: four.router?.verdict, findings: findings.map(({ id }) => id) }
  }

  beforeAll(async () => {
    stage = await open()
  }, 60_000)
  afterAll(() => stage?.stop())

  it('publishes what the line has, and subscribes to the events', async () => {
    await follows(FIRST)
    await follows('2a02:908:1:7601::25')
    await stage.until('the initial event is taken', () => stage.router.hasTold(0))
    expect(ways()).toEqual([])
  }, 60_000)

  it('a reconnection: the address that comes is published', async () => {
    becomes({ state: 'Disconnected', four: '0.0.0.0', six: '' }, undefined)
    await stage.until('the loss is heard of', isHeard)
    becomes({ ...DUAL, four: '5.9.1.8' }, '5.9.1.8')
    await follows('5.9.1.8')
    expect(tells()).toMatchObject([
      { ConnectionStatus: 'Disconnected', ExternalIPAddress: '0.0.0.0' },
      { ConnectionStatus: 'Connected', ExternalIPAddress: '5.9.1.8' },
    ])
    expect(stage.dig('AAAA')).toBe('2a02:908:1:7601::25')
  }, 60_000)

  it('a new prefix, which shows by the own address of the box alone', async () => {
    becomes({ ...DUAL, four: '5.9.1.8', six: '2a02:908:e::1', prefix: '2a02:908:2:aa00::' }, '5.9.1.8')
    await follows('2a02:908:2:aa01::25')
    expect(tells().at(-1)).toEqual({ ExternalIPv6Address: '2a02:908:e::1' })
  }, 60_000)

  it('a line of DS-Lite: what is seen outside is never published; a dual stack again is', async () => {
    const { until, daemon, dig } = stage
    const lite = { ...DUAL, four: '', six: '2a02:908:d::1', prefix: '2a02:908:3:bb00::' }
    becomes(lite, SHARED)
    await until('it is told', () => daemon.entries.some(({ id }) => id === 'behind-cgnat'))
    await follows('2a02:908:3:bb01::25')
    expect(await ip()).toEqual({ addresses: null, verdict: 'behind-cgnat', findings: ['behind-cgnat'] })
    expect(dig('A')).toBe('5.9.1.8')
    becomes({ ...lite, four: '5.9.1.9' }, '5.9.1.9')
    await follows('5.9.1.9')
    expect(await ip()).toEqual({ addresses: ['5.9.1.9'], verdict: 'agrees', findings: [] })
    const published = daemon.entries.flatMap(({ message, type, after }) =>
      message === 'published' && type === 'A' ? String(after) : [],
    )
    expect(published).toEqual([FIRST, '5.9.1.8', '5.9.1.9'])
  }, 60_000)

  it('all of it was heard by the events; at its end it takes leave of the box', async () => {
    expect(ways()).toEqual(['upnp'])
    stage.daemon.child.kill('SIGTERM')
    const [code] = await stage.daemon.gone
    expect(code).toBe(0)
    await expect.poll(() => stage.router.said().filter(({ unsubscribed }) => unsubscribed).length).toBe(1)
  }, 30_000)
})
