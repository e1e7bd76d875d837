import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as ask, createServer } from 'node:http'
import { request as askTls } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Answer, Incoming, Place } from '../../src/ports/serve.ts'
import { serve } from '../../src/system/serve.ts'
import { ip } from '../support/targets.ts'
import { makeAuthority } from './certificates.ts'

const leave: (() => void)[] = []
afterEach(() => {
  for (const one of leave.splice(0)) one()
})

const LOOPBACK = ip('127.0.0.1')

async function open(change: Partial<Place> = {}, answer?: (request: Incoming) => Promise<Answer>) {
  const stop = new AbortController()
  leave.push(() => stop.abort())
  const seen: Incoming[] = []
  const place = { at: { address: LOOPBACK, port: 0 }, maxBytes: 1000, allows: () => true, ...change }
  const { port } = await serve(
    place,
    async (request) => {
      seen.push(request)
      return answer ? answer(request) : { status: 200, headers: { 'x-mark': 'here' }, body: 'grüß' }
    },
    stop.signal,
  )
  return { port, seen, stop }
}

interface Wish {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string | undefined
  readonly localAddress?: string
  readonly ca?: string
}
/** Resolves to status, headers and body, or to the word `cut` when the connection ended without them. */
const said = (port: number, { body, ca, ...wish }: Wish = {}) =>
  new Promise<{ status: number | undefined; headers: object; body: string } | 'cut'>((resolve) => {
    const options = { host: '127.0.0.1', port, agent: false, ...wish, ...(ca !== undefined && { ca }) }
    const sent = (ca === undefined ? ask : askTls)(options, async (response) => {
      let text = ''
      for await (const part of response.setEncoding('utf8')) text += part
      resolve({ status: response.statusCode, headers: response.headers, body: text })
    })
    sent.on('error', () => resolve('cut'))
    sent.end(body)
  })
const statusOf = async (answer: ReturnType<typeof said>) => {
  const one = await answer
  return one === 'cut' ? one : one.status
}

function come(port: number, text = ''): { client: Socket; heard: Promise<string> } {
  const client = connect(port, '127.0.0.1').on('error', () => {})
  leave.push(() => client.destroy())
  client.write(text)
  let all = ''
  client.on('data', (part) => {
    all += part
  })
  return { client, heard: new Promise((resolve) => client.on('close', () => resolve(all))) }
}

const GET = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n'

it.each([
  ['requests', GET],
  ['requests that expect what there is not', 'GET / HTTP/1.1\r\nHost: here\r\nExpect: gold\r\n\r\n'],
])('who sends a thousand %s, one behind the other, is cut off at the second', async (_, request) => {
  const { port, seen } = await open()
  const said = await come(port, request.repeat(1000)).heard
  expect(said.match(/HTTP\/1/g)?.length ?? 0).toBeLessThan(2)
  expect(seen.length).toBeLessThan(2)
})

it('several requests on one connection are answered, and the one after which it is let in no more is the last', async () => {
  let welcome = true
  const { port, seen } = await open({ allows: () => welcome }, async () => {
    welcome = seen.length < 3
    return { status: 200 }
  })
  const { client, heard } = come(port, GET)
  client.on('data', () => client.write(GET))
  expect((await heard).match(/HTTP\/1\.1 200/g)).toHaveLength(3)
  expect(seen).toHaveLength(3)
})

it('hands over what was asked, and gives back what was answered', async () => {
  const { port, seen } = await open()
  const wish = { method: 'NOTIFY', path: '/a%20b?x=1&x=2&y=%C3%BC', headers: { SID: 'uuid:1' }, body: '<a>ü</a>' }
  expect(await said(port, wish)).toMatchObject({
    status: 200,
    headers: { 'x-mark': 'here', 'content-length': '6' },
    body: 'grüß',
  })
  expect(seen).toMatchObject([
    { method: 'NOTIFY', path: '/a%20b', headers: { sid: 'uuid:1' }, body: '<a>ü</a>', from: '127.0.0.1' },
  ])
  expect([...seen[0]!.query]).toEqual([['x', '1'], ['x', '2'], ['y', 'ü']]) // biome-ignore format: pairs
})

it('IPv4 callers of a socket of both families are IPv4 callers', async () => {
  const { port, seen } = await open({ at: { address: ip('::'), port: 0 } })
  expect(await statusOf(said(port))).toBe(200)
  expect(seen[0]?.from).toBe('127.0.0.1')
})

