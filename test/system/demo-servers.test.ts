import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { afterEach, expect, it } from 'vitest'
import { startAddressService } from '../../src/demo/address-service.ts'
import { type NameServer, startNameServer } from '../../src/demo/name-server.ts'
import { createZone } from '../../src/demo/zone.ts'
import { encodeQuery } from '../../src/dns/codec.ts'
import type { Rdata, ResourceRecord } from '../../src/dns/message.ts'
import { describeWith } from '../support/needs.ts'
import { ip } from '../support/targets.ts'

const run = promisify(execFile)
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

const rr = (owner: string, data: Rdata, ttl = 60): ResourceRecord => ({ owner, ttl, data })
const a = (address: string): Rdata => ({ type: 'A', address: ip(address) })
const RECORDS = [
  rr('example.com', { type: 'NS', target: 'ns1.example.com' }),
  rr('example.com', { type: 'NS', target: 'ns2.example.com' }),
  rr('example.com', { type: 'MX', preference: 10, exchange: 'mail.example.com' }),
  rr('example.com', { type: 'TXT', strings: ['v=spf1 mx -all'] }, 3600),
  rr('mail.example.com', a('203.0.113.7')),
  rr('mail.example.com', { type: 'AAAA', address: ip('2001:db8::7') }),
  rr('smtp.example.com', { type: 'CNAME', target: 'mail.example.com' }),
  rr('loop.example.com', { type: 'CNAME', target: 'loop.example.com' }),
  rr('away.example.com', { type: 'CNAME', target: 'host.example.net' }),
  rr('deep.below.example.com', a('203.0.113.8')),
  rr('*.wild.example.com', a('203.0.113.9')),
]

async function serve(wishes: Partial<Parameters<typeof startNameServer>[0]> = {}) {
  const zone = createZone('example.com', RECORDS)
  const server = await startNameServer({ zones: [zone], ...wishes })
  closing.push(server.close)
  return { zone, server }
}

/** What dig prints: the header's status and flags, and the sections' records with single blanks. */
async function dig({ endpoint }: NameServer, ...args: string[]) {
  const given = [`@${endpoint.address}`, '-p', String(endpoint.port), '+tries=1', '+time=2', '+norecurse', ...args]
  const { stdout } = await run('dig', given)
  const section = (name: string) =>
    (new RegExp(`;; ${name} SECTION:\\n([\\s\\S]*?)\\n\\n`).exec(stdout)?.[1] ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/\s+/g, ' '))
  return {
    status: /status: (\w+)/.exec(stdout)?.[1],
    flags: /flags: ([a-z ]*);/.exec(stdout)?.[1],
    answer: section('ANSWER').toSorted(),
    authority: section('AUTHORITY'),
    complaint: /;; (?:Warning|WARNING|Got bad|Truncated).*/.exec(stdout)?.[0],
    stdout,
  }
}

const SOA = 'example.com. 60 IN SOA ns1.example.com. hostmaster.example.com. 1 86400 7200 3600000 60'

