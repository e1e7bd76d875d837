import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { mxhome, openFolder, startMxhome } from '../support/program.ts'

const TOKEN = 'a-token-that-is-long-enough'
const { path: folder, leave } = openFolder()
const tokenFile = join(folder, 'token')
writeFileSync(tokenFile, `${TOKEN}\n`, { mode: 0o600 })
afterAll(leave)
let running: ChildProcess[] = []
afterEach(async () => {
  for (const one of running) {
    one.kill('SIGTERM')
    expect((await once(one, 'close'))[0]).toBe(0)
  }
  running = []
})

/** A prober on loopback, and a way to ask it. */
async function prober(...more: string[]) {
  const port = await freePort()
  const args = ['prober', '--listen', `127.0.0.1:${port}`, '--token-file', tokenFile, '--name', 'probe.example.net']
  const one = startMxhome([...args, ...more], {}, folder)
  running.push(one)
  const [line] = await once(one.stdout!, 'data')
  expect(String(line)).toContain(`://127.0.0.1:${port} and calls itself probe.example.net`)
  const wish = { address: '127.0.0.1', host: 'mail.example.com', domain: 'example.com', tests: { postmaster: true } }
  const ask = (init: RequestInit = {}, path = '/v1/smtp') =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(wish),
      ...init,
    })
  return { ask, wish, port }
}

it('says what port 25 of its caller is like', async () => {
  const { ask } = await prober()
  const response = await ask()
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.json()).toEqual({
    failure: { kind: 'network', reason: 'refused', message: expect.stringContaining('port 25 of 127.0.0.1 refuses') },
  })
})

it('looks at nobody but its caller', async () => {
  const { ask, wish } = await prober()
  for (const address of ['127.0.0.2', '203.0.113.7', '::1']) {
    const response = await ask({ body: JSON.stringify({ ...wish, address }) })
    expect(response.status).toBe(403)
    expect(await response.text()).toBe('this prober only looks at the address that calls it, which is 127.0.0.1\n')
  }
  const forged = await ask({
    headers: { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.7' },
    body: JSON.stringify({ ...wish, address: '203.0.113.7' }),
  })
  expect(forged.status, 'what a caller says of itself counts nothing').toBe(403)
})

it('believes a proxy on its own machine, where it is told to', async () => {
  const { ask, wish } = await prober('--behind-proxy')
  const headers = { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '198.51.100.9, 127.0.0.3' }
  expect((await ask({ headers, body: JSON.stringify({ ...wish, address: '198.51.100.9' }) })).status).toBe(403)
  expect((await ask({ headers, body: JSON.stringify({ ...wish, address: '127.0.0.3' }) })).status).toBe(200)
  const silent = await ask()
  expect(silent.status).toBe(400)
  expect(await silent.text()).toContain('X-Forwarded-For')
})

it('refuses what it does not understand, each with a word of what is expected', async () => {
  const { ask, wish } = await prober()
  const bodies: readonly (readonly [string, number, string])[] = [
    ['', 400, 'a JSON object'],
    ['[', 400, 'a JSON object'],
    ['null', 400, 'a JSON object'],
    [JSON.stringify({ ...wish, address: '127.1' }), 400, 'an IP address'],
    [JSON.stringify({ ...wish, host: 'a\r\nRCPT TO:<x@y>' }), 400, 'a host name'],
    [JSON.stringify({ ...wish, domain: 7 }), 400, 'a domain name'],
    [JSON.stringify({ ...wish, more: 'x'.repeat(5000) }), 413, 'at most 4096 bytes'],
  ]
  for (const [body, status, word] of bodies) {
    const response = await ask({ body })
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(word)])
  }
  expect((await ask({}, '/')).status).toBe(404)
  expect((await ask({ method: 'GET', body: undefined as never })).status).toBe(405)
  for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`])
    expect((await ask({ headers: { authorization } })).status, authorization).toBe(401)
})

it('lets one caller ask ten times at once', async () => {
  const { ask } = await prober()
  const statuses = []
  for (let times = 0; times < 12; times++) statuses.push((await ask()).status)
  expect(statuses).toEqual([...Array(10).fill(200), 429, 429])
  const response = await ask()
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await response.text()).toMatch(/^too many requests: ask again in \d+ s\n$/)
})

it('speaks HTTPS with a certificate of its own', async () => {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=probe.example.net', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
    { stdio: 'ignore' },
  )
  const { wish, port } = await prober('--certificate', cert, '--key', key)
  const status = await new Promise((resolve, reject) => {
    const options = { port, method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, ca: readFileSync(cert) }
    const asked = request({ host: '127.0.0.1', path: '/v1/smtp', ...options }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(wish))
  })
  expect(status).toBe(200)
})

const WRONG: readonly (readonly [string, readonly string[], string])[] = [
  ['no token', [], 'a prober needs a token'],
  ['a token that is too short', ['--token-file', 'short'], 'expected at least 16'],
  ['a token file that is not there', ['--token-file', 'nowhere'], 'no such file'],
  ['no such address', ['--token-file', 'token', '--listen', 'here'], 'expected ADDRESS or ADDRESS:PORT'],
  ['open to the world without TLS', ['--token-file', 'token', '--listen', '0.0.0.0'], 'give --certificate and --key'],
  ['a certificate alone', ['--token-file', 'token', '--certificate', 'token'], 'belong together'],
  ['behind a proxy that is elsewhere', ['--token-file', 'token', '--listen', '0.0.0.0', '--behind-proxy'], 'loopback'],
  ['no name', ['--token-file', 'token', '--name', 'a b'], 'give --name'],
]
it.each(WRONG)('refuses %s', async (_, args, word) => {
  writeFileSync(join(folder, 'short'), 'short')
  const { code, stderr } = await mxhome(['prober', ...args], {}, folder)
  expect([code, stderr]).toEqual([64, expect.stringContaining(word)])
})

it('says why it cannot listen', async () => {
  const { port } = await prober()
  const args = ['prober', '--listen', `127.0.0.1:${port}`, '--token-file', tokenFile, '--name', 'probe.example.net']
  const { code, stderr } = await mxhome(args, {}, folder)
  expect([code, stderr]).toEqual([75, `mxhome: the prober cannot listen on 127.0.0.1:${port} (EADDRINUSE)\n`])
  const odd = [
    ...args.slice(0, 2),
    `127.0.0.1:${port}`,
    ...args.slice(3),
    '--certificate',
    tokenFile,
    '--key',
    tokenFile,
  ]
  const bad = await mxhome(odd, {}, folder)
  expect([bad.code, bad.stderr]).toEqual([75, expect.stringContaining('expected two PEM files')])
})
