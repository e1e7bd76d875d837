import { spawnSync } from 'node:child_process'
import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/dns/codec.ts'
import type { Endpoint } from '../../src/dns/endpoint.ts'
import type { Message } from '../../src/dns/message.ts'
import { type IpAddress, parseAddress } from '../../src/dns/rrset.ts'
import { encodeUpdate } from '../../src/dns/update.ts'
import { createDns, systemLookup } from '../../src/system/dns.ts'
import { systemResolvers } from '../../src/system/resolvers.ts'
import { updateAnswer } from '../support/update-answer.ts'

const LOOPBACK = parseAddress('127.0.0.1')!
const dns = createDns({ udp: 150, tcp: 300, write: 300 })
const never = new AbortController().signal
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

interface Datagram {
  readonly raw: Buffer
  readonly nth: number
  readonly from: RemoteInfo
}
type Serve = (query: Message, say: (bytes: Uint8Array) => void, datagram: Datagram) => void

async function udpServer(serve: Serve, port = 0): Promise<Endpoint & { seen: Message[] }> {
  const socket = createSocket('udp4')
  const seen: Message[] = []
  socket.on('message', (raw, from) => {
    const query = decodeMessage(raw)!
    if (query) seen.push(query)
    serve(query, (bytes) => socket.send(bytes, from.port, from.address), { raw, nth: seen.length, from })
  })
  socket.bind(port, LOOPBACK)
  await once(socket, 'listening')
  closers.push(() => socket.close())
  return { address: LOOPBACK, port: socket.address().port, seen }
}

async function tcpServer(answer: (message: Buffer) => Uint8Array | undefined, port = 0, pieces = 1): Promise<Endpoint> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (data) => {
      const body = answer(data.subarray(2))
      if (!body) return socket.destroy()
      const whole = Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body])
      const size = Math.ceil(whole.length / pieces)
      socket.setNoDelay(true)
      for (let at = 0; at < whole.length; at += size) socket.write(whole.subarray(at, at + size))
    })
  })
  server.listen(port, LOOPBACK)
  await once(server, 'listening')
  closers.push(() => server.close())
  return { address: LOOPBACK, port: (server.address() as AddressInfo).port }
}

function answerTo(query: Message, change: Partial<Message> = {}, address = '192.0.2.7'): Uint8Array {
  const data = { type: 'A' as const, address: address as IpAddress }
  const answers = [{ owner: query.questions[0]!.name, ttl: 60, data }]
  return encodeMessage({ ...query, response: true, authoritative: true, additionals: [], answers, ...change })
}

const ask = (server: Endpoint, signal = never, name = 'mail.example.com') =>
  dns.query({ server, name, type: 'A', recursion: false }, signal)

/** A port of which nobody listens. */
async function closedPort(): Promise<Endpoint> {
  const { address, port } = await udpServer(() => undefined)
  for (const close of closers.splice(0)) close()
  return { address, port }
}

