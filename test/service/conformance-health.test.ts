import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { type Daemon, mxhome, type Settings, startDaemon } from '../support/program.ts'

const HOST = 'home.dyn.example'
let line: Awaited<ReturnType<typeof openDyndnsLine>>
let port: number
let daemon: Daemon | undefined

beforeEach(async () => {
  line = await openDyndnsLine([HOST])
  line.address('203.0.113.7')
  port = await freePort()
})
afterEach(async () => {
  if (daemon && daemon.child.exitCode === null) await daemon.stop('SIGKILL')
  daemon = undefined
  await line.leave()
})

const start = (more: Settings = {}) => {
  daemon = startDaemon({ ...line.settings, MXHOME_SCHEDULE: '0 0 1 1 *', ...more }, line.folder.path, port)
  return daemon
}
const afterRound = (one: Daemon) => one.until('the first round', ({ targets }) => targets.length > 0)

/** fetch() sets its own Host. */
const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }),
      )
    })
    asked.on('error', reject)
    asked.end()
  })

describe('the health endpoint', () => {
  it('is not ready before the first round, and lives', async () => {
    const slow = start({ MXHOME_IP_SOURCES: `command:sleep 5, command:cat ${line.folder.path}/address` })
    await slow.until('the endpoint answers', () => true)
    expect((await ask('/readyz')).status).toBe(503)
    expect((await ask('/livez')).status).toBe(204)
    expect(JSON.parse((await ask('/healthz')).body).status).toBe('warn')
  })

  it('answers as documented, to GET and HEAD, for its own host alone', async () => {
    await afterRound(start())
    expect((await ask('/readyz')).status).toBe(204)
    expect((await ask('/livez')).status).toBe(204)
    const health = await ask('/healthz')
    expect(health).toMatchObject({ status: 200, type: 'application/health+json' })
    expect(JSON.parse(health.body)).toMatchObject({
      status: 'pass',
      checks: { [`${HOST}:A`]: [{ observedValue: '203.0.113.7', status: 'pass' }] },
    })
    expect(await ask('/healthz', {}, 'HEAD')).toMatchObject({ status: 200, body: '' })
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect((await ask('/status', {}, method)).status, method).toBe(405)
    }
    for (const Host of ['evil.example', `127.0.0.1.evil.example:${port}`, '203.0.113.7']) {
      expect((await ask('/status', { Host })).status, Host).toBe(421)
    }
    for (const Host of ['localhost', `localhost:${port}`, `[::1]:${port}`]) {
      expect((await ask('/status', { Host })).status, Host).toBe(200)
    }
    const status = JSON.parse((await ask('/status')).body)
    expect(status).toMatchObject({ health: 'pass', version: expect.any(String), nextRound: expect.any(String) })
    const settings = { ...line.settings, MXHOME_LISTEN: `127.0.0.1:${port}` }
    const { code, stdout } = await mxhome(['status', '--json'], settings, line.folder.path)
    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 0, ...status })
  })

  it('beyond loopback: 401 without the token, which is nowhere told', async () => {
    const token = 't0ken-of-the-test'
    const open = start({ MXHOME_LISTEN: `0.0.0.0:${port}`, MXHOME_LISTEN_TOKEN: token })
    await expect
      .poll(() =>
        ask('/livez').then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(401)
    for (const path of ['/healthz', '/status', '/readyz', '/none']) {
      expect((await ask(path)).status, path).toBe(401)
      expect((await ask(path, { Authorization: 'Bearer wrong' })).status, path).toBe(401)
    }
    const answer = await ask('/status', { Authorization: `Bearer ${token}` })
    expect(answer.status).toBe(200)
    expect(answer.body + open.log()).not.toContain(token)
  })

  it.each([
    ['contradicted', () => line.servers.forEach((server) => void server.lagBy(600)), 1],
    ['held', () => line.service.answerNext({ kind: 'answer', status: 401, body: 'badauth' }), 0],
  ] as const)('%s: 503, and no further request, also after a restart', async (word, break_, requests) => {
    break_()
    const settings = { MXHOME_SCHEDULE: '* * * * * *', MXHOME_CONFIRM_TIMEOUT: '300ms' }
    start(settings)
    await expect
      .poll(
        () =>
          ask('/healthz').then(
            ({ body }) => body,
            () => '',
          ),
        { timeout: 10_000 },
      )
      .toContain(word)
    const { status, body } = await ask('/healthz')
    expect({ status, said: JSON.parse(body).status }).toEqual({ status: 503, said: 'fail' })
    expect(await daemon!.stop()).toBe(0)
    await afterRound(start(settings))
    expect(await daemon!.stop()).toBe(0)
    expect(line.service.counters.requests, 'besides the one that was refused').toBe(requests)
  })
})

describe('signals', () => {
  it('SIGUSR1: a round now', async () => {
    const one = start()
    await afterRound(one)
    line.address('203.0.113.8')
    one.child.kill('SIGUSR1')
    await one.until('the new address', ({ addresses }) => addresses.A === '203.0.113.8')
    expect(await one.stop()).toBe(0)
  })

  it('SIGTERM while the service is silent: ends, and the next round reads back before it sends', async () => {
    line.service.answerNext({ kind: 'silence', acts: true })
    const one = start()
    await expect.poll(() => line.service.counters.requests, { timeout: 10_000 }).toBe(1)
    expect(await one.stop()).toBe(0)
    const { code, document } = await line.update()
    expect({ code, ...document.targets[0] }).toMatchObject({ code: 0, action: 'skip', why: 'adopted' })
    expect(line.service.counters.requests).toBe(1)
  })
})

it('six fields of a schedule are exact, five are shifted by less than a minute', async () => {
  const next = async (schedule: string) => {
    const one = start({ MXHOME_SCHEDULE: schedule, TZ: 'UTC' })
    const { nextRound } = await one.until('the next round is known', (status) => Boolean(status.nextRound))
    await one.stop()
    return nextRound
  }
  expect(await next('7 0 3 1 1 *')).toMatch(/-01-01T03:00:07\.000Z$/)
  expect(await next('0 3 1 1 *')).toMatch(/-01-01T03:00:[0-5]\d\.000Z$/)
})