describeWith(['dig'], 'a name server, as dig sees it', () => {
  it.each([
    ['mail.example.com', 'A', ['mail.example.com. 60 IN A 203.0.113.7']],
    ['MAIL.Example.COM', 'AAAA', ['mail.example.com. 60 IN AAAA 2001:db8::7']],
    ['example.com', 'MX', ['example.com. 60 IN MX 10 mail.example.com.']],
    ['example.com', 'NS', ['example.com. 60 IN NS ns1.example.com.', 'example.com. 60 IN NS ns2.example.com.']],
    ['example.com', 'TXT', ['example.com. 3600 IN TXT "v=spf1 mx -all"']],
    ['example.com', 'SOA', [SOA]],
    ['smtp.example.com', 'CNAME', ['smtp.example.com. 60 IN CNAME mail.example.com.']],
    [
      'smtp.example.com',
      'A',
      ['mail.example.com. 60 IN A 203.0.113.7', 'smtp.example.com. 60 IN CNAME mail.example.com.'],
    ],
    ['away.example.com', 'A', ['away.example.com. 60 IN CNAME host.example.net.']],
    ['any.wild.example.com', 'A', ['any.wild.example.com. 60 IN A 203.0.113.9']],
  ])('%s %s is answered with authority', async (name, type, answer) => {
    const { server } = await serve()
    const seen = await dig(server, name, type)
    expect(seen).toMatchObject({ status: 'NOERROR', flags: 'qr aa', answer, authority: [], complaint: undefined })
  })

  it.each([
    ['nobody.example.com', 'NXDOMAIN'],
    ['nobody.mail.example.com', 'NXDOMAIN'],
    ['below.example.com', 'NOERROR'],
    ['wild.example.com', 'NOERROR'],
    ['smtp.example.com', 'NOERROR'],
  ])('%s TLSA: %s with the SOA', async (name, status) => {
    const { server } = await serve()
    expect(await dig(server, name, 'TLSA')).toMatchObject({ status, flags: 'qr aa', authority: [SOA] })
  })

  it.each(['host.example.net', 'notexample.com', 'com'])(
    '%s lies outside: refused, without authority',
    async (name) => {
      const { server } = await serve()
      expect(await dig(server, name, 'A')).toMatchObject({ status: 'REFUSED', flags: 'qr', answer: [] })
    },
  )

  it('an alias of itself ends', async () => {
    const { server } = await serve()
    expect((await dig(server, 'loop.example.com', 'A')).status).toBe('NOERROR')
  })

  it('says the same over TCP, several questions on one connection', async () => {
    const { server } = await serve()
    const seen = await dig(server, '+tcp', '+keepopen', 'mail.example.com', 'A')
    expect(seen).toMatchObject({ flags: 'qr aa', answer: ['mail.example.com. 60 IN A 203.0.113.7'] })
    const both = await dig(server, '+tcp', '+keepopen', '+short', 'mail.example.com', 'A', 'mail.example.com', 'AAAA')
    expect(both.stdout).toBe('203.0.113.7\n2001:db8::7\n')
  })

  it('cuts what does not fit into a datagram, and dig gets it by TCP', async () => {
    const { server, zone } = await serve()
    const strings = ['x'.repeat(250), 'y'.repeat(250), 'z'.repeat(250)]
    zone.setRRset('big.example.com', 'TXT', [{ type: 'TXT', strings }])
    const cut = await dig(server, '+ignore', 'big.example.com', 'TXT')
    expect(cut).toMatchObject({ flags: 'qr aa tc', answer: [] })
    const whole = await dig(server, 'big.example.com', 'TXT')
    expect(whole.answer).toEqual([`big.example.com. 60 IN TXT ${strings.map((text) => `"${text}"`).join(' ')}`])
  })

  it('as a stub resolver answers for all zones, without authority', async () => {
    const other = createZone('dyn.example', [rr('home.dyn.example', a('203.0.113.7'))])
    const zones = [createZone('example.com', RECORDS), other]
    const { server } = await serve({ zones, role: 'resolver' })
    const seen = await dig(server, '+recurse', 'home.dyn.example', 'A')
    expect(seen).toMatchObject({ flags: 'qr rd ra', answer: ['home.dyn.example. 60 IN A 203.0.113.7'] })
    expect(await dig(server, '+recurse', 'none.example.com', 'A')).toMatchObject({
      status: 'NXDOMAIN',
      authority: [SOA],
    })
  })

  it('shows a change at once, with a new serial; an unchanged write raises none', async () => {
    const { server, zone } = await serve()
    zone.setRRset('mail.example.com', 'A', [a('203.0.113.99')])
    zone.setRRset('mail.example.com', 'A', [a('203.0.113.99')])
    expect((await dig(server, 'mail.example.com', 'A')).answer).toEqual(['mail.example.com. 60 IN A 203.0.113.99'])
    expect((await dig(server, 'example.com', 'SOA')).answer[0]).toMatch(/ 2 86400 /)
    expect((await dig(server, 'mail.example.com', 'AAAA')).answer).toHaveLength(1)
  })

  it('lags: what changes is shown so much later, serial included', async () => {
    const time = { now: 0 }
    const now = () => time.now
    const zone = createZone('example.com', RECORDS, now)
    const server = await startNameServer({ zones: [zone], now })
    closing.push(server.close)
    const shown = async () => {
      const [address, soa] = [await dig(server, 'mail.example.com', 'A'), await dig(server, 'example.com', 'SOA')]
      return [address.answer[0]?.split(' ').at(-1), soa.answer[0]?.split(' ')[6]]
    }
    const change = (address: string) => zone.setRRset('mail.example.com', 'A', [a(address)])
    change('203.0.113.98')
    server.lagBy(5) // what was there before stays
    time.now = 1000
    change('203.0.113.99')
    expect(await shown()).toEqual(['203.0.113.98', '2'])
    time.now = 5999
    expect(await shown()).toEqual(['203.0.113.98', '2'])
    time.now = 6000
    expect(await shown()).toEqual(['203.0.113.99', '3'])
    change('203.0.113.100')
    server.lagBy(0)
    expect(await shown()).toEqual(['203.0.113.100', '4'])
  })

  it('is silent while switched off, and back afterwards', async () => {
    const { server } = await serve()
    server.switchOff(true)
    await expect(dig(server, '+time=1', 'mail.example.com', 'A')).rejects.toThrow()
    server.switchOff(false)
    expect((await dig(server, 'mail.example.com', 'A')).status).toBe('NOERROR')
  })

  it('survives what is no question', async () => {
    const { server } = await serve()
    const udp = createSocket('udp4')
    const { port, address } = server.endpoint
    const question = { name: 'mail.example.com', type: 'A' } as const
    const query = encodeQuery({ id: 7, question, recursion: false, edns: false })
    const answerToNobody = Uint8Array.from(query)
    answerToNobody.set([0, 6, 0x80])
    for (const bytes of [Uint8Array.of(1, 2, 3), query.subarray(0, 20), answerToNobody, query]) {
      udp.send(bytes, port, address)
    }
    const [reply] = await once(udp, 'message')
    expect([...reply.subarray(0, 2)]).toEqual([0, 7])
    udp.close()
  })
})

it('a zone refuses records that lie outside', () => {
  expect(() => createZone('example.com', [rr('notexample.com', a('203.0.113.7'))])).toThrow('does not lie in the zone')
})

it('the address service tells the address and takes a new one', async () => {
  const service = await startAddressService(ip('203.0.113.7'))
  closing.push(service.close)
  const ask = async (init?: RequestInit) => {
    const response = await fetch(service.url, init)
    return `${response.status} ${(await response.text()).trim()}`
  }
  expect(await ask()).toBe('200 203.0.113.7')
  expect(await ask({ method: 'PUT', body: '203.0.113.9\n' })).toBe('200 203.0.113.9')
  expect(await ask()).toBe('200 203.0.113.9')
  expect(await ask({ method: 'PUT', body: '203.0.113.999' })).toMatch(/^400 expected/)
  expect(await ask({ method: 'DELETE' })).toMatch(/^405/)
  service.change(ip('203.0.113.10'))
  expect(await ask()).toBe('200 203.0.113.10')
  expect(service.address()).toBe('203.0.113.10')
})