describe('a query', () => {
  it('brings the answer, whatever its code, without recursion and with EDNS', async () => {
    const raws: Buffer[] = []
    const server = await udpServer((query, say, { raw }) => {
      raws.push(raw)
      say(answerTo(query, { rcode: 'REFUSED', answers: [] }))
    })
    expect(await ask(server)).toMatchObject({ rcode: 'REFUSED', authoritative: true, answers: [] })
    expect(server.seen[0]).toMatchObject({ recursionDesired: false })
    expect(raws[0]!.subarray(-11).toString('hex')).toBe('00002904d0000000000000')
  })

  it('has an id and a port of its own', async () => {
    const ids = new Set<number>()
    const server = await udpServer((query, say) => {
      ids.add(query.id)
      say(answerTo(query))
    })
    for (let nth = 0; nth < 8; nth++) await ask(server)
    expect(ids.size).toBeGreaterThan(5)
  })

  it('reads the answer in whatever case the server repeats the question', async () => {
    const server = await udpServer((query, say) => {
      const upper = Buffer.from(answerTo(query))
      upper.write('MAIL', upper.indexOf('mail'), 'latin1')
      say(upper)
    })
    expect((await ask(server, never, 'Mail.example.com')).answers).toHaveLength(1)
  })

  it('sends a datagram that may be lost once more, the same, long before a try is over', async () => {
    const patient = createDns({ udp: 1_000_000 })
    const server = await udpServer((query, say, { nth }) => nth === 2 && say(answerTo(query)))
    const question = { server, name: 'mail.example.com', type: 'A', recursion: false } as const
    expect((await patient.query(question, never)).answers).toHaveLength(1)
    expect(server.seen[0]).toEqual(server.seen[1])
  })

  it('drops what has another id, another question, no answer bit, or is no DNS, and keeps waiting', async () => {
    const server = await udpServer((query, say) => {
      say(answerTo(query, { id: query.id ^ 1 }, '192.0.2.66'))
      say(answerTo(query, { questions: [{ name: 'mail.example.org', type: 'A' }] }, '192.0.2.66'))
      say(answerTo(query, { questions: [{ name: 'mail.example.com', type: 'AAAA' }] }, '192.0.2.66'))
      say(answerTo(query, { questions: [] }, '192.0.2.66'))
      say(answerTo(query, { response: false }, '192.0.2.66'))
      say(Buffer.from('hello'))
      say(answerTo(query))
    })
    expect((await ask(server)).answers[0]?.data).toEqual({ type: 'A', address: '192.0.2.7' })
  })

  it('does not hear another sender', async () => {
    const other = createSocket('udp4')
    closers.push(() => other.close())
    const server = await udpServer((query, say, { from }) => {
      other.send(answerTo(query, {}, '192.0.2.66'), from.port, from.address, () => say(answerTo(query)))
    })
    expect((await ask(server)).answers[0]?.data).toEqual({ type: 'A', address: '192.0.2.7' })
  })

  it('asks again where an answer is lost, and without EDNS at last', async () => {
    const lengths: number[] = []
    const server = await udpServer((query, say, { nth, raw }) => {
      lengths.push(raw.length)
      if (nth === 3) say(answerTo(query))
    })
    expect((await ask(server)).answers).toHaveLength(1)
    expect(lengths).toEqual([45, 45, 34])
  })

  it('gives up on a silent server', async () => {
    const server = await udpServer(() => undefined)
    await expect(ask(server)).rejects.toMatchObject({ kind: 'network', lost: false, reason: 'silent' })
    expect(server.seen).toHaveLength(3)
  })

  it('says of a server that sends something else that it is no DNS', async () => {
    const server = await udpServer((_, say) => say(Buffer.from('HTTP/1.1 400 Bad Request')))
    await expect(ask(server)).rejects.toMatchObject({ kind: 'protocol' })
  })

  it.each(['FORMERR', 'NOTIMP'] as const)('asks again without EDNS after %s', async (rcode) => {
    const server = await udpServer((query, say, { nth, raw }) => {
      const opt = raw.length > 34
      say(opt ? encodeMessage({ ...query, response: true, rcode, questions: [] }) : answerTo(query))
      expect(opt).toBe(nth === 1)
    })
    expect((await ask(server)).answers).toHaveLength(1)
    expect(server.seen).toHaveLength(2)
  })

  it('gives back FORMERR where EDNS was not the reason', async () => {
    const server = await udpServer((query, say) => say(answerTo(query, { rcode: 'FORMERR', answers: [] })))
    expect((await ask(server)).rcode).toBe('FORMERR')
  })

  it('asks over TCP when the answer is truncated, and takes nothing from the truncated one', async () => {
    const tcp = await tcpServer((message) => answerTo(decodeMessage(message)!), 0, 5)
    await udpServer((query, say) => say(answerTo(query, { truncated: true }, '192.0.2.66')), tcp.port)
    expect(await ask(tcp)).toMatchObject({ truncated: false, answers: [{ data: { address: '192.0.2.7' } }] })
  })

  it('believes no answer to another question over TCP', async () => {
    const tcp = await tcpServer((message) =>
      answerTo(decodeMessage(message)!, { questions: [{ name: 'x.y', type: 'A' }] }),
    )
    await udpServer((query, say) => say(answerTo(query, { truncated: true })), tcp.port)
    await expect(ask(tcp)).rejects.toMatchObject({ kind: 'protocol' })
  })

  it('fails at once where nothing listens', async () => {
    const server = await closedPort()
    const patient = createDns({ udp: 1_000_000 })
    const asked = patient.query({ server, name: 'a.example', type: 'A', recursion: true }, never)
    await expect(asked).rejects.toMatchObject({ kind: 'network', message: expect.stringContaining('refuses') })
  })

  const alone = spawnSync('unshare', ['-rn', 'true']).status === 0 // a network of its own, in which there is nothing
  it.skipIf(!alone)('says when this machine has no route of that family', () => {
    const program = `
      import { createDns } from './src/system/dns.ts'
      for (const address of ['192.0.2.53', '2001:db8::53']) {
        const server = { address, port: 53 }
        const question = { server, name: 'a.example', type: 'A', recursion: false }
        for (const work of [createDns().query(question, AbortSignal.any([])),
          createDns().send(new Uint8Array(12), server, 'tcp', AbortSignal.any([])),
          createDns().send(new Uint8Array(12), server, 'udp', AbortSignal.any([]))])
          await work.catch(({ kind, reason, lost }) => console.log(kind, reason, lost))
      }`
    const node = [process.execPath, '--input-type=module-typescript', '-e', program]
    const { stdout } = spawnSync('unshare', ['-rn', ...node], { encoding: 'utf8', cwd: process.cwd() })
    expect(stdout.trim().split('\n')).toEqual(Array(6).fill('network no-route false'))
  })

  it('stops when told to, before and while it waits', async () => {
    const controller = new AbortController()
    const server = await udpServer(() => controller.abort())
    const patient = createDns({ udp: 1_000_000 })
    const question = { server, name: 'a.example', type: 'A', recursion: true } as const
    await expect(patient.query(question, controller.signal)).rejects.toMatchObject({ kind: 'cancelled' })
    await expect(patient.query(question, controller.signal)).rejects.toMatchObject({ kind: 'cancelled' })
    expect(server.seen).toHaveLength(1)
  })
})

