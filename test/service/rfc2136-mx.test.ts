import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { describeMx } from '../../src/core/mx.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import { bind, type MxWish, type Tools } from '../../src/providers/provider.ts'
import { rfc2136 } from '../../src/providers/special/rfc2136.ts'
import { createDns } from '../../src/system/dns.ts'
import { type Bind, bindIsInstalled, startBind } from '../support/bind.ts'
import { name } from '../support/config.ts'
import { noExec } from '../support/replay.ts'

const KEY = { name: 'home', algorithm: 'hmac-sha256', secret: Buffer.from('m'.repeat(32)).toString('base64') }
const RECORDS = '@ 1800 MX 30 mail\nsub MX 10 mail\nmail A 192.0.2.1\n@ TXT "kept"'
const WISH: MxWish = { domain: name('example.com'), mx: [{ preference: 10, exchange: 'mail.example.com' }] }

/** What can meet an UPDATE on its way; the recorded exchanges of the other adapters are over HTTP. */
describe.skipIf(!bindIsInstalled)('MX records by RFC 2136, and what meets them', () => {
  let server: Bind
  beforeAll(async () => {
    server = await startBind({ zones: [{ apex: 'example.com', records: RECORDS }], keys: [KEY] })
  })
  afterAll(() => server?.stop())
  beforeEach(() => server.nsupdate('update del example.com MX', 'update add example.com 1800 MX 30 mail.example.com.'))

  const dns = createDns({ udp: 1000 })
  const signal = new AbortController().signal
  type Send = Tools['dns']['send']
  const really: Send = (message, endpoint, over) => dns.send(message, endpoint, over, signal)
  const tools = (send: Send = really): Tools => ({
    http: () => Promise.reject(new Error('no HTTP here')),
    dns: { query: (question) => dns.query(question, signal), send, lookup: dns.lookup },
    exec: noExec,
    now: () => Date.now(),
    random: Math.random,
  })
  const account = (change: object = {}) => {
    const own = { server: describeEndpoint(server.endpoint), keyName: KEY.name, keySecret: KEY.secret }
    return bind(rfc2136, { ...own, ...change })
  }
  const write = (send?: Send, wish: MxWish = WISH, change: object = {}) =>
    account(change).writeMx!(wish, tools(send)).then(({ changed }) => changed, Failure.from)
  const held = async () => (await account().readMx!(WISH.domain, tools())).map(describeMx)
  const others = async () =>
    (await server.axfr('example.com')).filter((line) => !/SOA|^example\.com\.\s.*\sMX\s/.test(line))

  it('writes it with the TTL that was there, and the second time not', async () => {
    const before = await others()
    expect([await write(), await held()]).toEqual([true, ['10 mail.example.com']])
    expect((await server.axfr('example.com')).join('\n')).toMatch(/^example\.com\.\s+1800\s+IN\s+MX\s+10 mail/m)
    expect(await write(() => Promise.reject(new Error('nothing shall be sent')))).toBe(false)
    expect(await others()).toEqual(before)
    expect(await write(really, { ...WISH, ttl: 300 })).toBe(true)
    expect((await server.axfr('example.com')).join('\n')).toMatch(/^example\.com\.\s+300\s+IN\s+MX/m)
  })

  it.each<[string, Send, lost: boolean, kind: string, after: string]>([
    ['no connection', async () => Promise.reject(new Failure('network', 'refused')), false, 'network', '30'],
    [
      'an answer that is lost, the update was made',
      async (...args) => {
        await really(...args)
        throw new Failure('network', 'cut', { lost: true })
      },
      ...([true, 'network', '10'] as const),
    ],
    ['an answer that is none', async () => new Uint8Array([1, 2, 3]), true, 'protocol', '30'],
    [
      'an answer that is cut off, the update was made',
      async (...args) => (await really(...args)).slice(0, 20),
      ...([true, 'protocol', '10'] as const),
    ],
  ])('%s', async (_, send, lost, kind, after) => {
    const before = await others()
    const failure = await write(send)
    expect(failure).toMatchObject({ kind, lost })
    expect(await held()).toEqual([`${after} mail.example.com`])
    expect(await others()).toEqual(before)
  })

  it('a wrong secret is told, and not shown', async () => {
    const keySecret = Buffer.from('x'.repeat(32)).toString('base64')
    const failure = await write(really, WISH, { keySecret })
    expect(failure).toMatchObject({ kind: 'auth', lost: false })
    expect(String(failure)).not.toContain(keySecret)
    expect(await held()).toEqual(['30 mail.example.com'])
  })

  it('what someone else writes between reading and writing is not overwritten', async () => {
    const meddling: Send = async (...args) => {
      await server.nsupdate('update add example.com 1800 MX 5 ns1.example.com.')
      return really(...args)
    }
    expect(await write(meddling)).toMatchObject({ kind: 'unavailable', lost: false })
    expect((await held()).toSorted()).toEqual(['30 mail.example.com', '5 ns1.example.com'])
    const shown = { ...WISH, shown: [{ preference: 30, exchange: 'mail.example.com' }] }
    expect(await write(really, shown)).toMatchObject({ kind: 'unavailable' })
    expect((await held()).toSorted()).toEqual(['30 mail.example.com', '5 ns1.example.com'])
  })
})
