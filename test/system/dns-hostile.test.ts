import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { decodeMessage, encodeMessage } from '../../src/dns/codec.ts'
import type { Endpoint } from '../../src/dns/endpoint.ts'
import type { Message, ResourceRecord } from '../../src/dns/message.ts'
import { type IpAddress, parseAddress } from '../../src/dns/rrset.ts'
import { serverAnswers } from '../../src/lookup/addresses.ts'
import { createDns } from '../../src/system/dns.ts'
import { name } from '../support/config.ts'

const OWNER = name('mail.example.com')
const LOOPBACK = parseAddress('127.0.0.1')!
const dns = createDns({ udp: 150, tcp: 300 })
const never = new AbortController().signal
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

type OverUdp = (query: Message, say: (bytes: Uint8Array) => void, nth: number, port: number) => void
type OverTcp = (query: Message, socket: Socket) => void

const opened = (): UdpSocket => {
  const socket = createSocket('udp4')
  closers.push(() => socket.close())
  return socket
}

/** One port, UDP and TCP; without `tcp` it sends everybody there who asks by UDP. */
async function server(udp: OverUdp, tcp?: OverTcp): Promise<Endpoint & { readonly closed: Promise<unknown> }> {
  let onClose = (_: unknown) => {}
  const closed = new Promise((resolve) => {
    onClose = resolve
  })
  const listener = createServer((socket) => {
    socket.on('error', () => {}).on('close', onClose)
    socket.once('data', (data) => tcp?.(decodeMessage(data.subarray(2))!, socket))
    closers.push(() => socket.destroy())
  })
  listener.listen(0, LOOPBACK)
  await once(listener, 'listening')
  closers.push(() => listener.close())
  const { port } = listener.address() as AddressInfo
  const socket = opened()
  let nth = 0
  socket.on('message', (raw, from) => {
    udp(decodeMessage(raw)!, (bytes) => socket.send(bytes, from.port, from.address), ++nth, from.port)
  })
  socket.bind(port, LOOPBACK)
  await once(socket, 'listening')
  return { address: LOOPBACK, port, closed }
}

const record = (owner: string, address: string): ResourceRecord => ({
  owner,
  ttl: 60,
  data: { type: 'A', address: address as IpAddress },
})
const soa = (owner: string): ResourceRecord => ({
  owner,
  ttl: 60,
  data: { type: 'SOA', mname: 'ns1.example.com', rname: 'h.example.com', serial: 1, minimum: 60 },
})
function answerTo(query: Message, change: Partial<Message> = {}, address = '192.0.2.7'): Uint8Array {
  const answers = [record(OWNER, address)]
  return encodeMessage({ ...query, response: true, authoritative: true, additionals: [], answers, ...change })
}
const framed = (bytes: Uint8Array) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])

const ask = (endpoint: Endpoint) =>
  dns.query({ server: endpoint, name: OWNER, type: 'A', recursion: false }, never).catch(Failure.from)
const HONEST = { answers: [{ data: { address: '192.0.2.7' } }] }
const WRONG = '192.0.2.66'
const byTcp: OverUdp = (query, say) => say(answerTo(query, { truncated: true }, WRONG))

describe('over UDP', () => {
  it.each([
    ['another port of its address', '127.0.0.1', 0],
    ['its port of another address', '127.0.0.2', undefined],
  ])('an answer from %s is not heard', async (_, address, own) => {
    const other = opened()
    const asked = await server((query, say, __, port) => {
      other.send(answerTo(query, {}, WRONG), port, LOOPBACK, () => say(answerTo(query)))
    })
    other.bind(own ?? asked.port, address)
    await once(other, 'listening')
    expect(await ask(asked)).toMatchObject(HONEST)
  })

  it('a late answer to the first try does not count for the second', async () => {
    let first: Message | undefined
    const asked = await server((query, say) => {
      if (first)
        for (const bytes of [answerTo(first, {}, WRONG), answerTo(query), answerTo(query, {}, WRONG)]) say(bytes)
      first ??= query
    })
    expect(await ask(asked)).toMatchObject(HONEST)
  })

  it('the answer is found in a flood of wrong ids', async () => {
    const asked = await server((query, say) => {
      for (let nth = 1; nth <= 100; nth++) say(answerTo(query, { id: query.id ^ nth }, WRONG))
      say(answerTo(query))
    })
    expect(await ask(asked)).toMatchObject(HONEST)
  })

  it('a flood alone keeps nobody longer than silence', async () => {
    let tries = 0
    const asked = await server((query, say) => {
      tries++
      const flood = setInterval(() => {
        for (let nth = 1; nth <= 20; nth++) say(answerTo(query, { id: query.id ^ nth }, WRONG))
      }, 1)
      closers.unshift(() => clearInterval(flood))
    })
    expect(await ask(asked)).toMatchObject({ kind: 'network', message: expect.stringContaining('did not answer') })
    expect(tries).toBe(3)
  })

  const header = (query: Message, answers: number) => {
    const bytes = Buffer.from(answerTo(query, { answers: [] }))
    bytes.writeUInt16BE(answers, 6)
    return bytes
  }
  const loop = (query: Message) => {
    const head = header(query, 1)
    const rest = Buffer.alloc(16)
    rest.writeUInt16BE(0xc000 | head.length, 0)
    return Buffer.concat([head, rest])
  }
  const garbage: [string, (query: Message) => Uint8Array][] = [
    ['64 KiB of zeros', () => Buffer.alloc(65_507)],
    ['a compression pointer to itself', loop],
    ['more records than it brings', (query) => header(query, 65_535)],
    ['half a header', (query) => header(query, 0).subarray(0, 7)],
    ['nothing', () => Buffer.alloc(0)],
  ]
  it.each(garbage)('%s is no answer: told as such, the true one is waited for', async (_, make) => {
    const bad = await server((query, say) => say(make(query)))
    expect(await ask(bad)).toMatchObject({ kind: 'protocol', message: expect.stringContaining('no DNS answer') })
    const both = await server((query, say) => {
      say(make(query))
      say(answerTo(query))
    })
    expect(await ask(both)).toMatchObject(HONEST)
  })

  it.each(garbage)('%s over TCP is no answer', async (_, make) => {
    const bad = await server(byTcp, (query, socket) => socket.write(framed(make(query))))
    expect(await ask(bad)).toMatchObject({ kind: 'protocol' })
    await bad.closed
  })
})