it('whoever is not allowed is cut off, and nobody is asked for him', async () => {
  const { port, seen } = await open({ allows: (from) => from === LOOPBACK })
  expect(await said(port, { localAddress: '127.0.0.2' })).toBe('cut')
  expect(seen).toEqual([])
  expect(await statusOf(said(port))).toBe(200)
})

it('who asks nothing that can be answered has one connection for each, and all are counted', async () => {
  const came: string[] = []
  const { port, seen } = await open({
    maxBytes: 0,
    allows: () => came.length < 6,
    onConnection: (from) => came.push(from),
  })
  const proxied = 'GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n'
  const tooLong = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1'
  const answers = []
  for (const text of [proxied, tooLong, 'no request\r\n\r\n', GET, proxied, GET, GET]) {
    const { client, heard } = come(port, text)
    client.on('data', () => text === GET && client.end())
    const said = await heard
    answers.push(said.slice(0, 12) + (/^connection: close/im.test(said) ? ', the last' : ''))
  }
  const [bad, good] = ['HTTP/1.1 400, the last', 'HTTP/1.1 200']
  expect(answers).toEqual([bad, 'HTTP/1.1 413, the last', bad, good, bad, '', ''])
  expect(came).toEqual(Array(6).fill('127.0.0.1'))
  expect(seen).toHaveLength(1)
})

it('a crowd that is not allowed takes no place of one who is', async () => {
  const { port } = await open({ allows: (from) => from === LOOPBACK })
  const mine = connect(port, '127.0.0.1')
  leave.push(() => mine.destroy())
  await once(mine, 'connect')
  const crowd = Array.from({ length: 60 }, () => said(port, { localAddress: '127.0.0.2' }))
  expect(new Set(await Promise.all(crowd))).toEqual(new Set(['cut']))
  mine.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  expect(String(await once(mine, 'data'))).toMatch(/^HTTP\/1\.1 200 /)
})

it.each([
  ['with its length named', (body: string) => ({ 'content-length': String(body.length) })],
  ['in chunks', () => ({ 'transfer-encoding': 'chunked' })],
])('a body that is too long, %s, is answered with 413', async (_, headersOf) => {
  const { port, seen } = await open()
  const fits = 'x'.repeat(1000)
  expect(await statusOf(said(port, { method: 'POST', body: fits, headers: headersOf(fits) }))).toBe(200)
  for (const body of ['x'.repeat(1001), 'x'.repeat(100_000)]) {
    expect(await statusOf(said(port, { method: 'POST', body, headers: headersOf(body) }))).toBe(413)
  }
  expect(seen).toHaveLength(1)
})

