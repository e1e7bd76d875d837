import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { IpAddress } from '../../src/dns/rrset.ts'
import type { LookUp } from '../../src/ports/dns.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import { openHttp } from '../../src/system/http.ts'
import { makeAuthority } from './certificates.ts'

const http = openHttp({ version: '1.2.3' })
const never = new AbortController().signal
const read = (url: string, more: Partial<HttpRequest> = {}, signal = never) =>
  http({ purpose: 'read', method: 'GET', url, ...more }, signal)
const write = (url: string, more: Partial<HttpRequest> = {}, signal = never) =>
  read(url, { purpose: 'write', ...more }, signal)
const failure = async (asked: Promise<unknown>): Promise<Failure> => {
  const thrown = await asked.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  )
  if (!(thrown instanceof Failure)) throw thrown
  return thrown
}

const open: (Server | https.Server | net.Server)[] = []
const sockets = new Set<Socket>()
async function listening<S extends Server | https.Server | net.Server>(
  server: S,
  host = '127.0.0.1',
): Promise<S & { port: number }> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
  open.push(server)
  return Object.assign(server, { port: (server.address() as AddressInfo).port })
}
const plain = (listener: RequestListener, host?: string) => listening(createServer(listener), host)
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of open.splice(0)) server.close()
  sockets.clear()
  vi.unstubAllEnvs()
})

