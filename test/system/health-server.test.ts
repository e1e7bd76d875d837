import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect, createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/dns/rrset.ts'
import { type HealthServer, type Route, serveHealth } from '../../src/system/health-server.ts'

const said: { message: string; fields: unknown }[] = []
const say = (message: string, fields?: unknown) => void said.push({ message, fields })
const log = { debug: say, info: say, warn: say, error: say }
const open: HealthServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop()
  said.length = 0
})

const routes = (path: string): Route | undefined => {
  if (path === '/broken') throw new Error('secret detail')
  const table: Record<string, Route> = {
    '/livez': { status: 204 },
    '/healthz': { status: 503, type: 'application/health+json', body: '{"status":"fail"}' },
    '/': { status: 200, type: 'text/html', body: '<h1>mxhome</h1>' },
  }
  return table[path]
}
async function serve({ address = '127.0.0.1', listenToken }: { address?: string; listenToken?: string } = {}) {
  const server = await serveHealth({ listen: { address: parseAddress(address)!, port: 0 }, listenToken, routes }, log)
  open.push(server)
  const ask = (
    path: string,
    {
      method = 'GET',
      headers = {},
      to = address,
    }: { method?: string; headers?: Record<string, string>; to?: string } = {},
  ) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
      const asked = request({ host: to, port: server.port, path, method, headers, agent: false }, (response) => {
        let body = ''
        response.on('data', (chunk) => {
          body += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
      })
      asked.on('error', reject).end()
    })
  return { server, ask }
}

describe('answers', () => {
  it('status, type and body of the route', async () => {
    const { ask } = await serve()
    expect(await ask('/healthz?x=1')).toMatchObject({
      status: 503,
      body: '{"status":"fail"}',
      headers: { 'content-type': 'application/health+json' },
    })
    expect(await ask('/livez')).toMatchObject({ status: 204, body: '' })
    expect(await ask('/')).toMatchObject({
      status: 200,
      body: '<h1>mxhome</h1>',
      headers: { 'content-type': 'text/html; charset=utf-8' },
    })
    expect((await ask('/nothing')).status).toBe(404)
  })

  it('HEAD is GET without the body', async () => {
    const { ask } = await serve()
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-type': 'text/html; charset=utf-8' },
    })
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused', async (method) => {
    const { ask } = await serve()
    expect(await ask('/', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  })

  it('every answer is guarded, none sets a cookie', async () => {
    const { ask } = await serve()
    for (const path of ['/', '/healthz', '/nothing']) {
      const { headers } = await ask(path)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['content-security-policy']).not.toContain('unsafe')
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
      expect(headers).not.toHaveProperty('set-cookie')
    }
  })

  it('a route that throws is 500, told to the log alone', async () => {
    const { ask } = await serve()
    expect(await ask('/broken')).toMatchObject({ status: 500, body: 'failed: see the log\n' })
    expect(said).toMatchObject([{ message: 'the health endpoint failed' }])
  })
})

