import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { standingOf } from '../../src/app/daemon/push-targets.ts'
import { Failure } from '../../src/core/failure.ts'
import { MINUTE, SECOND } from '../../src/core/instant.ts'
import type { Memory } from '../../src/core/state.ts'
import { endpoint, name } from '../support/config.ts'
import { gated } from '../support/daemon.ts'
import { PUSH, pushLine } from '../support/push-line.ts'
import { ip, target } from '../support/targets.ts'

const OWNERS = ['home.ddns.net', 'mx.ddns.net', 'www.example.net']
const held = ({ home }: Awaited<ReturnType<typeof pushLine>>) =>
  OWNERS.map((owner) => String(home.service.held({ owner: name(owner), type: 'A' })))
const ALL = (address: string) => OWNERS.map(() => address)

describe('a router that tells its address', () => {
  it('is told good once the services have accepted it, and nochg from then on', async () => {
    const line = await pushLine()
    await line.rested(1)
    line.home.line.A = [ip('192.0.2.3')]
    const before = line.begun.length
    expect(await line.ask('hostname=mx.ddns.net&myip=192.0.2.3&myipv6=&dualstack=1')).toMatchObject({
      status: 200,
      said: 'good 192.0.2.3',
    })
    expect(held(line)).toEqual(ALL('192.0.2.3'))
    await line.rested(2)
    expect(line.begun.slice(before)).toEqual(['push'])

    const disk = line.home.disk.written
    expect((await line.ask('hostname=mx.ddns.net&myip=192.0.2.3')).said).toBe('nochg 192.0.2.3')
    await setImmediate()
    expect([line.begun.length, line.home.disk.written]).toEqual([before + 1, disk])
    await line.end()
  })

  it('waits for the service that it named a host of, and no longer than five seconds', async () => {
    const gate = gated()
    const line = await pushLine({}, gate.news)
    await gate.atGate
    const asking = line.ask('hostname=mx.ddns.net&myip=192.0.2.2')
    let said: string | undefined
    void asking.then((answer) => (said = answer.said))
    await line.pass(5 * SECOND - 1)
    expect([said, ...held(line)]).toEqual([undefined, ...ALL('192.0.2.1')])
    await line.pass(1)
    expect((await asking).said).toBe('good 192.0.2.2')
    expect(held(line), 'taken note of').toEqual(ALL('192.0.2.1'))
    gate.open()
    await line.end()
  })

  it('is not kept waiting for a service that refuses: mxhome tries again by itself', async () => {
    const line = await pushLine({}, ({ http }) => ({
      http: async (request, signal) =>
        request.purpose === 'write' ? { status: 200, headers: {}, body: 'badauth' } : http(request, signal),
    }))
    expect((await line.ask('myip=192.0.2.2')).said).toBe('good 192.0.2.2')
    await line.end()
  })

  it('and named a host is told of the service of that one, whatever becomes of another', async () => {
    const line = await pushLine({}, ({ http }) => ({
      http: async (request, signal) =>
        request.purpose === 'write' && request.url.includes('www.example.net')
          ? { status: 200, headers: {}, body: 'badauth' }
          : http(request, signal),
    }))
    const asked = 'hostname=mx.ddns.net&myip=192.0.2.2'
    expect((await line.ask(asked)).said).toBe('good 192.0.2.2')
    expect((await line.ask(asked)).said).toBe('nochg 192.0.2.2')
    await line.end()
  })

  it('is the source: what it told is the verdict, and outlives the process', async () => {
    const line = await pushLine()
    const asking = line.ask('hostname=home.ddns.net&myip=192.0.2.2&ipv6prefix=2001:db8:1:ff00::/56')
    await expect.poll(() => line.home.disk.synced).toContain('192.0.2.2')
    const { pushed } = JSON.parse(line.home.disk.synced) as { pushed: unknown }
    const at = line.home.time.now
    await line.pass(5 * SECOND) // its IPv6 address is none of that prefix
    expect((await asking).said).toBe('good 192.0.2.2')
    expect(pushed).toEqual({
      default: {
        A: { addresses: ['192.0.2.2'], at },
        prefix: { address: '2001:db8:1:ff00::', length: 56, at },
        hosts: { names: ['home.ddns.net'], at },
      },
    })
    await line.end()
  })

  it('is not kept waiting again for a prefix in which no host lies', async () => {
    const line = await pushLine()
    const told = 'myip=192.0.2.2&ipv6prefix=2001:db8:1:ff00::/56'
    const first = line.ask(told)
    await expect.poll(() => line.home.disk.synced).toContain('2001:db8:1:ff00::')
    await line.pass(5 * SECOND)
    expect((await first).said).toBe('good 192.0.2.2')
    await line.pass(MINUTE)
    expect((await line.ask(told)).said).toBe('nochg 192.0.2.2')
    await line.end()
  })

  it('that names nothing means all, and need not name a line where there is one', async () => {
    const line = await pushLine()
    expect((await line.ask('myip=192.0.2.2,2001:db8::9')).said).toBe('good 192.0.2.2')
    expect((await line.ask('myip=192.0.2.2&line=default')).said).toBe('nochg 192.0.2.2')
    expect(await line.ask('myip=192.0.2.2&line=lte')).toMatchObject({ status: 400, said: 'badrequest' })
    await line.end()
  })
})