const bodyOf = async (request: IncomingMessage) => {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

describe('what is sent and what comes back', () => {
  it.each(['SUBSCRIBE', 'UNSUBSCRIBE'] as const)('sends %s, from the address that is named', async (method) => {
    const seen: unknown[] = []
    const { port } = await plain((request, response) => {
      seen.push(request.method, request.socket.remoteAddress, request.headers.sid)
      response.setHeader('SID', 'uuid:1').end()
    })
    const wish = { method, headers: { sid: 'uuid:1' }, localAddress: '127.0.0.2' as IpAddress }
    expect(await write(`http://127.0.0.1:${port}/evt`, wish)).toMatchObject({ status: 200, headers: { sid: 'uuid:1' } })
    expect(seen).toEqual([method, '127.0.0.2', 'uuid:1'])
  })

  it("finds the host as the request says, and says so where that fails in the resolver's words", async () => {
    const { port } = await plain((request, response) => response.end(request.headers.host))
    const url = `http://tell.example:${port}/`
    const both = async (host: string) => (host === 'tell.example' ? ['::2', '127.0.0.1'] : []) as IpAddress[]
    expect(await read(url, { lookup: both, family: 4 })).toMatchObject({ body: `tell.example:${port}` })
    expect(await read(url, { lookup: async () => ['127.0.0.1' as IpAddress] })).toMatchObject({ status: 200 })
    const two = async () => ['127.0.0.2', '127.0.0.1'] as IpAddress[] // nobody listens at the first
    expect(await read(url, { lookup: two })).toMatchObject({ status: 200 })
    const asked: unknown[] = []
    const none = async (host: string, how?: LookUp) => {
      asked.push([host, how?.family, how?.signal?.aborted])
      return ['127.0.0.1' as IpAddress]
    }
    expect((await failure(read(url, { lookup: none, family: 6 }))).message).toMatch(/its name has no IPv6 address$/)
    expect(asked).toEqual([['tell.example', 6, false]])
    const cause = Object.assign(new Error(), { code: 'ENOTFOUND' })
    const fails = (failure: Failure) => ({ lookup: () => Promise.reject(failure) })
    const unknown = await failure(read(url, fails(new Failure('network', 'not found', { cause }))))
    expect(unknown.message).toMatch(/its name does not exist$/)
    const silent = await failure(read(url, fails(new Failure('cancelled', 'stopped'))))
    expect(silent.message).toMatch(/no name server answered/)
  })

  it('sends method, headers and body as given, and names itself', async () => {
    const seen: unknown[] = []
    const { port } = await plain(async (request, response) => {
      const { method, url, headers } = request
      seen.push({ method, url, headers, body: await bodyOf(request) })
      response.writeHead(201, { 'X-Thing': 'yes', 'Set-Cookie': ['a=1', 'b=2'] }).end('{"ok":true}')
    })
    const headers = { 'X-Key': 'k', 'User-Agent': 'evil', 'Content-Type': 'application/json' }
    const answer = await http(
      { purpose: 'write', method: 'PUT', url: `http://127.0.0.1:${port}/a?b=c`, headers, body: '{"ä":1}' },
      never,
    )
    expect(answer).toMatchObject({ status: 201, body: '{"ok":true}', headers: { 'x-thing': 'yes' } })
    expect(answer.headers['set-cookie']).toBe('a=1,b=2')
    expect(seen).toMatchObject([
      {
        method: 'PUT',
        url: '/a?b=c',
        body: '{"ä":1}',
        headers: { 'x-key': 'k', 'content-type': 'application/json', connection: 'close' },
      },
    ])
    const agent = (seen[0] as { headers: Record<string, string> }).headers['user-agent']
    expect(agent).toMatch(/^mxhome\/1\.2\.3 \(linux; .+\)$/)
    expect(agent!.length).toBeLessThan(80)
  })

  it('invents no content type', async () => {
    const { port } = await plain((request, response) => response.end(String(request.headers['content-type'])))
    expect((await read(`http://127.0.0.1:${port}/`, { method: 'POST' })).body).toBe('undefined')
    expect((await read(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x=1' })).body).toBe('undefined')
  })

  it.each(['a\r\nX-Evil: 1', 'a\nb', 'a\0b', 'a\x7fb', 'a\u202eb', '漢'])(
    'sends no other header than was asked for, hence none with %j',
    async (token) => {
      let requests = 0
      const { port } = await plain((_request, response) => {
        requests++
        response.end()
      })
      const headers = { authorization: `Bearer ${token}` }
      const failed = await failure(write(`http://127.0.0.1:${port}/`, { headers }))
      expect(failed).toMatchObject({
        kind: 'unsupported',
        lost: false,
        message: expect.stringContaining('authorization'),
      })
      expect(failed.message).not.toContain(token)
      expect(requests).toBe(0)
    },
  )

  it.each(['a\n', 'ä'])('sends %j, which a header can hold, or which its end loses', async (token) => {
    const { port } = await plain((request, response) => response.end(request.headers.authorization))
    const { body } = await read(`http://127.0.0.1:${port}/`, { headers: { authorization: `Bearer ${token}` } })
    expect(body).toBe(`Bearer ${token.trim()}`)
  })

  it.each([204, 301, 401, 404, 429, 500, 503])('resolves for status %i and follows nothing', async (status) => {
    const { port } = await plain((_request, response) => response.writeHead(status, { location: '/elsewhere' }).end())
    expect((await read(`http://127.0.0.1:${port}/`)).status).toBe(status)
  })

  it('leaves text that looks like JSON alone, unpacks gzip', async () => {
    const { port } = await plain((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{ "a": 1 }')),
    )
    expect((await read(`http://127.0.0.1:${port}/`)).body).toBe('{ "a": 1 }')
  })

  it('takes user and password from the URL', async () => {
    const { port } = await plain((request, response) => response.end(request.headers.authorization))
    const { body } = await read(`http://us%40er:p%3Aw@127.0.0.1:${port}/`)
    expect(Buffer.from(body.slice('Basic '.length), 'base64').toString()).toBe('us@er:p:w')
  })

  it('ignores the proxy variables of the environment', async () => {
    const proxy = await plain((_request, response) => response.end('from the proxy'))
    const { port } = await plain((_request, response) => response.end('direct'))
    for (const name of ['http_proxy', 'HTTP_PROXY', 'all_proxy']) vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`)
    vi.stubEnv('no_proxy', '')
    expect((await read(`http://127.0.0.1:${port}/`)).body).toBe('direct')
  })
})

describe('limits', () => {
  it('refuses a longer body than allowed, also one that was packed', async () => {
    const bomb = gzipSync('x'.repeat(200_000))
    const { port } = await plain((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    )
    const url = `http://127.0.0.1:${port}/?key=secret`
    expect(await failure(read(url, { maxBytes: 100_000 }))).toMatchObject({ kind: 'protocol', lost: false })
    expect(await failure(write(url, { maxBytes: 100_000 }))).toMatchObject({ kind: 'protocol', lost: true })
    expect((await read(url, { maxBytes: 200_000 })).body).toHaveLength(200_000)
  })

  it('allows 1 MiB unless told otherwise', async () => {
    const { port } = await plain((request, response) =>
      response.end('x'.repeat(1024 * 1024 + Number(request.url!.slice(1)))),
    )
    expect((await read(`http://127.0.0.1:${port}/0`)).status).toBe(200)
    expect(await failure(read(`http://127.0.0.1:${port}/1`))).toMatchObject({ kind: 'protocol' })
  })

  it('holds the whole answer to the deadline, though bytes keep coming', async () => {
    const { port } = await plain((_request, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(drip))
    })
    const failed = await failure(write(`http://127.0.0.1:${port}/?k=secret`, { timeout: 300 }))
    expect(failed).toMatchObject({
      kind: 'network',
      lost: true,
      message: `http://127.0.0.1:${port}: no answer within 0.3 s`,
      reason: 'silent',
    })
  })
})

describe('families', () => {
  it('connects over the family asked for', async () => {
    const four = await plain((request, response) => response.end(request.socket.remoteFamily))
    expect((await read(`http://localhost:${four.port}/`, { family: 4 })).body).toBe('IPv4')
    expect(await failure(write(`http://localhost:${four.port}/`, { family: 6 }))).toMatchObject({
      kind: 'network',
      lost: false,
    })
    const six = await plain((request, response) => response.end(request.socket.remoteFamily), '::1')
    expect((await read(`http://[::1]:${six.port}/`, { family: 6 })).body).toBe('IPv6')
    expect(await failure(write(`http://localhost:${six.port}/`, { family: 4 }))).toMatchObject({
      kind: 'network',
      lost: false,
    })
  })

  it('refuses an address of the other family', async () => {
    const failed = await failure(write('http://127.0.0.1:9/', { family: 6 }))
    expect(failed).toMatchObject({ kind: 'network', lost: false, message: expect.stringContaining('IPv4 address') })
    expect((await failure(read('http://[::1]:9/', { family: 4 }))).message).toContain('IPv6 address')
  })
})

describe('lost or not lost', () => {
  it('a refused connection is not lost', async () => {
    const { port, close } = await plain(() => {})
    await new Promise((resolve) => close.call(open.pop(), resolve))
    const failed = await failure(write(`http://user:pass@127.0.0.1:${port}/update?token=secret`))
    expect(failed).toMatchObject({
      kind: 'network',
      lost: false,
      reason: 'refused',
      message: `http://127.0.0.1:${port}: the connection was refused`,
    })
  })

  it('a name that does not resolve is not lost', async () => {
    expect(await failure(write('http://mxhome.invalid/?token=secret'))).toMatchObject({ kind: 'network', lost: false })
  })

  it.each(['read', 'write'] as const)('a reset after the request came: purpose %s', async (purpose) => {
    const { port } = await plain((request) => request.socket.resetAndDestroy())
    const failed = await failure(read(`http://127.0.0.1:${port}/?token=secret`, { purpose }))
    expect(failed).toMatchObject({ kind: 'network', lost: purpose === 'write' })
    expect(failed.message).not.toContain('secret')
  })

  it('an answer that is cut off is lost', async () => {
    const { port } = await plain((request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half')
      setImmediate(() => request.socket.destroy())
    })
    expect(await failure(write(`http://127.0.0.1:${port}/`))).toMatchObject({ kind: 'network', lost: true })
  })

  it('an answer that is not HTTP is lost, kind protocol', async () => {
    const server = await listening(
      net.createServer((socket) => socket.once('data', () => socket.end('220 mail.example.com ESMTP\r\n'))),
    )
    expect(await failure(write(`http://127.0.0.1:${server.port}/`))).toMatchObject({ kind: 'protocol', lost: true })
    expect(await failure(read(`http://127.0.0.1:${server.port}/`))).toMatchObject({ kind: 'protocol', lost: false })
  })

  it('a time-out in the TLS handshake is not lost', async () => {
    const server = await listening(net.createServer(() => {}))
    const failed = await failure(write(`https://127.0.0.1:${server.port}/`, { timeout: 300 }))
    expect(failed).toMatchObject({ kind: 'network', lost: false })
  })

  it('plain HTTP where TLS is expected is not lost', async () => {
    const { port } = await plain((_request, response) => response.end())
    const failed = await failure(write(`https://127.0.0.1:${port}/`))
    expect(failed).toMatchObject({ kind: 'network', lost: false, message: expect.stringContaining('TLS') })
  })

  it.each(['read', 'write'] as const)('an abort after the request came is cancelled: purpose %s', async (purpose) => {
    const stop = new AbortController()
    const { port } = await plain(() => stop.abort())
    expect(await failure(read(`http://127.0.0.1:${port}/`, { purpose }, stop.signal))).toMatchObject({
      kind: 'cancelled',
      lost: purpose === 'write',
    })
  })

  it('an abort beforehand sends nothing', async () => {
    let requests = 0
    const { port } = await plain((_request, response) => {
      requests++
      response.end()
    })
    expect(await failure(write(`http://127.0.0.1:${port}/`, {}, AbortSignal.abort()))).toMatchObject({
      kind: 'cancelled',
      lost: false,
    })
    expect(requests).toBe(0)
  })

  it.each(['file:///etc/passwd', 'data:text/plain,hello', 'not a url?token=secret'])('refuses %s', async (url) => {
    const failed = await failure(read(url))
    expect(failed.kind).toBe('unsupported')
    expect(failed.message).not.toContain('secret')
  })
})

describe('TLS', () => {
  let authority: ReturnType<typeof makeAuthority>
  beforeAll(() => {
    authority = makeAuthority()
  })
  afterAll(() => rmSync(authority.dir, { recursive: true, force: true }))
  const serving = async (certificate: { cert: string; key: string }) => {
    const arrived: string[] = []
    const server = https.createServer(certificate, (request, response) => {
      arrived.push(request.url!)
      response.end('hello')
    })
    server.on('tlsClientError', () => {})
    const { port } = await listening(server)
    return { port, arrived }
  }

  it('trusts the further authorities of a caBundle', async () => {
    const { port } = await serving(authority.issue('DNS:localhost,IP:127.0.0.1'))
    const caBundle = authority.caFile
    expect((await read(`https://localhost:${port}/`, { caBundle, family: 4 })).body).toBe('hello')
    expect((await read(`https://127.0.0.1:${port}/`, { caBundle })).body).toBe('hello')
  })

  const wrong: [string, () => { cert: string; key: string }, string, boolean][] = [
    ['expired', () => authority.issue('IP:127.0.0.1', '20200101000000Z', '20200201000000Z'), 'has expired', true],
    [
      'not yet valid',
      () => authority.issue('IP:127.0.0.1', '20900101000000Z', '20910101000000Z'),
      'is not valid yet',
      true,
    ],
    [
      'for another name',
      () => authority.issue('DNS:mail.example.com'),
      'is for another name: DNS:mail.example.com',
      true,
    ],
    ['self-signed', () => authority.selfSigned('IP:127.0.0.1'), 'is self-signed', false],
    ['of an unknown authority', () => authority.issue('IP:127.0.0.1'), 'comes from an unknown authority', false],
  ]
  it.each(wrong)('a certificate that is %s: said, nothing sent', async (_what, make, text, bundled) => {
    const { port, arrived } = await serving(make())
    const more = bundled ? { caBundle: authority.caFile } : {}
    const failed = await failure(
      write(`https://127.0.0.1:${port}/?token=secret`, { ...more, method: 'POST', body: 'password' }),
    )
    expect(failed).toMatchObject({ kind: 'network', lost: false })
    expect(failed.message).toContain(`https://127.0.0.1:${port}: its certificate ${text}`)
    expect(failed.message).not.toMatch(/secret|password/)
    expect(arrived).toEqual([])
  })

  it('a reset after the TLS handshake is lost', async () => {
    const server = https.createServer(authority.issue('IP:127.0.0.1'), (request) => request.socket.destroy())
    const { port } = await listening(server)
    expect(await failure(write(`https://127.0.0.1:${port}/`, { caBundle: authority.caFile }))).toMatchObject({
      kind: 'network',
      lost: true,
    })
  })

  it('says what is wrong with a caBundle', async () => {
    const at = (name: string, text: string) => {
      const file = join(authority.dir, name)
      writeFileSync(file, text)
      return file
    }
    const ask = (caBundle: string) => failure(write('https://127.0.0.1:9/', { caBundle }))
    expect(await ask('/nonexistent/ca.pem')).toMatchObject({
      kind: 'network',
      lost: false,
      message: expect.stringContaining('/nonexistent/ca.pem does not exist'),
    })
    expect((await ask(at('text.pem', 'hello'))).message).toContain('text.pem holds no certificate')
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    expect((await ask(at('broken.pem', broken))).message).toContain('broken.pem is damaged at certificate 1 of 1')
  })

  describe('through a proxy', () => {
    /** CONNECT and absolute-form; `refuse`: answers CONNECT with that status. */
    async function proxy(refuse?: number) {
      const asked: { line: string; authorization: string | undefined }[] = []
      const note = (request: IncomingMessage) =>
        asked.push({ line: `${request.method} ${request.url}`, authorization: request.headers['proxy-authorization'] })
      const server = await plain((request, response) => {
        note(request)
        response.end(`proxied ${request.headers.host}`)
      })
      server.on('connect', (request, socket: Socket) => {
        note(request)
        sockets.add(socket)
        socket.on('error', () => {})
        if (refuse) return socket.end(`HTTP/1.1 ${refuse} No\r\ncontent-length: 2\r\n\r\nno`)
        const [host, port] = request.url!.split(':')
        const upstream = net.connect(Number(port), host, () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n')
          upstream.pipe(socket).pipe(upstream)
        })
        upstream.on('error', () => socket.destroy())
      })
      return { asked, url: `http://us:p%40w@127.0.0.1:${server.port}` }
    }
    const basic = `Basic ${Buffer.from('us:p@w').toString('base64')}`

    it('tunnels https', async () => {
      const { asked, url } = await proxy()
      const { port } = await serving(authority.issue('IP:127.0.0.1'))
      const answer = await read(`https://127.0.0.1:${port}/`, { proxy: url, caBundle: authority.caFile })
      expect(answer.body).toBe('hello')
      expect(asked).toEqual([{ line: `CONNECT 127.0.0.1:${port}`, authorization: basic }])
    })

    it('hands over plain http by its whole URL', async () => {
      const { asked, url } = await proxy()
      expect((await read('http://service.invalid:81/a?b=c', { proxy: url })).body).toBe('proxied service.invalid:81')
      expect(asked).toEqual([{ line: 'GET http://service.invalid:81/a?b=c', authorization: basic }])
    })

    it('compares the certificate with the host asked for, an address too', async () => {
      const { url } = await proxy()
      const { port, arrived } = await serving(authority.issue('DNS:localhost'))
      const failed = await failure(write(`https://127.0.0.1:${port}/`, { proxy: url, caBundle: authority.caFile }))
      expect(failed).toMatchObject({ lost: false, message: expect.stringContaining('for another name') })
      expect(arrived).toEqual([])
    })

    it.each([403, 407, 502])('a refusal %i by the proxy is not the answer of the service', async (status) => {
      const { url } = await proxy(status)
      const failed = await failure(write('https://service.invalid/?k=secret', { proxy: url }))
      expect(failed).toMatchObject({ kind: 'network', lost: false })
      expect(failed.message).toBe(`the proxy would not connect to https://service.invalid: it answered ${status}`)
    })

    it('a dead proxy is named as such, without its password', async () => {
      const failed = await failure(write('https://service.invalid/', { proxy: 'http://us:pw@127.0.0.1:9' }))
      expect(failed).toMatchObject({
        kind: 'network',
        lost: false,
        message: 'the proxy on the way to https://service.invalid: the connection was refused',
      })
      expect((await failure(read('http://service.invalid/', { proxy: 'us:pw@nowhere' }))).message).toMatch(
        /^the proxy is not a URL/,
      )
    })

    it('a proxy that says nothing is left at the deadline, its connection closed', async () => {
      const server = await listening(net.createServer())
      const closed = new Promise((resolve) =>
        server.on('connection', (socket: Socket) => socket.resume().on('close', resolve)),
      )
      expect(
        await failure(write('https://service.invalid/', { proxy: `http://127.0.0.1:${server.port}`, timeout: 200 })),
      ).toMatchObject({ lost: false })
      await closed
    })
  })
})