it('an endless body is cut off', async () => {
  const { port, seen } = await open()
  const { client, heard } = come(port, 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  const more = () => {
    while (!client.destroyed && client.write(chunk));
  }
  client.on('drain', more)
  more()
  await heard
  expect(seen).toEqual([])
})

it('who says nothing, or stops in the headers or in the body, is shown out', async () => {
  const { port, seen } = await open()
  const texts = ['', 'GET / HTTP/1.1\r\nHost: x\r\n', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc']
  await Promise.all(texts.map((text) => come(port, text).heard))
  expect(seen).toEqual([])
})

it.each([
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['a target with a host', 'GET http://elsewhere.example/ HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['a star', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['10 kB of headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`, 431],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
])('%s is refused', async (_, text, status) => {
  const { port, seen } = await open()
  const { client, heard } = come(port, text)
  await once(client, 'data')
  client.end()
  expect(await heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(seen).toEqual([])
})

it.each([
  ['rejects', async () => Promise.reject(new Error('S3CR3T'))],
  [
    'throws',
    () => {
      throw new Error('S3CR3T')
    },
  ],
  ['names a header that cannot be', async () => ({ status: 200, headers: { x: 'a\r\nb: S3CR3T' } })],
] as const)('an answer that %s is a 500 without a word, and the next one is served', async (_, answer) => {
  let first = true
  const { port } = await open({}, (request) => {
    const mine = first
    first = false
    return mine ? answer() : Promise.resolve({ status: 200, body: request.path })
  })
  expect(await said(port)).toMatchObject({ status: 500, body: '' })
  expect(await said(port, { path: '//x/[y' })).toMatchObject({ status: 200, body: '//x/[y' })
})

it('stops on abort: who is connected is cut off, and the port is free', async () => {
  const { port, stop, seen } = await open({}, () => new Promise(() => {}))
  const silent = come(port)
  await once(silent.client, 'connect')
  const asking = come(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await expect.poll(() => seen.length).toBe(1)
  stop.abort()
  expect(await Promise.all([silent.heard, asking.heard])).toEqual(['', ''])
  const next = createServer().listen(port, '127.0.0.1')
  await once(next, 'listening')
  next.close()
})

it('is open no longer than it takes when it is stopped before it listens', async () => {
  const { port } = await serve(
    { at: { address: LOOPBACK, port: 0 }, maxBytes: 1, allows: () => true },
    async () => ({ status: 200 }),
    AbortSignal.abort(),
  )
  expect(await said(port)).toBe('cut')
})

const failure = async (change: Partial<Place>): Promise<Failure> => {
  const thrown = await open(change).catch((error: unknown) => error)
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`)
  return thrown
}

it('says that another program has the port, and that an address is not of this machine', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  leave.push(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  expect(await failure({ at: { address: LOOPBACK, port } })).toMatchObject({
    ...{ kind: 'network', reason: 'in-use' },
    message: `cannot listen on 127.0.0.1:${port}: another program has that port`,
  })
  expect(await failure({ at: { address: ip('192.0.2.1'), port: 0 } })).toMatchObject({
    ...{ kind: 'network', reason: 'no-route' },
  })
})

describe('with TLS', () => {
  let authority: ReturnType<typeof makeAuthority>
  const path = (name: string) => join(authority.dir, name)
  beforeAll(() => {
    authority = makeAuthority()
    const { cert, key } = authority.issue('IP:127.0.0.1')
    writeFileSync(path('mine.pem'), cert)
    writeFileSync(path('mine.key'), key)
    writeFileSync(path('other.key'), authority.issue('IP:127.0.0.1').key)
    writeFileSync(path('none.pem'), 'no PEM at all')
  })
  afterAll(() => rmSync(authority.dir, { recursive: true }))

  it('serves', async () => {
    const { port, seen } = await open({ tls: { certificate: path('mine.pem'), key: path('mine.key') } })
    const ca = readFileSync(authority.caFile, 'utf8')
    const asked = Array.from({ length: 40 }, () => said(port, { ca }))
    expect((await Promise.all(asked)).filter((one) => one !== 'cut' && one.status === 200).length).toBeGreaterThan(10)
    expect(seen[0]?.from).toBe('127.0.0.1')
    expect(await said(port)).toBe('cut') // plain HTTP
    expect(await statusOf(said(port, { ca }))).toBe(200)
  })

  it('whoever waits for his answer keeps his place while others come and are silent', async () => {
    let done = (_: Answer) => {}
    const tls = { certificate: path('mine.pem'), key: path('mine.key') }
    const { port, seen } = await open(
      { tls },
      () =>
        new Promise((resolve) => {
          done = resolve
        }),
    )
    const mine = statusOf(said(port, { ca: readFileSync(authority.caFile, 'utf8') }))
    await expect.poll(() => seen.length).toBe(1)
    const crowd = Array.from({ length: 25 }, () => come(port))
    await Promise.all(crowd.map(({ client }) => once(client, 'connect')))
    await crowd[0]!.heard // the first of the crowd has had to leave
    done({ status: 204 })
    expect(await mine).toBe(204)
  })

  it('who never speaks TLS is shown out', async () => {
    const { port } = await open({ tls: { certificate: path('mine.pem'), key: path('mine.key') } })
    expect(await come(port).heard).toBe('')
  })

  it.each([
    ['there is no such file', 'missing.pem', 'mine.key', 'missing.pem does not exist; expected a PEM file'],
    ['a folder', '', 'mine.key', 'cannot be read (EISDIR); expected a PEM file'],
    ['no PEM', 'none.pem', 'mine.key', 'none.pem'],
    ['no key', 'mine.pem', 'none.pem', 'none.pem'],
    ["another certificate's key", 'mine.pem', 'other.key', 'belong together'],
  ])('%s: says which file, and what is expected', async (_, certificate, key, words) => {
    const found = await failure({ tls: { certificate: path(certificate), key: path(key) } })
    expect(found).toMatchObject({ kind: 'unsupported' })
    expect(found.message).toContain(words)
  })
})