describe('of two lines', () => {
  const line = (of: string, ...ipSources: string[]) => ({
    ...{ name: of, interface: undefined, ipSources: [`http:http://ip.example.org/${of}`, ...ipSources] },
    ...{ quorum: undefined, lineDownAfter: 30 * SECOND, failbackAfter: 10 * MINUTE },
  })
  const MX = name('mx.ddns.net')

  it('one must be named, where both could be meant', async () => {
    const push = await pushLine({
      lines: [line('dsl'), line('lte')],
      hosts: [{ name: MX, line: ['lte'], types: ['A'] }],
    })
    expect(await push.ask('myip=192.0.2.2')).toMatchObject({ status: 400, said: 'badrequest' })
    expect(await push.ask('myip=192.0.2.2&line=cable')).toMatchObject({ status: 400, said: 'badrequest' })
    expect(push.logged.flatMap(({ fields }) => (fields as { why?: string } | undefined)?.why ?? [])).toEqual([
      'it does not tell which line is meant: add &line=NAME to the update URL (dsl, lte)',
      'its &line= names no line of which a router is heard: those are dsl, lte',
    ])
    expect(push.home.disk.synced).not.toContain('"pushed"')
    expect((await push.ask(`hostname=${MX}&myip=192.0.2.2&line=lte`)).said).toBe('good 192.0.2.2')
    expect(JSON.parse(push.home.disk.synced).pushed).toMatchObject({ lte: { A: { addresses: ['192.0.2.2'] } } })
    expect(JSON.parse(push.home.disk.synced).pushed).not.toHaveProperty('dsl')
    await push.end()
  })

  it('the one whose source push is, need not be', async () => {
    const push = await pushLine({
      lines: [line('dsl'), line('lte', 'push')],
      hosts: [{ name: MX, line: ['lte'], types: ['A'] }],
    })
    expect((await push.ask('myip=192.0.2.2')).said).toBe('good 192.0.2.2')
    expect(JSON.parse(push.home.disk.synced).pushed).toHaveProperty('lte')
    expect(await push.ask('myip=192.0.2.2&line=dsl')).toMatchObject({ status: 400, said: 'badrequest' })
    await push.end()
  })

  /** The host is at dsl, and goes over to lte; each line answers with an address of its own, unless it is down. */
  async function withStandby() {
    const down = new Set<string>()
    const addresses: Record<string, string> = { dsl: '192.0.2.7', lte: '192.0.2.8' }
    const config = { lines: [line('dsl'), line('lte')], hosts: [{ name: MX, line: ['dsl', 'lte'] as const }] }
    const push = await pushLine({ ...config, types: ['A'] }, ({ http }) => ({
      http: async (request, signal) => {
        const of = new URL(request.url).pathname.slice(1)
        if (!(of in addresses)) return http(request, signal)
        return { status: down.has(of) ? 503 : 200, headers: {}, body: addresses[of]! }
      },
    }))
    await push.rested(1)
    return { push, down, addresses, shown: () => String(push.home.service.held({ owner: MX, type: 'A' })) }
  }

  it('the one that stands by: a new address is taken note of, a repeat is nochg at once and starts no round', async () => {
    const { push, addresses, shown } = await withStandby()
    expect((await push.ask('myip=192.0.2.8&line=lte')).said).toBe('good 192.0.2.8')
    await push.rested(2)
    expect((await push.ask(`hostname=${MX}&myip=192.0.2.8&line=lte`)).said).toBe('nochg 192.0.2.8')
    await setImmediate()
    expect(push.begun).toEqual(['start', 'push'])

    addresses.lte = '192.0.2.9'
    expect((await push.ask('myip=192.0.2.9&line=lte')).said).toBe('good 192.0.2.9')
    await push.rested(3)
    expect(JSON.parse(push.home.disk.synced).pushed).toMatchObject({ lte: { A: { addresses: ['192.0.2.9'] } } })
    expect([push.begun, shown()]).toEqual([['start', 'push', 'push'], addresses.dsl])

    addresses.dsl = '192.0.2.10'
    expect((await push.ask('myip=192.0.2.10&line=dsl')).said, 'the one in use').toBe('good 192.0.2.10')
    expect(shown()).toBe('192.0.2.10')
    await push.end()
  })

  it('one that was without an address: that its router speaks is news, although it repeats itself', async () => {
    const { push, down, shown } = await withStandby()
    expect((await push.ask('myip=192.0.2.7&line=dsl')).said).toBe('good 192.0.2.7')
    await push.rested(2)
    expect((await push.ask('myip=192.0.2.7&line=dsl')).said).toBe('nochg 192.0.2.7')
    down.add('dsl')
    push.hints.give('signal')
    await push.rested(3)
    await push.pass(MINUTE)
    push.hints.give('signal')
    await expect.poll(shown, { interval: 1 }).toBe('192.0.2.8')

    down.delete('dsl')
    const before = push.begun.length
    expect((await push.ask('myip=192.0.2.7&line=dsl')).said).toBe('good 192.0.2.7')
    await setImmediate()
    expect(push.begun.slice(before)).toContain('push')
    const told = push.logged.filter(({ message }) => message === 'the router tells an address')
    expect(told, 'no news for who reads the log').toHaveLength(1)
    await push.end()
  })

  it('nor is it a repeat of one that was without an address just now, and is not given up yet', async () => {
    const { push, down } = await withStandby()
    expect((await push.ask('myip=192.0.2.7&line=dsl')).said).toBe('good 192.0.2.7')
    await push.rested(2)
    down.add('dsl')
    push.hints.give('signal')
    await push.rested(3)
    expect(JSON.parse(push.home.disk.synced).lines.dsl.link.state).toBe('unsure')
    down.delete('dsl')
    expect((await push.ask('myip=192.0.2.7&line=dsl')).said).toBe('good 192.0.2.7')
    await push.end()
  })

  it('one that no host uses: nothing of it is published, so that it never is nochg', async () => {
    const domains = [{ name: name('example.org') }] // an MX host of it would use the first line
    const push = await pushLine({ lines: [line('dsl'), line('lte')], domains, hosts: [{ name: MX, types: ['A'] }] })
    await push.rested(1)
    for (const query of ['myip=192.0.2.8&line=lte', `hostname=${MX}&myip=192.0.2.8&line=lte`]) {
      expect((await push.ask(query)).said, query).toBe('good 192.0.2.8')
    }
    await setImmediate()
    expect(push.begun, 'a round for what was new').toEqual(['start', 'push'])
    await push.end()
  })
})