describe('a message that writes', () => {
  const update = encodeUpdate({ id: 77, zone: 'example.com', prerequisites: [], updates: [] })
  const done = updateAnswer({ id: 77, rcode: 0 })

  it('goes over TCP, and its answer comes back in however many pieces', async () => {
    const server = await tcpServer((message) => (message.equals(update) ? done : undefined), 0, 4)
    expect(await dns.send(update, server, 'tcp', never)).toEqual(done)
  })

  it('goes over UDP', async () => {
    const server = await udpServer((_, say) => {
      say(updateAnswer({ id: 78, rcode: 5 }))
      say(update)
      say(done)
    })
    expect(Uint8Array.from(await dns.send(update, server, 'udp', never))).toEqual(done)
  })

  it.each(['tcp', 'udp'] as const)('is not lost where nothing listens (%s)', async (over) => {
    const refused = dns.send(update, await closedPort(), over, never)
    await expect(refused).rejects.toMatchObject({ kind: 'network', lost: false })
  })

  it('is sent once, and is lost without an answer (udp)', async () => {
    let count = 0
    const server = await udpServer(() => count++)
    await expect(dns.send(update, server, 'udp', never)).rejects.toMatchObject({ kind: 'network', lost: true })
    expect(count).toBe(1)
  })

  it('is lost when the server closes the connection', async () => {
    const server = await tcpServer(() => undefined)
    await expect(dns.send(update, server, 'tcp', never)).rejects.toMatchObject({ kind: 'network', lost: true })
  })

  it('is lost when we stop while it is on its way, and not before', async () => {
    const controller = new AbortController()
    const server = await tcpServer(() => {
      controller.abort()
      return undefined
    })
    await expect(dns.send(update, server, 'tcp', AbortSignal.abort())).rejects.toMatchObject({ lost: false })
    const stopped = dns.send(update, server, 'tcp', controller.signal)
    await expect(stopped).rejects.toMatchObject({ kind: 'cancelled', lost: true })
  })
})

describe("this machine's resolver", () => {
  it('finds the addresses of a name', async () => {
    expect(await systemLookup('127.0.0.9')).toEqual(['127.0.0.9'])
    expect(await systemLookup('localhost')).toEqual(expect.arrayContaining([expect.stringMatching(/^(127\.|::1)/)]))
  })

  it('says which name has none (of this one it knows without asking)', async () => {
    await expect(systemLookup('no..such..host')).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('no..such..host'),
    })
  })

  it('is asked once for a name that several wait for, and anew afterwards', async () => {
    const own = createDns()
    const asked = [own.lookup('localhost'), own.lookup('localhost', { family: 4 }), own.lookup('127.0.0.9')]
    expect(asked[1]).toBe(asked[0])
    expect(asked[2]).not.toBe(asked[0])
    await Promise.all(asked)
    expect(own.lookup('localhost')).not.toBe(asked[0])
  })

  it('lists its servers', async () => {
    for (const { address, port } of await systemResolvers()) {
      expect(parseAddress(address)).toBe(address)
      expect(port).toBeGreaterThan(0)
    }
  })
})
