import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { startHomeLine } from '../../src/demo/home-line.ts'
import { hostZone } from '../../src/demo/hosted-zone.ts'
import { runDemo } from '../../src/demo/run-demo.ts'
import { openTimeline } from '../../src/demo/timeline.ts'
import { ip } from '../support/targets.ts'

const KEY = 'demo.key'
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

describe('a zone at an IONOS-like API', () => {
  const records = [
    { name: 'example.com', type: 'MX', content: 'mail.example.com', prio: 10 },
    { name: 'example.com', type: 'MX', content: 'backup.example.com', prio: 20 },
    { name: 'example.com', type: 'TXT', content: 'v=spf1 mx -all' },
    { name: 'off.example.com', type: 'A', content: '203.0.113.1', disabled: true },
  ]
  const open = async () => {
    const hosted = await hostZone('example.com', records, KEY)
    closing.push(hosted.close)
    const headers = {
      'x-api-key': KEY,
      'user-agent': 'a test',
      'content-type': 'application/json',
      connection: 'close',
    }
    const ask = (path: string, init: RequestInit = {}) => fetch(`${hosted.url()}${path}`, { headers, ...init })
    const served = () => hosted.zone.at(Date.now()).records.map(({ owner, data }) => ({ owner, ...data }))
    const zoneId = async () => ((await (await ask('/v1/zones')).json()) as [{ id: string }])[0].id
    return { hosted, ask, served, zoneId }
  }

  it('what is written at the API the name servers show, with the next serial', async () => {
    const { hosted, ask, served, zoneId } = await open()
    const body = JSON.stringify([{ name: 'mail.example.com', type: 'A', content: '203.0.113.7', ttl: 60 }])
    await ask(`/v1/zones/${await zoneId()}/records`, { method: 'POST', body })
    expect(served()).toContainEqual({ owner: 'mail.example.com', type: 'A', address: '203.0.113.7' })
    expect(served().some(({ owner }) => owner === 'off.example.com')).toBe(false)
    expect(hosted.zone.at(Date.now()).serial).toBe(2)
    expect(hosted.writes()).toBe(1)
  })

  it('the owner moves one MX: nothing else changes, and it is nobody else’s write', async () => {
    const { hosted, served } = await open()
    const before = hosted.records()
    await hosted.moveMx(10, 'mail2.example.com')
    const changed = hosted.records().filter((record) => !before.includes(record))
    expect(changed).toMatchObject([{ id: before[0]!.id, content: 'mail2.example.com', prio: 10, ttl: before[0]!.ttl }])
    expect(served()).toContainEqual({
      owner: 'example.com',
      type: 'MX',
      preference: 10,
      exchange: 'mail2.example.com',
    })
    expect(hosted.writes()).toBe(0)
    await expect(hosted.moveMx(30, 'mail2.example.com')).rejects.toThrow('no MX of preference 30')
  })

  it('goes down, is refused, and comes back at the same place with the same records', async () => {
    const { hosted, ask, zoneId } = await open()
    const [before, url] = [JSON.stringify(hosted.records()), hosted.url()]
    await ask(`/v1/zones/${await zoneId()}/records`, { method: 'POST', body: '[]' })
    await hosted.goDown()
    await expect(ask('/v1/zones')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await hosted.comeBack()
    expect((await ask('/v1/zones')).status).toBe(200)
    expect([JSON.stringify(hosted.records()), hosted.url()]).toEqual([before, url])
    expect(hosted.writes()).toBe(1) // what was asked before counts on
  })
})

it('on a home line a DynDNS update reaches both name servers, and the neighbours stay', async () => {
  const home = await startHomeLine(ip('203.0.113.7'), new AbortController().signal)
  closing.push(home.close)
  const neighbours = home.neighbours()
  const [one, other] = home.servers
  expect(await home.shows(one, 'home.dyn.example')).toEqual([])
  const authorization = `Basic ${Buffer.from('demo:demo-dyndns-password').toString('base64')}`
  const url = `${home.dyndns.url}/nic/update?hostname=home.dyn.example&myip=203.0.113.9`
  const answer = await fetch(url, { headers: { authorization, 'user-agent': 'a test' } })
  expect((await answer.text()).trim()).toBe('good 203.0.113.9')
  for (const server of [one, other, home.resolver]) {
    expect(await home.shows(server, 'home.dyn.example')).toEqual(['203.0.113.9'])
  }
  expect(home.neighbours()).toBe(neighbours)
  await home.hosted.moveMx(20, 'elsewhere.example.com')
  expect(home.neighbours()).not.toBe(neighbours)
})

describe('the timeline', () => {
  const open = (broken: () => string | undefined = () => undefined) => {
    const lines: string[] = []
    const stop = new AbortController()
    const print = (line: string) => lines.push(line)
    return { lines, stop, timeline: openTimeline({ print, colour: false, signal: stop.signal, broken }) }
  }

  it('says what was seen, checked and not shown', async () => {
    const { lines, timeline } = open()
    timeline.scene('First', 'a beginning')
    let looks = 0
    await timeline.until('a third look', () => (++looks === 3 ? 'seen at the third look' : undefined))
    timeline.check('this holds', true)
    timeline.check('that holds', false, '7')
    expect(lines.map((line) => line.replace(/^ +\d+\.\d s/, 'T'))).toEqual([
      '',
      '1 First  a beginning',
      'T  + seen at the third look',
      'T  = this holds',
      'T  x NOT SHOWN: that holds (found: 7)',
    ])
    expect(timeline.shortfalls()).toEqual(['1 First: that holds (found: 7)'])
    expect(timeline.isOver()).toBe(false)
  })

  it('waits for nothing once the program has ended', async () => {
    const { timeline } = open(() => 'mxhome ended with code 78')
    await expect(timeline.until('an address', () => undefined)).rejects.toThrow('an address')
    expect(timeline.shortfalls()).toEqual([': an address (mxhome ended with code 78)'])
    expect(timeline.isOver()).toBe(true)
  })

  it('ends a wait when it is stopped, which is no shortfall', async () => {
    const { timeline, stop } = open()
    const waiting = timeline.until('for ever', () => undefined)
    stop.abort()
    await expect(waiting).rejects.toThrow('stopped')
    expect([timeline.shortfalls(), timeline.isOver()]).toEqual([[], true])
  })

  it('breaks long lines between words', () => {
    const { lines, timeline } = open()
    timeline.act(`${'word '.repeat(30)}end`)
    expect(lines).toHaveLength(2)
    expect(lines.every((line) => line.length <= 100)).toBe(true)
  })
})

it('a program that ends at once: 1, with its last words, and nothing left behind', async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('mxhome-demo-'))
  const before = folders()
  const listeners = process.listenerCount('SIGINT')
  let text = ''
  const code = await runDemo({
    command: [process.execPath, '-e', 'console.error("no such setting"); process.exitCode = 78', '--'],
    stay: false,
    colour: false,
    print: (more) => {
      text += more
    },
  })
  expect(code).toBe(1)
  expect(text).toMatch(/NOT SHOWN: .* \(mxhome ended with code\s+78\)/)
  expect(text).toContain('0 of 6 scenes were played; not as shown:')
  expect(text).toContain('The end of the log of mxhome:\n  no such setting\n')
  expect(folders().filter((name) => !before.includes(name))).toEqual([])
  expect(process.listenerCount('SIGINT')).toBe(listeners)
})
