import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDyndnsLine } from '../support/dyndns-line.ts'
import { freePort } from '../support/free-port.ts'
import { type Daemon, startDaemon } from '../support/program.ts'

const HOST = 'home.dyn.example'
const [RIGHT, WRONG] = ['router:l0ng:en0ugh', 'router:wrong-word']
const COUNT = 10_000
/** Fewer than the server has places: no answer is lost on its way. */
const AT_ONCE = 16
/** Loaded into the daemon: at SIGUSR2 five minutes are over. */
const LATER = `
const now = Date.now
let ahead = 0
Date.now = () => now() + ahead
process.on('SIGUSR2', () => (ahead += 300_000))`

interface Caller {
  readonly from: string
  readonly auth?: string
  readonly agent?: Agent
}

describe('ten thousand requests of one caller, as fast as they can be sent', () => {
  let line: Awaited<ReturnType<typeof openDyndnsLine>>
  let daemon: Daemon
  let port: number
  let health: string
  let rested: number
  const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.child.pid}/status`, 'utf8'))![1]) / 1024

  beforeAll(async () => {
    line = await openDyndnsLine([HOST])
    const later = join(line.folder.path, 'later.cjs')
    writeFileSync(later, LATER)
    port = await freePort()
    const own = await freePort()
    health = `http://127.0.0.1:${own}/healthz`
    const settings = {
      NODE_OPTIONS: `--require ${later}`,
      MXHOME_IP_SOURCES: 'push',
      MXHOME_SCHEDULE: '0 0 1 1 *',
      MXHOME_PUSH_LISTEN: `127.0.0.1:${port}`,
      MXHOME_PUSH_USERNAME: 'router',
      MXHOME_PUSH_PASSWORD: 'l0ng:en0ugh',
    }
    daemon = startDaemon({ ...line.settings, ...settings }, line.folder.path, own)
    await daemon.until('it listens', () => daemon.log().includes('the router can tell its address'))
    await tell('203.0.113.1', { from: '127.0.0.9' })
    rested = rss()
  })
  afterAll(async () => {
    await daemon.stop()
    await line.leave()
  })

  /** What is answered, or `cut off`. */
  function tell(address: string, { from, auth = RIGHT, agent }: Caller): Promise<string> {
    const path = `/nic/update?hostname=${HOST}&myip=${address}`
    const options = { host: '127.0.0.1', port, path, auth, localAddress: from, agent: agent ?? false }
    return new Promise((resolve) => {
      const cut = ({ code }: NodeJS.ErrnoException) =>
        resolve(/^(?:ECONNRESET|EPIPE)$/.test(String(code)) ? 'cut off' : String(code))
      const asked = request(options, (answer) => {
        let body = ''
        answer.setEncoding('utf8').on('data', (part) => (body += part))
        answer.on('end', () => resolve(body.trim())).on('error', cut)
      })
      asked.on('error', cut).end()
    })
  }

  /** How often each answer came; it goes on until `meanwhile` has happened: that was in the flood. */
  async function flood(
    address: string,
    caller: Caller,
    meanwhile: (counts: Readonly<Record<string, number>>) => Promise<void>,
  ): Promise<Record<string, number>> {
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    const counts: Record<string, number> = {}
    let [sent, isOver] = [0, false]
    const send = async () => {
      while (sent < COUNT || !isOver) {
        sent += 1
        const answer = await tell(address, { ...caller, agent })
        counts[answer] = (counts[answer] ?? 0) + 1
      }
    }
    const sending = Promise.all(Array.from({ length: AT_ONCE }, send))
    try {
      await meanwhile(counts)
    } finally {
      isOver = true
      await sending
      agent.destroy()
    }
    return counts
  }

  it.each([
    [
      'a wrong password',
      { from: '127.0.0.2', auth: WRONG },
      { old: '203.0.113.1', next: '203.0.113.2', word: 'badauth', limit: 5, refusals: ['badauth', 'abuse'] },
    ],
    [
      'the right one',
      { from: '127.0.0.3', auth: RIGHT },
      { old: '203.0.113.2', next: '203.0.113.3', word: 'nochg 203.0.113.2', limit: 30, refusals: ['toomanyrequests'] },
    ],
  ])('with %s: few are worked on, and everybody else is served', async (_, caller, about) => {
    const { old, next, word, limit, refusals } = about
    expect(await tell(old, { from: '127.0.0.9' })).toContain(old)
    const counts = await flood(old, caller, async (soFar) => {
      await expect.poll(() => soFar['cut off'] ?? 0, { timeout: 20_000 }).toBeGreaterThan(0)
      const another = { from: caller.from.replace('127.0.', '127.1.') }
      expect(await tell(next, another), 'one never heard of').toBe(`good ${next}`)
      expect(String(line.service.holds(HOST)), 'a round in the flood').toBe(next)
      for (let nth = 0; nth < 20; nth++) expect((await fetch(health)).status).toBe(200)
    })
    const { [word]: served = 0, [refusals.at(-1)!]: refused = 0, 'cut off': cut = 0, ...others } = counts
    expect([served, others]).toEqual([limit, {}])
    // sixty, and one on each connection that was open by then
    expect(served + refused).toBeGreaterThanOrEqual(60)
    expect(served + refused).toBeLessThan(60 + AT_ONCE)
    expect(served + refused + cut).toBeGreaterThanOrEqual(COUNT)
    await expect.poll(rss, { timeout: 10_000 }).toBeLessThan(rested + 32)
    const said = daemon.log().matchAll(new RegExp(`"a push was refused","from":"${caller.from}","answer":"(.+?)"`, 'g'))
    expect([...said].map(([, answer]) => answer)).toEqual(refusals)

    daemon.child.kill('SIGUSR2')
    await expect.poll(() => tell(next, { from: caller.from }), { timeout: 10_000 }).toBe(`nochg ${next}`)
  })
})