describe('foreign hosts', () => {
  it.each(['localhost:8245', 'LOCALHOST', '127.0.0.1', '127.1.2.3:99', '[::1]:8245'])('%s is ours', async (host) => {
    const { ask } = await serve()
    expect((await ask('/', { headers: { host } })).status).toBe(200)
  })

  const FOREIGN = [
    ...[
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '192.0.2.1',
      '127.evil',
      '::ffff:127.0.0.1',
    ],
    ...[
      'localhost.',
      '127.0.0.1.',
      '127.0.0.1.:8245',
      '127.0.0.1:80:80',
      '0.0.0.0',
      '127.1',
      '2130706433',
      '0x7f000001',
    ],
    ...[
      'user@localhost',
      'localhost@evil.example',
      'evil.example@localhost',
      'evil.example:80@127.0.0.1',
      'evil.example#localhost',
    ],
    ...[
      '[::1]evil.example',
      '[::1].evil.example',
      'evil.example[::1]',
      '[::ffff:127.0.0.1]',
      '[fe80::1%25eth0]',
      '[127.0.0.1',
    ],
    ...['127.0.0.1, evil.example', 'evil.example, 127.0.0.1', 'localhost/evil', '%6cocalhost', '127.0.0.1\\evil'],
  ]
  it.each(FOREIGN)('%s is refused', async (host) => {
    const { ask } = await serve()
    expect([400, 421]).toContain((await ask('/', { headers: { host } })).status)
  })

  it.each([
    'GET / HTTP/1.0\r\n\r\n',
    'GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.0\r\nHost: \r\n\r\n',
    'GET http://localhost/ HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n',
    'GET http://localhost/ HTTP/1.0\r\n\r\n',
    'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    'GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: evil.example\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
  ])('%j is refused', async (text) => {
    const { server } = await serve()
    const socket = connect(server.port!, '127.0.0.1').setEncoding('utf8')
    socket.write(text)
    let answer = ''
    for await (const chunk of socket) answer += chunk
    expect(answer).toMatch(/^HTTP\/1\.1 4(00|21) /)
  })

  it('listening on all addresses, any address is ours, a name is not', async () => {
    const { ask } = await serve({ address: '0.0.0.0', listenToken: 'x' })
    const headers = { authorization: 'Bearer x' }
    expect((await ask('/', { to: '127.0.0.1', headers: { ...headers, host: '192.0.2.1:8245' } })).status).toBe(200)
    expect((await ask('/', { to: '127.0.0.1', headers: { ...headers, host: 'evil.example' } })).status).toBe(421)
  })

  it('IPv6 as well', async () => {
    const { ask } = await serve({ address: '::1' })
    expect((await ask('/')).status).toBe(200)
  })
})

describe('token', () => {
  it.each([undefined, 'Bearer wrong', 'Bearer ', 'Bearer', 'Basic token-1', 'token-1', 'Bearer token-12'])(
    '%j is refused',
    async (authorization) => {
      const { ask } = await serve({ listenToken: 'token-1' })
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
      expect(await ask('/', { headers })).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
    },
  )

  it('the right one is let in', async () => {
    const { ask } = await serve({ listenToken: 'token-1' })
    expect((await ask('/', { headers: { authorization: 'Bearer token-1' } })).status).toBe(200)
    expect((await ask('/', { headers: { authorization: 'bearer token-1' } })).status).toBe(200)
  })
})

describe('listening', () => {
  it('off', async () => {
    const server = await serveHealth({ listen: 'off', listenToken: undefined, routes }, log)
    expect(server.port).toBeUndefined()
    await server.stop()
  })

  it('a port in use is a problem, not the end', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const server = await serveHealth(
      { listen: { address: parseAddress('127.0.0.1')!, port }, listenToken: undefined, routes },
      log,
    )
    const problem = `the health endpoint cannot listen on 127.0.0.1:${port}: the port is in use by another program; choose another one (MXHOME_LISTEN)`
    expect(server.problem).toBe(problem)
    expect(said).toEqual([{ message: 'the health endpoint is off', fields: { problem } }])
    await server.stop()
    other.close()
  })

  it('an address that is not ours is a problem', async () => {
    const server = await serveHealth(
      { listen: { address: parseAddress('192.0.2.254')!, port: 0 }, listenToken: undefined, routes },
      log,
    )
    expect(server.problem).toContain('this machine does not have that address')
  })

  it('clients that hold all places keep nobody out', async () => {
    const { server, ask } = await serve()
    const clients = Array.from({ length: 100 }, () => connect(server.port!, '127.0.0.1').on('error', () => {}))
    for (const client of clients) client.write('GET / HT')
    await Promise.all(clients.map((client) => once(client, 'connect')))
    expect((await ask('/livez')).status).toBe(204)
    for (const client of clients) client.destroy()
  })

  it('stop ends it, also with a connection open', async () => {
    const { server, ask } = await serve()
    await ask('/')
    await server.stop()
    await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    open.length = 0
  })
})
