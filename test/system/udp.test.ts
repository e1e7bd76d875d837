import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Datagram, UdpQuestion } from '../../src/ports/udp.ts'
import { openUdp } from '../../src/system/udp.ts'
import { freePort } from '../support/free-port.ts'
import { ip } from '../support/targets.ts'

const udp = openUdp()
const LOOPBACK = ip('127.0.0.1')
const never = new AbortController().signal
const stops: (() => void)[] = []
const openSockets = () => process.getActiveResourcesInfo().filter((one) => one === 'UDPWRAP').length
const openTimers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length
let before: { readonly sockets: number; readonly timers: number }
beforeEach(() => {
  before = { sockets: openSockets(), timers: openTimers() }
})
/** Whatever a test did: the port has left no socket and no timer behind. */
afterEach(async () => {
  for (const stop of stops.splice(0)) stop()
  await expect.poll(openSockets).toBe(before.sockets)
})

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

/** A server of the test; `reply` sends back to whoever asked. */
async function serve(
  answer: (asked: string, reply: (text: string) => void, nth: number, port: number) => void,
  address = '127.0.0.1',
) {
  const server = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  let count = 0
  server.on('message', (bytes, { port, address: from }) => {
    answer(text(bytes), (said) => server.send(said, port, from), count++, port)
  })
  server.bind(0, address)
  await once(server, 'listening')
  stops.push(() => server.close())
  return { server: { address: ip(address), port: server.address().port }, count: () => count }
}

const question = (parts: Partial<UdpQuestion<string>> & Pick<UdpQuestion<string>, 'server'>): UdpQuestion<string> => ({
  message: () => Buffer.from('who am I?'),
  waits: [5000],
  read: (answer) => text(answer),
  ...parts,
})
const failureOf = async (asking: Promise<unknown>): Promise<Failure> => {
  const thrown = await asking.then(
    (answer) => expect.unreachable(`an answer: ${answer}`),
    (one: unknown) => one,
  )
  expect(thrown).toBeInstanceOf(Failure)
  return thrown as Failure
}

describe('ask', () => {
  it('a server 0.0.0.0 is this machine, whose answers come from loopback', async () => {
    const { server } = await serve((_, reply) => reply('you'))
    expect(await udp.ask(question({ server: { ...server, address: ip('0.0.0.0') } }), never)).toBe('you')
  })

  it.each(['127.0.0.1', '::1'])('asks %s, and hears the answer', async (address) => {
    const { server } = await serve((asked, reply) => reply(`you asked: ${asked}`), address)
    expect(await udp.ask(question({ server }), never)).toBe('you asked: who am I?')
  })

  it('tells the message which address it will have, and goes out from the one that is named', async () => {
    const { server } = await serve((asked, reply) => reply(asked))
    const message = (own: string) => Buffer.from(own)
    expect(await udp.ask(question({ server, message }), never)).toBe('127.0.0.1')
    expect(await udp.ask(question({ server, message, localAddress: ip('127.0.0.7') }), never)).toBe('127.0.0.7')
  })

  it('asks again after each wait, with a message that may be another', async () => {
    const { server, count } = await serve((asked, reply, nth) => nth === 2 && reply(asked))
    let nth = 0
    const asked = udp.ask(question({ server, waits: [1, 1, 5000], message: () => Buffer.from(`${nth++}`) }), never)
    expect(await asked).toBe('2')
    expect(count()).toBe(3)
  })

  it('waits on after an answer that is none', async () => {
    const { server } = await serve((_, reply) => {
      for (const said of ['noise', '', 'address']) reply(said)
    })
    const read = (answer: Uint8Array) => (text(answer) === 'address' ? 'address' : undefined)
    expect(await udp.ask(question({ server, read }), never)).toBe('address')
  })

  it('does not hear a stranger', async () => {
    const strangers = [createSocket('udp4'), createSocket('udp4')]
    for (const one of strangers) stops.push(() => one.close())
    // The same port at another address, and another port at the same.
    const { server } = await serve((_, reply, nth, port) => {
      if (nth > 0) return reply('the server')
      for (const one of strangers) one.send('a stranger', port, '127.0.0.1')
    })
    strangers[0]!.bind(server.port, '127.0.0.2')
    strangers[1]!.bind(0, '127.0.0.1')
    await Promise.all(strangers.map((one) => once(one, 'listening')))
    const heard: string[] = []
    const read = (answer: Uint8Array) => {
      heard.push(text(answer))
      return text(answer)
    }
    expect(await udp.ask(question({ server, read, waits: [50, 5000] }), never)).toBe('the server')
    expect(heard).toEqual(['the server'])
  })

  it('nobody answers: silent, after all waits', async () => {
    const { server, count } = await serve(() => {})
    const failure = await failureOf(udp.ask(question({ server, waits: [1, 1, 1] }), never))
    expect(failure).toMatchObject({ kind: 'network', reason: 'silent' })
    expect(failure.message).toBe(`127.0.0.1:${server.port} does not answer`)
    await expect.poll(count).toBe(3)
  })

  it.each(['127.0.0.1', '::1'])('nothing listens at %s: refused, without waiting', async (address) => {
    const port = await freePort()
    const asking = udp.ask(question({ server: { address: ip(address), port }, waits: [600_000] }), never)
    expect(await failureOf(asking)).toMatchObject({ kind: 'network', reason: 'refused' })
  })

  it('an address that this box does not have: no way there', async () => {
    const { server } = await serve(() => {})
    const asking = udp.ask(question({ server, localAddress: ip('192.0.2.1') }), never)
    expect(await failureOf(asking)).toMatchObject({ kind: 'network', reason: 'no-route' })
  })

  it('from an address of the other family: a Failure', async () => {
    const { server } = await serve(() => {})
    const asking = udp.ask(question({ server, localAddress: ip('::1') }), never)
    expect(await failureOf(asking)).toMatchObject({ kind: 'network' })
  })

  it('what reading throws ends the asking; what is no Failure is a bug', async () => {
    const { server } = await serve((_, reply) => reply('x'))
    const refused = new Failure('auth', 'not allowed')
    const throwing = (thrown: Error) =>
      question({
        server,
        read: () => {
          throw thrown
        },
      })
    expect(await failureOf(udp.ask(throwing(refused), never))).toBe(refused)
    expect(await failureOf(udp.ask(throwing(new TypeError('x is undefined')), never))).toMatchObject({ kind: 'bug' })
  })

  it('what writing the message throws ends it too', async () => {
    const { server } = await serve(() => {})
    const message = () => {
      throw new Failure('unsupported', 'no such message')
    }
    expect(await failureOf(udp.ask(question({ server, message }), never))).toMatchObject({ kind: 'unsupported' })
  })

  it('answers of 64 KiB, and a flood of them, are read one after the other', async () => {
    const big = 'x'.repeat(60_000)
    const { server } = await serve((_, reply) => {
      for (let i = 0; i < 50; i++) reply(big)
      reply('at last')
    })
    const read = (answer: Uint8Array) => (answer.length < 100 ? text(answer) : undefined)
    expect(await udp.ask(question({ server, read, waits: [50, 50, 5000] }), never)).toBe('at last')
  })

  it('a hundred at once do not hear each other', async () => {
    const { server } = await serve((asked, reply) => reply(asked))
    const asking = Array.from({ length: 100 }, (_, i) =>
      udp.ask(question({ server, message: () => Buffer.from(`${i}`), waits: [200, 200, 5000] }), never),
    )
    expect(await Promise.all(asking)).toEqual(asking.map((_, i) => `${i}`))
  })
})