describe('over TCP', () => {
  it('an answer may come byte by byte', async () => {
    const asked = await server(byTcp, (query, socket) => {
      const bytes = [...framed(answerTo(query))]
      const next = () => {
        const byte = bytes.shift()
        if (byte !== undefined) socket.write(Buffer.from([byte]), () => setImmediate(next))
      }
      socket.setNoDelay(true)
      next()
    })
    expect(await ask(asked)).toMatchObject(HONEST)
  })

  it('bytes that keep coming do not keep the wait alive', async () => {
    const asked = await server(byTcp, (_, socket) => {
      socket.write(Buffer.from([0xff, 0xff]))
      const drip = setInterval(() => socket.write(Buffer.alloc(1)), 5)
      closers.push(() => clearInterval(drip))
    })
    const found = await ask(asked)
    expect(found).toMatchObject({ kind: 'network', message: expect.stringContaining('over TCP within 0.3 s') })
    await asked.closed
  })

  it('closed in the middle: network, and nothing of it is believed', async () => {
    const asked = await server(byTcp, (query, socket) => socket.end(framed(answerTo(query)).subarray(0, -1)))
    expect(await ask(asked)).toMatchObject({ kind: 'network', message: expect.stringContaining('closed') })
  })

  it('a truncated answer is used nowhere', async () => {
    const asked = await server(byTcp, (query, socket) =>
      socket.write(framed(answerTo(query, { truncated: true }, WRONG))),
    )
    expect(await ask(asked)).toMatchObject({ kind: 'protocol', message: expect.stringContaining('truncates') })
  })

  it('what comes after the answer is not read', async () => {
    const asked = await server(byTcp, (query, socket) => {
      socket.write(Buffer.concat([framed(answerTo(query)), framed(answerTo(query, {}, WRONG))]))
    })
    expect(await ask(asked)).toMatchObject(HONEST)
    await asked.closed
  })
})

describe('what a name server says of a host', () => {
  const lies: [string, Partial<Message>, unknown][] = [
    ['the truth', {}, ['192.0.2.7']],
    ['that there is no such name', { rcode: 'NXDOMAIN', answers: [], authorities: [soa('example.com')] }, []],
    ['the same out of a root zone of its own', { rcode: 'NXDOMAIN', answers: [], authorities: [soa('.')] }, 'rejected'],
    ["nothing, with another zone's authority", { answers: [], authorities: [soa('evil.example')] }, 'rejected'],
    [
      'nothing, with the authority of a zone that ends alike',
      { answers: [], authorities: [soa('ple.com')] },
      'rejected',
    ],
    ['the address of another host', { answers: [record('evil.example.com', WRONG)] }, 'protocol'],
    [
      'its own, and another host beside it',
      { answers: [record('x.example.com', WRONG), record(OWNER, '192.0.2.7')] },
      ['192.0.2.7'],
    ],
    ['an address without authority', { authoritative: false, recursionAvailable: true }, 'from-cache'],
    ['who else is to be asked', { authoritative: false, answers: [], authorities: [soa('com')] }, 'rejected'],
    ['that it refuses', { rcode: 'REFUSED', answers: [] }, 'rejected'],
  ]
  it.each(lies)('%s', async (_, change, expected) => {
    const endpoint = await server((query, say) => say(answerTo(query, change)))
    const clock = { now: () => 0, sleep: async () => {} }
    const asking = { dns, clock, resolvers: [endpoint], nameservers: [endpoint], allow: [], zones: new Map() }
    const [heard] = await serverAnswers(asking, { owner: OWNER, type: 'A' }, () => 0, never)
    const answer = heard!.answer
    expect(answer instanceof Failure ? (answer.reason ?? answer.kind) : answer).toEqual(expected)
  })
})
