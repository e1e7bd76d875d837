import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { type Daemon, startDaemon } from '../support/program.ts'

const MIB = 1024 * 1024

describe('a daemon whose health endpoint is beset', () => {
  let line: Awaited<ReturnType<typeof openDyndnsLine>>
  let port: number
  let daemon: Daemon
  let rested: { fds: number; rss: number }
  const sockets = new Set<Socket>()

  beforeAll(async () => {
    line = await openDyndnsLine(['home.dyn.example'])
    line.address('203.0.113.7')
    port = await freePort()
    const settings = { ...line.settings, MXHOME_SCHEDULE: '* * * * * *', MXHOME_LOG_LEVEL: 'debug' }
    daemon = startDaemon(settings, line.folder.path, port)
    await daemon.until('the first round', ({ targets }) => targets.length > 0)
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    await daemon.stop()
    await line.leave()
  })

  const rounds = () => daemon.log().split('"because":"schedule"').length
  /** Scheduled rounds begin, whatever the clients do. */
  const further = async (count: number) => {
    const goal = rounds() + count
    await expect.poll(rounds, { timeout: 30_000 }).toBeGreaterThanOrEqual(goal)
  }
  const fds = () => readdirSync(`/proc/${daemon.child.pid}/fd`).length
  const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.child.pid}/status`, 'utf8'))![1]) / 1024

  function ask(
    path: string,
    { agent = false, ...more }: { agent?: Agent | false; method?: string; headers?: Record<string, string> } = {},
  ) {
    return new Promise<number>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, agent, ...more }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!))
      })
      asked.on('error', reject).end()
    })
  }
  /** Resolves `closed` when the other side has ended it, whichever way. */
  function open(text = '', allowHalfOpen = false) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen })
    sockets.add(socket)
    let heard = ''
    const connected = new Promise<void>((resolve) => socket.on('connect', resolve).on('close', () => resolve()))
    const closed = new Promise<string>((resolve) => {
      socket
        .on('error', () => {})
        .on('close', () => resolve(heard))
        .on('end', () => resolve(heard))
    })
    socket.on('data', (chunk) => (heard += chunk)).write(text)
    return { socket, connected, closed }
  }
  const HEAD = 'GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n'

  it('a thousand requests a second: all are answered, and the rounds begin', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 50 })
    const answers: Promise<number>[] = []
    const load = setInterval(() => {
      for (const path of ['/status', '/healthz', '/livez', '/readyz'])
        for (let nth = 0; nth < 25; nth++) answers.push(ask(path, { agent }))
    }, 100)
    await further(4)
    clearInterval(load)
    const all = await Promise.all(answers)
    agent.destroy()
    expect(all.length).toBeGreaterThan(1000)
    expect(new Set(all)).toEqual(new Set([200, 204]))
    await expect.poll(fds, { timeout: 10_000 }).toBeLessThan(40)
    rested = { fds: fds(), rss: rss() }
  })

  it('ten megabytes of headers, foreign hosts, other methods with a body: refused', async () => {
    const { socket, closed } = open(`${HEAD}X-Long: `)
    const chunk = Buffer.alloc(64 * 1024, 'x')
    for (let sent = 0; sent < 10 * MIB && !socket.destroyed; sent += chunk.length) socket.write(chunk)
    expect(await closed).toMatch(/^(HTTP\/1\.1 431 |$)/)
    for (const host of ['evil.example', '127.0.0.1.evil.example', '203.0.113.7'])
      expect(await ask('/status', { headers: { host } }), host).toBe(421)
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])
      expect(await ask('/status', { method }), method).toBe(405)
    const posts = Array.from({ length: 20 }, () => {
      const post = open(
        `POST /status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: ${10 * MIB}\r\n\r\n`,
      )
      for (let sent = 0; sent < 10 * MIB; sent += chunk.length) post.socket.write(chunk)
      return post
    })
    for (const post of posts) expect(await post.closed).toMatch(/^(HTTP\/1\.1 405 |$)/) // or reset: nobody reads what is sent
    expect(await ask('/livez')).toBe(204)
  })

  it('slow, half-open and idle clients, two thousand of them: all are shown out, and the rounds begin', async () => {
    const slow = Array.from({ length: 40 }, () => open(`${HEAD}X-Slow: `))
    const drip = setInterval(() => {
      for (const { socket } of slow) if (socket.writable) socket.write('x')
    }, 50)
    // They never read, and never close: one after a whole request, one in the middle of it.
    const halves = ['\r\n', ''].flatMap((end) => Array.from({ length: 20 }, () => open(HEAD + end, true)))
    for (const { socket } of halves) socket.end()
    const idle: ReturnType<typeof open>[] = []
    // Not all at once: of those that the kernel's queue does not hold the daemon never hears, and they never hear of it.
    while (idle.length < 2000) {
      const more = Array.from({ length: 200 }, () => open())
      await Promise.all(more.map(({ connected }) => connected))
      idle.push(...more)
      // Nobody waits until they are shown out.
      expect(await ask('/livez')).toBe(204)
    }
    const all = [...slow, ...halves, ...idle].map(({ closed }) => closed)
    await further(3)
    await Promise.all(all)
    clearInterval(drip)
  })

  it('afterwards it is as it was', async () => {
    for (const socket of sockets) socket.destroy()
    await expect.poll(fds, { timeout: 10_000 }).toBeLessThanOrEqual(rested.fds)
    await expect.poll(rss, { timeout: 10_000 }).toBeLessThan(rested.rss + 32)
    await further(2)
    const { targets, health } = await daemon.status()
    expect([targets[0]?.why, health]).toEqual(['up-to-date', 'pass'])
    expect(line.service.counters.requests).toBe(1)
    const troubles = daemon
      .log()
      .split('\n')
      .filter((text) => /"level":"(warn|error)"/.test(text))
    expect(troubles).toEqual([])
  })
})
