import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { openFolder, startMxhome } from '../support/program.ts'

const TOKEN = 'A-Token-That-Is-Long-Enough'
const WISH = { address: '127.0.0.1', host: 'mail.example.com', domain: 'example.com', tests: {} }
const FOREIGN = JSON.stringify({ ...WISH, address: '203.0.113.9' })

describe('a prober and its callers', () => {
  const { path: folder, leave } = openFolder()
  let child: ChildProcess
  let port: number
  let said = ''
  beforeAll(async () => {
    port = await freePort()
    writeFileSync(join(folder, 'token'), TOKEN, { mode: 0o600 })
    const args = ['prober', '--listen', `127.0.0.1:${port}`, '--token-file', 'token', '--name', 'probe.example.net']
    child = startMxhome(args, {}, folder)
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
    await once(child.stdout!, 'data')
  })
  afterAll(async () => {
    child.kill('SIGTERM')
    expect((await once(child, 'close'))[0]).toBe(0)
    expect(said, 'one line, and no token').toMatch(/^mxhome prober listens on [^\n]*\n$/)
    expect(said).not.toContain(TOKEN)
    leave()
  })

  /** `403 this prober ...`, or the code of the error. */
  const ask = (body: string | Buffer, headers: Record<string, string> = {}, method = 'POST') =>
    new Promise<string>((done) => {
      const all = { authorization: `Bearer ${TOKEN}`, ...headers }
      const asked = request({ host: '127.0.0.1', port, method, path: '/v1/smtp', headers: all }, (response) => {
        let text = ''
        response.on('data', (chunk) => (text += chunk))
        response.on('end', () => done(`${response.statusCode} ${text.trim()}`))
      })
      asked.on('error', (error: NodeJS.ErrnoException) => done(String(error.code)))
      asked.end(body)
    })
  /** What comes back of bytes, until the connection is closed. */
  const raw = (text: string) =>
    new Promise<string>((done) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text))
      let got = ''
      socket.on('data', (chunk) => (got += chunk))
      socket.on('error', () => {})
      socket.on('close', () => done(got.split('\r\n', 1)[0]!))
    })

  it.each([
    [{ 'x-forwarded-for': '203.0.113.9' }],
    [{ forwarded: 'for=203.0.113.9' }],
    [{ 'x-real-ip': '203.0.113.9' }],
    [{ 'true-client-ip': '203.0.113.9' }],
    [{ host: '203.0.113.9' }],
  ])('believes no header of who calls: %j', async (headers) => {
    expect(await ask(FOREIGN, headers)).toMatch(/^403 .* which is 127\.0\.0\.1$/)
  })

  it.each([
    ['twice the address', `{"address":"127.0.0.1",${FOREIGN.slice(1)}`, 403],
    ['an address in a prototype', `{"__proto__":${FOREIGN}}`, 400],
    ['a list of addresses', JSON.stringify({ ...WISH, address: ['127.0.0.1', '203.0.113.9'] }), 400],
    ['an address as a number', JSON.stringify({ ...WISH, address: 2130706433 }), 400],
    ['an address in another form', JSON.stringify({ ...WISH, address: '0x7f.1' }), 400],
    ['a name in its place', JSON.stringify({ ...WISH, address: 'localhost' }), 400],
    ['a line break in a name', JSON.stringify({ ...WISH, domain: 'example.com>\r\nRCPT TO:<a@b' }), 400],
  ])('looks at nobody for %s', async (_, body, status) => {
    expect(await ask(body)).toMatch(new RegExp(`^${status} `))
  })

  it('leads nobody on: CONNECT, and a URL with another host', async () => {
    const head = `Host: x\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
    expect(await raw(`CONNECT 203.0.113.9:25 HTTP/1.1\r\n${head}`)).toBe('')
    expect(await raw(`POST http://203.0.113.9:25/v1/smtp HTTP/1.1\r\n${head}`)).toBe('HTTP/1.1 404 Not Found')
  })

  it('takes the token as it is, and the word before it in any case', async () => {
    for (const word of ['Bearer', 'bearer', 'BEARER'])
      expect(await ask(FOREIGN, { authorization: `${word} ${TOKEN}` }), word).toMatch(/^403 /)
    for (const token of [TOKEN.toLowerCase(), TOKEN.toUpperCase(), `${TOKEN},`, `x${TOKEN}`, ''])
      expect(await ask(FOREIGN, { authorization: `Bearer ${token}` }), token).toMatch(/^401 /)
  })

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'])('%s is no method of it', async (method) => {
    expect(await ask('', {}, method)).toMatch(/^405/)
  })

  it('reads no body of 10 MB, with a token or without', async () => {
    const body = Buffer.alloc(10_000_000, 'x')
    expect(await ask(body)).toMatch(/^(?:413 |ECONNRESET|EPIPE)/)
    expect(await ask(body, { authorization: 'Bearer x' })).toMatch(/^(?:401 |ECONNRESET|EPIPE)/)
    expect(await ask(FOREIGN)).toMatch(/^403 /)
  })

  it('waits for no slow caller, and lets others in beside two thousand', { timeout: 60_000 }, async () => {
    const head = `POST /v1/smtp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 500\r\n`
    const slow = Promise.all([raw(head), raw(`${head}\r\n{`)])
    expect(await slow).toEqual(['HTTP/1.1 408 Request Timeout', 'HTTP/1.1 408 Request Timeout'])
    const many = Array.from({ length: 2000 }, (): Socket => connect(port, '127.0.0.1').on('error', () => {}))
    await pause(500)
    expect(await ask(FOREIGN)).toMatch(/^403 /)
    for (const socket of many) socket.destroy()
  })

  it('its token is not among the arguments, which every user can read', async () => {
    const ps = spawn('ps', ['-o', 'args=', '-p', String(child.pid)])
    let text = ''
    ps.stdout.on('data', (chunk) => (text += chunk))
    await once(ps, 'close')
    expect(text).toContain('prober')
    expect(text).not.toContain(TOKEN)
  })
})