describe('stops when it is told to', () => {
  const aborting = async (ask: (signal: AbortSignal) => Promise<unknown>, when: () => Promise<unknown>) => {
    const stop = new AbortController()
    const asking = ask(stop.signal)
    asking.catch(() => {})
    await when()
    stop.abort()
    return asking
  }
  const at = {
    before: async () => {},
    'a tick later': async () => Promise.resolve(),
    'a turn later': () => setImmediate(),
  }

  it.each(Object.entries(at))('ask, aborted %s', async (_, when) => {
    const { server } = await serve(() => {})
    for (const localAddress of [undefined, LOOPBACK]) {
      const failure = await failureOf(aborting((signal) => udp.ask(question({ server, localAddress }), signal), when))
      expect(failure).toMatchObject({ kind: 'cancelled', message: `stopped before 127.0.0.1:${server.port} answered` })
    }
    expect(await failureOf(udp.ask(question({ server }), AbortSignal.abort()))).toMatchObject({ kind: 'cancelled' })
  })

  it('ask, aborted while it waits', async () => {
    let heard = () => {}
    const asked = new Promise<void>((resolve) => {
      heard = resolve
    })
    const { server } = await serve(() => heard())
    const failure = await failureOf(
      aborting(
        (signal) => udp.ask(question({ server }), signal),
        () => asked,
      ),
    )
    expect(failure).toMatchObject({ kind: 'cancelled' })
    expect(openTimers()).toBeLessThanOrEqual(before.timers)
  })

  it.each(Object.entries(at))('listen and search, aborted %s', async (_, when) => {
    const group = { address: ip('224.0.0.1'), port: await freePort() }
    expect(await aborting((signal) => udp.listen({ group, via: LOOPBACK }, () => {}, signal), when)).toBeUndefined()
    const search = { group, via: LOOPBACK, message: Buffer.from('x'), waits: [5000] }
    expect(await failureOf(aborting((signal) => udp.search(search, () => {}, signal), when))).toMatchObject({
      kind: 'cancelled',
    })
  })
})

const GROUP = ip('239.255.77.77')
/** A router of the test tells the group something. */
async function announce(port: number, ...texts: readonly string[]) {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.setMulticastInterface('127.0.0.1')
  socket.setMulticastLoopback(true)
  for (const said of texts) await new Promise((done) => socket.send(said, port, GROUP, done))
  const { port: from } = socket.address()
  socket.close()
  return from
}