describe('what is refused', () => {
  it('a host that mxhome does not keep, each for itself; of strangers alone nothing is believed', async () => {
    const line = await pushLine()
    await line.rested(1)
    expect((await line.ask('hostname=ddns.net&myip=192.0.2.3')).said).toBe('nohost')
    expect(line.home.disk.synced).not.toContain('192.0.2.3')
    await setImmediate()
    expect(line.begun).toEqual(['start'])
    const [found] = line.rounds
    expect(found?.findings).toEqual([])
    line.home.line.A = [ip('192.0.2.3')]
    expect((await line.ask('hostname=ddns.net,mx.ddns.net,box&myip=192.0.2.3')).said).toBe(
      'nohost\ngood 192.0.2.3\nnotfqdn',
    )
    await line.rested(2)
    expect(line.rounds[1]?.findings).toMatchObject([{ id: 'fritzbox-verify', severity: 'warn' }])
    await line.end()
  })

  it('a special-purpose address; that of carrier-grade NAT is news all the same', async () => {
    const line = await pushLine()
    await line.rested(1)
    for (const query of ['myip=127.0.0.1', 'myip=0.0.0.0', 'myip=', 'myip=192.0.2.2,192.0.2.3']) {
      expect((await line.ask(query)).said, query).toBe('dnserr')
    }
    expect(line.home.disk.synced).not.toContain('addresses":["127.0.0.1"]')
    expect(line.logged.map(({ message }) => message)).not.toContain('the router tells an address')
    expect((await line.ask('myip=100.64.3.4')).said).toBe('dnserr')
    expect(line.home.disk.synced).toContain('"A":{"addresses":["100.64.3.4"]')
    await line.end()
  })

  it('a special-purpose address from a line that is known well: a round looks what has become of it', async () => {
    const line = await pushLine()
    await line.rested(1)
    line.home.line.A = [ip('192.0.2.3')]
    expect((await line.ask('myip=192.0.2.3')).said).toBe('good 192.0.2.3')
    await line.rested(2)
    expect((await line.ask('myip=192.0.2.3')).said).toBe('nochg 192.0.2.3')
    const before = line.begun.length
    expect((await line.ask('myip=0.0.0.0')).said).toBe('dnserr')
    await line.rested(3)
    expect(line.begun.slice(before)).toEqual(['push'])
    await line.end()
  })

  it('too many hosts', async () => {
    const line = await pushLine()
    const names = Array.from({ length: 21 }, (_, nth) => `h${nth}.ddns.net`).join()
    expect((await line.ask(`hostname=${names}&myip=192.0.2.2`)).said).toBe('numhost')
    await line.end()
  })

  it('a wrong password, told how to log in; after five even the right one, for five minutes', async () => {
    const line = await pushLine()
    const basic = { 'www-authenticate': 'Basic realm="mxhome"' }
    for (let nth = 0; nth < 9; nth++) {
      expect(await line.ask('myip=192.0.2.2', { login: null })).toMatchObject({
        status: 401,
        said: 'badauth',
        headers: basic,
      })
    }
    for (const login of ['router:wrong', 'anna:l0ng:en0ugh', ':', 'router', 'router:l0ng:en0ugh2']) {
      expect(await line.ask('myip=192.0.2.2', { login }), login).toMatchObject({ status: 401, said: 'badauth' })
    }
    const paused = { status: 429, said: 'abuse', headers: { 'retry-after': '300' } }
    expect(await line.ask('myip=192.0.2.2')).toMatchObject(paused)
    expect((await line.ask('myip=192.0.2.2', { from: '192.168.178.2' })).said, 'of another caller').toBe(
      'good 192.0.2.2',
    )
    await line.pass(5 * MINUTE)
    expect((await line.ask('myip=192.0.2.2')).said).toBe('nochg 192.0.2.2')
    expect(JSON.stringify(line.logged)).not.toMatch(/l0ng|:wrong/)
    await line.end()
  })

  it('no more than five wrong passwords in a row: the right one forgives those before it', async () => {
    const line = await pushLine()
    for (const _ of ['once', 'twice']) {
      for (let nth = 0; nth < 4; nth++) {
        expect((await line.ask('myip=192.0.2.2', { login: 'router:wrong' })).status).toBe(401)
      }
      expect((await line.ask('myip=192.0.2.2')).status).toBe(200)
    }
    await line.end()
  })

  it('more than thirty requests in a minute, said once; after sixty a caller is cut off until the minute is over', async () => {
    const line = await pushLine()
    const { place } = line.served[0]!
    const box = ip('192.168.178.1')
    const answers: number[] = []
    for (let nth = 0; nth < 60; nth++) {
      expect(place.allows(box), String(nth)).toBe(true)
      answers.push((await line.ask('myip=192.0.2.2')).status)
    }
    expect(answers).toEqual([...Array(30).fill(200), ...Array(30).fill(429)])
    expect([place.allows(box), place.allows(ip('192.168.178.2'))]).toEqual([false, true])
    expect(line.logged.filter(({ message }) => message === 'a push was refused')).toHaveLength(1)
    await line.pass(MINUTE)
    expect(place.allows(box)).toBe(true)
    expect((await line.ask('myip=192.0.2.2')).said).toBe('nochg 192.0.2.2')
    await line.end()
  })

  it('who connects more than sixty times in a minute, whatever it asks', async () => {
    const line = await pushLine()
    const { place } = line.served[0]!
    const box = ip('192.168.178.1')
    for (let nth = 0; nth <= 60; nth++) {
      expect(place.allows(box), String(nth)).toBe(true)
      place.onConnection?.(box)
    }
    expect([place.allows(box), place.allows(ip('192.168.178.2'))]).toEqual([false, true])
    await line.end()
  })

  it('callers that are not of the local network, before a byte of theirs is read', async () => {
    const line = await pushLine()
    const { allows } = line.served[0]!.place
    expect(['5.9.1.7', '100.64.0.1', '2a02:908::1'].map((from) => allows(ip(from)))).toEqual([false, false, false])
    expect(['127.0.0.1', 'fe80::1', 'fd00::1', '10.0.0.1'].every((from) => allows(ip(from)))).toBe(true)
    await line.end()
  })

  it('another path, another method', async () => {
    const line = await pushLine()
    expect((await line.ask('myip=192.0.2.2', { path: '/' })).status).toBe(404)
    expect(await line.ask('myip=192.0.2.2', { method: 'POST' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
    })
    await line.end()
  })
})

describe('what cannot be taken note of shall come again', () => {
  it('while no round has found the MX of every domain', async () => {
    const line = await pushLine({ domains: [{ name: name('example.net') }] }, ({ dns }) => ({
      dns: { ...dns, query: () => new Promise(() => {}) },
    }))
    line.setups.now = {
      ...line.setups.now,
      config: { ...line.setups.now.config, domains: [{ name: name('new.example') }] },
    }
    const asking = line.ask('hostname=mail.new.example&myip=192.0.2.2')
    await line.pass(5 * SECOND)
    expect(await asking).toMatchObject({ status: 503, said: '911' })
    await line.end()
  })

  it('while the MX of its domain could not be looked up: unknown is not foreign', async () => {
    const line = await pushLine({ domains: [{ name: name('example.net') }] })
    const known = JSON.parse(line.home.disk.synced) as { mx: Record<string, { hosts: unknown[] }> }
    expect(known.mx['example.net']?.hosts).toEqual([])
    expect((await line.ask('hostname=mail.example.org&myip=192.0.2.2')).said).toBe('nohost')
    const asking = line.ask('hostname=mail.example.net&myip=192.0.2.2')
    await line.pass(5 * SECOND)
    expect(await asking).toMatchObject({ status: 503, said: '911' })
    expect(JSON.parse(line.home.disk.synced).pushed.default, 'it may mean another line').not.toHaveProperty('A')
    expect(line.logged.at(-1)).toMatchObject({
      message: 'a push was refused',
      fields: { answer: '911', why: expect.stringContaining('whether mail.example.net is a host of ours') },
    })
    const both = line.ask('hostname=mx.ddns.net,mail.example.net&myip=192.0.2.2')
    await line.pass(5 * SECOND)
    expect(await both, 'beside one that is known').toMatchObject({ status: 503, said: '911' })
    await line.end()
  })

  it('also of a request that names no host and means all, until an MX is found', async () => {
    const line = await pushLine({ domains: [{ name: name('example.net') }], hosts: [] })
    await line.rested(1)
    for (const _ of ['first', 'again']) {
      const asking = line.ask('myip=192.0.2.2')
      await line.pass(5 * SECOND)
      expect(await asking).toMatchObject({ status: 503, said: '911' })
    }
    expect(line.home.disk.synced, 'it may not come again').toContain('"addresses":["192.0.2.2"]')
    await line.rested(2) // for the first request; the second one told nothing new

    const asking = line.ask('myip=192.0.2.2')
    line.home.records['example.net MX'] = [{ type: 'MX', preference: 10, exchange: 'www.example.net' }]
    line.hints.give('signal')
    expect((await asking).said).toBe('good 192.0.2.2')
    expect(held(line)).toContain('192.0.2.2')
    await line.end()
  })

  it('a domain that no round has looked up may add a host; one that has its mail elsewhere does not', async () => {
    const line = await pushLine({ domains: [{ name: name('example.org') }] })
    await line.rested(1)
    expect((await line.ask('myip=192.0.2.2')).said).toBe('good 192.0.2.2')
    const domains = [{ name: name('new.example') }]
    line.setups.now = { ...line.setups.now, config: { ...line.setups.now.config, domains } }
    const asking = line.ask('myip=192.0.2.2')
    await line.pass(5 * SECOND)
    expect(await asking).toMatchObject({ status: 503, said: '911' })
    await line.end()
  })

  it('while another process holds the state folder', async () => {
    let [free, release] = [Promise.resolve(), () => {}]
    const line = await pushLine({}, ({ store }) => ({
      store: { ...store, update: async (change) => free.then(() => store.update(change)) },
    }))
    await line.rested(1)
    const before = line.begun.length
    free = new Promise<void>((resolve) => (release = resolve))
    const asking = line.ask('myip=192.0.2.2')
    await line.pass(5 * SECOND)
    expect(await asking).toMatchObject({ status: 503, said: '911' })
    line.home.line.A = [ip('192.0.2.2')]
    release()
    await line.rested(2)
    expect(line.begun.slice(before), 'written late, and a round all the same').toEqual(['push'])
    expect(held(line)).toEqual(ALL('192.0.2.2'))
    await line.end()
  })

  it('where the state folder stays locked, told in the log', async () => {
    const locked = new Failure('unavailable', 'the folder is in use', { reason: 'locked' })
    const line = await pushLine({}, ({ store }) => ({ store: { ...store, update: () => Promise.reject(locked) } }))
    expect(await line.ask('myip=192.0.2.2')).toMatchObject({ status: 503, said: '911' })
    expect(line.logged).toContainEqual({
      message: 'what the router told could not be written down',
      fields: { error: 'the folder is in use' },
    })
    await line.end()
  })
})

describe('what became of what a router told', () => {
  const SINCE = 1000 * MINUTE
  const service = { id: 'x', traits: { readable: false, leftOut: 'kept', hostsPerRequest: 1, spacing: 0 } } as const
  const [four, six] = [target('mx.ddns.net', 'A', service), target('mx.ddns.net', 'AAAA', service)]
  const [TOLD, OTHER] = [ip('192.0.2.2'), ip('192.0.2.3')]
  const prefix = { address: ip('2001:db8:2::'), length: 56 }
  const set = (address: string) => ({ addresses: [ip(address)], at: 0 })
  const refused = (at: number) =>
    ({ kind: 'rejected', message: '', times: 1, at, until: 'hold', identity: '#1' }) as const

  it.each<[string, typeof four, Partial<Memory>, number, string]>([
    ['the service has it', four, { published: set(TOLD) }, 0, 'published'],
    ['the service has another one', four, { published: set(OTHER) }, 0, 'open'],
    [
      'another one is on its way, which will stand in its place',
      four,
      { published: set(TOLD), intent: set(OTHER) },
      0,
      'open',
    ],
    ['it was refused', four, { published: set(OTHER), trouble: refused(SINCE) }, 0, 'failed'],
    ['one before it was refused', four, { published: set(OTHER), trouble: refused(SINCE - 1) }, 0, 'open'],
    ['an address in the prefix', six, { published: set('2001:db8:2::25') }, 0, 'published'],
    ['none in the prefix yet', six, { published: set('2001:db8:1::25') }, MINUTE - 1, 'open'],
    ['none in the prefix, which is known for long', six, { published: set('2001:db8:1::25') }, MINUTE, 'published'],
    ['one is on its way', six, { published: set('2001:db8:1::25'), intent: set('2001:db8:2::25') }, MINUTE, 'open'],
    ['the one in the prefix was refused', six, { trouble: refused(SINCE) }, MINUTE, 'failed'],
  ])('%s', (_, one, memory, age, standing) => {
    const state = { salt: '', mx: {}, targets: { [one.key]: { writes: [], forced: [], ...memory } } }
    const telling = { news: { A: TOLD, prefix }, since: SINCE, prefixAt: SINCE - age }
    expect(standingOf([one], telling, state)).toBe(standing)
  })
})

it('a crowd fills no log: more callers than are kept in mind', async () => {
  const line = await pushLine()
  const of = (nth: number) => `10.0.${nth >> 8}.${nth & 255}`
  for (let nth = 0; nth < 50; nth++) await line.ask('', { from: of(nth), login: 'router:wrong' })
  const before = line.logged.length
  for (let round = 0; round < 2; round++)
    for (let nth = 100; nth < 400; nth++) expect((await line.ask('', { from: of(nth) })).said).toBe('abuse')
  expect(line.logged.slice(before).map(({ message }) => message)).toEqual(['a push was refused'])
  await line.end()
})

describe('where it listens', () => {
  it('a new certificate that is none: said, and the router is heard by the one that it has', async () => {
    const tls = { ...PUSH, certificate: '/c', key: '/k' }
    const line = await pushLine({ push: tls })
    const problem = 'the push server keeps the certificate that it has: /c does not exist; expected a PEM file'
    line.port.refusal = new Failure('unsupported', '/c does not exist; expected a PEM file')
    await line.push.follow()
    expect(line.push.problems()).toEqual([problem])
    expect(line.logged).toContainEqual({ message: 'the push server has no new certificate', fields: { problem } })
    expect(line.served.map(({ signal }) => signal.aborted)).toEqual([false])
    expect((await line.ask('myip=192.0.2.2')).said).toBe('good 192.0.2.2')
    line.port.refusal = undefined
    await line.push.follow()
    expect([line.push.problems(), line.port.renewed]).toEqual([[], 2])
    await line.end()
  })

  it('what kept it out may be mended at a reload: it is tried at once', async () => {
    const line = await pushLine({ push: { listen: 'off' } })
    line.setups.now = {
      ...line.setups.now,
      config: { ...line.setups.now.config, push: { ...PUSH, certificate: '/c', key: '/k' } },
    }
    line.port.refusal = new Failure('unsupported', '/c does not exist; expected a PEM file')
    await line.push.follow()
    expect([line.served.length, line.push.problems().length]).toEqual([0, 1])
    line.port.refusal = undefined
    await line.push.follow()
    expect([line.served.length, line.push.problems().length, line.port.renewed]).toEqual([1, 0, 0])
    await line.pass(60 * SECOND)
    expect(line.served).toHaveLength(1)
    await line.end()
  })

  it.each([
    ['in-use', '; choose another one (MXHOME_PUSH_LISTEN)'],
    ['no-route', '; it is tried again until it has (MXHOME_PUSH_LISTEN)'],
  ] as const)('says what to do (%s)', async (reason, remedy) => {
    const line = await pushLine({ push: { listen: 'off' } })
    line.setups.now = { ...line.setups.now, config: { ...line.setups.now.config, push: PUSH } }
    line.port.refusal = new Failure('network', 'cannot listen on 192.168.178.20:8246: why', { reason })
    await line.push.follow()
    const words = `the router cannot tell its address: cannot listen on 192.168.178.20:8246: why${remedy}`
    expect(line.push.problems()).toEqual([words])
    await line.end()
  })

  it('a port that is in use: a warning, tried again every 30 s', async () => {
    const line = await pushLine({ push: { listen: 'off' } })
    const listenAt = (push: typeof PUSH) => {
      line.setups.now = { ...line.setups.now, config: { ...line.setups.now.config, push } }
      return line.push.follow()
    }
    expect([line.served, line.push.problems()]).toEqual([[], []])
    line.port.refusal = new Failure('network', 'cannot listen on 192.168.178.20:8246: another program has that port')
    await listenAt(PUSH)
    const problem =
      'the router cannot tell its address: cannot listen on 192.168.178.20:8246: another program has that port'
    expect(line.push.problems()).toEqual([problem])
    await line.pass(60 * SECOND)
    expect(line.push.problems()).toEqual([problem])
    expect(line.logged.filter(({ message }) => message === 'the push server is off')).toHaveLength(1)
    line.port.refusal = undefined
    await line.pass(30 * SECOND)
    expect(line.push.problems()).toEqual([])
    expect(line.served).toMatchObject([{ place: { at: PUSH.listen } }])
    await line.end()
  })

  it('another place after a reload; the same is left as it is, but for a certificate, which may be new', async () => {
    const line = await pushLine()
    const listenAt = (push: typeof PUSH) => {
      line.setups.now = { ...line.setups.now, config: { ...line.setups.now.config, push } }
      return line.push.follow()
    }
    const open = () => line.served.filter(({ signal }) => !signal.aborted).map(({ place }) => place.at.port)
    await listenAt({ ...PUSH, password: 'an0ther:0ne' })
    expect([line.served.length, open()]).toEqual([1, [8246]])
    expect((await line.ask('myip=192.0.2.2', { login: 'router:an0ther:0ne' })).said).toBe('good 192.0.2.2')
    await listenAt({ ...PUSH, listen: endpoint('192.168.178.20:8247') })
    expect(open()).toEqual([8247])
    const tls = { ...PUSH, certificate: '/c', key: '/k' }
    await listenAt(tls)
    expect(line.port.renewed).toBe(0)
    await listenAt(tls)
    expect([line.served.length, open(), line.port.renewed]).toEqual([3, [8246], 1])
    expect(line.served.at(-1)?.place.tls).toEqual({ certificate: '/c', key: '/k' })
    await listenAt({ listen: 'off' })
    expect(open()).toEqual([])
    await line.end()
  })
})