/** Once it listens. */
async function listening(port: number, signal: AbortSignal) {
  const heard: Datagram[] = []
  let done = Promise.resolve()
  await new Promise<void>((resolve, reject) => {
    const group = { group: { address: GROUP, port }, via: LOOPBACK }
    done = udp.listen(group, (one) => heard.push(one), signal, resolve)
    done.catch(reject)
  })
  return { heard, done }
}

describe('listen', () => {
  it('hears what comes to the group, and from whom, until it is told to stop', async () => {
    const stop = new AbortController()
    const port = await freePort()
    const { heard, done } = await listening(port, stop.signal)
    const from = await announce(port, 'a new address')
    await expect.poll(() => heard.length).toBe(1)
    expect(heard[0]).toMatchObject({ from: { address: '127.0.0.1', port: from } })
    expect(text(heard[0]!.bytes)).toBe('a new address')
    stop.abort()
    await done
    await announce(port, 'too late')
    await setImmediate()
    expect(heard).toHaveLength(1)
  })

  it('beside others that listen there, each hears all', async () => {
    const stop = new AbortController()
    const port = await freePort()
    const other = createSocket({ type: 'udp4', reuseAddr: true })
    stops.push(() => other.close())
    const otherHeard: string[] = []
    other.on('message', (bytes) => otherHeard.push(text(bytes)))
    other.bind(port, '0.0.0.0')
    await once(other, 'listening')
    other.addMembership(GROUP, '127.0.0.1')
    const both = [await listening(port, stop.signal), await listening(port, stop.signal)]
    await announce(port, 'one', 'two')
    for (const { heard } of both) await expect.poll(() => heard.map(({ bytes }) => text(bytes))).toEqual(['one', 'two'])
    await expect.poll(() => otherHeard).toEqual(['one', 'two'])
    stop.abort()
    await Promise.all(both.map(({ done }) => done))
  })

  it('takes no datagram from a program beside that was meant for it alone', async () => {
    const stop = new AbortController()
    const port = await freePort()
    const other = createSocket({ type: 'udp4', reuseAddr: true })
    stops.push(() => other.close())
    other.bind(port, '0.0.0.0')
    await once(other, 'listening')
    const { heard, done } = await listening(port, stop.signal)
    const sender = createSocket('udp4')
    stops.push(() => sender.close())
    const got = once(other, 'message')
    sender.send('for you alone', port, '127.0.0.1')
    expect(text((await got)[0] as Buffer)).toBe('for you alone')
    expect(heard).toEqual([])
    stop.abort()
    await done
  })

  it('a program that shares the port with nobody has it: in use', async () => {
    const port = await freePort()
    const other = createSocket('udp4')
    stops.push(() => other.close())
    other.bind(port, '0.0.0.0')
    await once(other, 'listening')
    const failure = await failureOf(listening(port, never))
    expect(failure).toMatchObject({ kind: 'network', reason: 'in-use' })
    expect(failure.message).toBe(`239.255.77.77:${port}: another program has that port`)
  })

  it('an interface that this box does not have: no way there', async () => {
    const group = { address: GROUP, port: await freePort() }
    const failure = await failureOf(udp.listen({ group, via: ip('192.0.2.1') }, () => {}, never))
    expect(failure).toMatchObject({ kind: 'network', reason: 'no-route' })
  })

  it('what the listener throws rejects, and crashes nothing', async () => {
    const port = await freePort()
    const group = { address: GROUP, port }
    const listener = () => {
      throw new TypeError('a fault')
    }
    let asking = Promise.resolve()
    await new Promise<void>((resolve) => {
      asking = udp.listen({ group, via: LOOPBACK }, listener, never, resolve)
      asking.catch(() => {})
    })
    await announce(port, 'x')
    expect(await failureOf(asking)).toMatchObject({ kind: 'bug' })
  })
})

describe('search', () => {
  it('asks a group, and hears each answer until the time is over', async () => {
    const port = await freePort()
    const routers = [1, 2].map((nth) => {
      const router = createSocket({ type: 'udp4', reuseAddr: true })
      stops.push(() => router.close())
      router.on('message', (bytes, from) => router.send(`router ${nth}: ${text(bytes)}`, from.port, from.address))
      router.bind(port, GROUP)
      return router
    })
    await Promise.all(routers.map((router) => once(router, 'listening')))
    for (const router of routers) router.addMembership(GROUP, '127.0.0.1')
    const heard: string[] = []
    const search = {
      group: { address: GROUP, port },
      via: LOOPBACK,
      message: Buffer.from('M-SEARCH'),
      waits: [50, 200],
    }
    await udp.search(search, ({ bytes }) => heard.push(text(bytes)), never)
    const each = ['router 1: M-SEARCH', 'router 2: M-SEARCH']
    expect(heard.toSorted()).toEqual([...each, ...each].toSorted())
  })

  it('an interface that this box does not have: no way there', async () => {
    const search = {
      group: { address: GROUP, port: 1900 },
      via: ip('192.0.2.1'),
      message: Buffer.from('x'),
      waits: [1],
    }
    expect(await failureOf(udp.search(search, () => {}, never))).toMatchObject({ kind: 'network', reason: 'no-route' })
  })
})
