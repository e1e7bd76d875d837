import { expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { HOUR, MINUTE } from '../../src/core/instant.ts'
import type { Asking } from '../../src/lookup/asking.ts'
import { zoneOf } from '../../src/lookup/zone.ts'
import { askingOf, EXAMPLE, never, RESOLVER, withRecords } from '../support/asking.ts'
import { endpoint, name } from '../support/config.ts'
import type { Internet } from '../support/fake-zones.ts'

async function shown(asking: Asking, owner: string): Promise<string> {
  const zone = await zoneOf(asking, name(owner), never).catch(Failure.from)
  if (zone instanceof Failure) return `${zone.kind}: ${zone.message}`
  const servers = zone.servers.map((one) => `${one.name} ${one.endpoint.address}`)
  return [zone.apex ?? '-', ...servers, ...zone.unreachable.map((one) => `${one.name} ${one.why.kind}`)].join(', ')
}
const find = (internet: Internet, owner = 'mail.example.com', news?: Partial<Asking>) =>
  shown(askingOf(internet, news).asking, owner)
const BOTH = 'example.com, ns1.example.com 5.9.1.1, ns1.example.com 2a02:908::1, ns2.hoster.net 5.9.1.2'

/** example.com with `sub` delegated to ns2. */
const SUB: Internet = {
  ...EXAMPLE,
  zones: {
    ...EXAMPLE.zones,
    'sub.example.com': { 'sub.example.com NS': 'ns2.hoster.net', 'x.sub.example.com A': '5.9.1.9' },
  },
}

it.each([
  ['a name that exists', 'mail.example.com'],
  ['a name that does not', 'nobody.there.example.com'],
  ['the apex', 'example.com'],
  ['a wildcard', '*.example.com'],
])('finds the zone of %s, with every address of every name server', async (_, owner) => {
  expect(await find(EXAMPLE, owner)).toBe(BOTH)
})

it('asks once where the negative answer carries the SOA', async () => {
  const { asking, asked } = askingOf(EXAMPLE)
  await zoneOf(asking, name('a.b.c.example.com'), never)
  expect(asked.filter((one) => one.endsWith(' SOA'))).toEqual([`${RESOLVER} a.b.c.example.com SOA`])
})

it('asks nobody for a wildcard itself', async () => {
  const { asking, asked } = askingOf(EXAMPLE)
  await zoneOf(asking, name('*.example.com'), never)
  expect(asked.filter((one) => one.includes('*'))).toEqual([])
})

it('climbs where a resolver leaves the SOA out', async () => {
  expect(await find(withRecords(EXAMPLE, 'example.com', { 'no SOA': '' }), 'a.b.example.com')).toBe(BOTH)
})

it('finds a zone within a zone', async () => {
  expect(await find(SUB, 'x.sub.example.com')).toBe('sub.example.com, ns2.hoster.net 5.9.1.2')
  expect(await find(SUB, 'sub.example.com')).toBe('sub.example.com, ns2.hoster.net 5.9.1.2')
})

it('takes no name in a registry for a zone of the user', async () => {
  expect(await find(EXAMPLE, 'not-registered.com')).toBe(
    'unavailable: no zone found for not-registered.com: it does not exist, says the resolver (NXDOMAIN); check its spelling',
  )
})

it.each([
  ['another domain', 'www.hoster.net'],
  ['the zone above', 'mail.example.com'],
])('is not led astray by an alias into %s', async (_, end) => {
  const aliased = withRecords(SUB, 'sub.example.com', { 'y.sub.example.com CNAME': end })
  expect(await find(aliased, 'y.sub.example.com')).toBe('sub.example.com, ns2.hoster.net 5.9.1.2')
})

it('ignores name servers at special-purpose addresses', async () => {
  const inner = withRecords(EXAMPLE, 'example.com', { 'ns1.example.com A': '192.168.1.53', 'ns1.example.com AAAA': '' })
  expect(await find(inner)).toBe('example.com, ns2.hoster.net 5.9.1.2')
  const allowed = 'example.com, ns1.example.com 192.168.1.53, ns2.hoster.net 5.9.1.2'
  expect(await find(inner, undefined, { allow: ['192.168.0.0/16'] })).toBe(allowed)
})

it('says so when all are: name servers at loopback', async () => {
  const looped = withRecords(EXAMPLE, 'example.com', {
    'example.com NS': 'localhost.example.com',
    'localhost.example.com A': '127.0.0.1',
  })
  expect(await find(looped)).toBe(
    'unavailable: no name server of example.com can be asked: all are at special-purpose addresses (localhost.example.com 127.0.0.1)',
  )
})

it('keeps to public name servers that it knew while the resolver shows inner ones', async () => {
  const records: Record<string, string> = { 'example.com NS': 'ns1.example.com', 'ns1.example.com A': '5.9.1.1' }
  const { asking, time } = askingOf({ ...EXAMPLE, zones: { ...EXAMPLE.zones, 'example.com': records } })
  expect(await shown(asking, 'mail.example.com')).toBe('example.com, ns1.example.com 5.9.1.1')
  records['ns1.example.com A'] = '192.168.1.53'
  time.now = HOUR
  expect(await shown(asking, 'mail.example.com')).toBe('example.com, ns1.example.com 5.9.1.1')
  expect(await shown(asking, 'www.example.com')).toContain('all are at special-purpose addresses')
  records['ns1.example.com A'] = '5.9.1.1'
  time.now += MINUTE
  expect(await shown(asking, 'www.example.com'), 'not for an hour').toBe('example.com, ns1.example.com 5.9.1.1')
})

it('asks no name server at a special-purpose address, not even for a look', async () => {
  const { asking, asked } = askingOf(withRecords(EXAMPLE, 'example.com', { 'ns1.example.com A': '10.0.0.1' }))
  await zoneOf(asking, name('mail.example.com'), never)
  expect(asked.filter((one) => one.startsWith('10.0.0.1'))).toEqual([])
})

it('takes the servers that the user named, wherever they are, and asks nobody for them', async () => {
  const { asking, asked } = askingOf(EXAMPLE, { nameservers: [endpoint('127.0.0.1:5353'), endpoint('10.0.0.1')] })
  expect(await shown(asking, 'mail.example.com')).toBe('-,  127.0.0.1,  10.0.0.1')
  expect(asked).toEqual([])
})

it('keeps in mind the name servers whose address nobody knows', async () => {
  const dangling = withRecords(EXAMPLE, 'example.com', { 'example.com NS': 'ns1.example.com, gone.hoster.net' })
  expect(await find(dangling)).toBe(
    'example.com, ns1.example.com 5.9.1.1, ns1.example.com 2a02:908::1, gone.hoster.net rejected',
  )
  const faults = { 'ns2.hoster.net A': 'SERVFAIL', 'ns2.hoster.net AAAA': 'SERVFAIL' } as const
  expect(await find({ ...EXAMPLE, faults })).toBe(
    'example.com, ns1.example.com 5.9.1.1, ns1.example.com 2a02:908::1, ns2.hoster.net unavailable',
  )
})

it('says so when none has an address', async () => {
  const dangling = withRecords(EXAMPLE, 'example.com', { 'example.com NS': 'gone.hoster.net' })
  expect(await find(dangling)).toBe('unavailable: no name server of example.com can be asked: none has an address')
})

it('asks the next resolver when one is silent or broken', async () => {
  const resolvers = ['192.168.1.1', '192.168.1.2', '192.168.1.3'].map(endpoint)
  const faults = { '192.168.1.1': 'down', '192.168.1.2': 'SERVFAIL' } as const
  expect(await find({ ...EXAMPLE, faults }, undefined, { resolvers })).toBe(BOTH)
})

it('remembers nothing of a look-up that was called off half-way', async () => {
  const { asking } = askingOf(EXAMPLE)
  const off = new AbortController()
  const query: Asking['dns']['query'] = (question, signal) => {
    if (question.name === 'ns2.hoster.net') off.abort()
    return signal.aborted ? Promise.reject(new Failure('cancelled', '')) : asking.dns.query(question, signal)
  }
  await zoneOf({ ...asking, dns: { ...asking.dns, query } }, name('mail.example.com'), off.signal)
  expect(await shown(asking, 'mail.example.com')).toBe(BOTH)
})

it('remembers a zone for an hour', async () => {
  const { asking, asked, time } = askingOf(EXAMPLE)
  await shown(asking, 'mail.example.com')
  const first = asked.length
  time.now = HOUR - 1
  await shown(asking, 'mail.example.com')
  expect(asked.length).toBe(first)
  time.now = HOUR
  await shown(asking, 'mail.example.com')
  expect(asked.length).toBe(2 * first)
})

it('remembers it for a minute where a look-up failed', async () => {
  const faults: Record<string, 'SERVFAIL'> = { 'ns2.hoster.net A': 'SERVFAIL' }
  const { asking, time } = askingOf({ ...EXAMPLE, faults })
  expect(await shown(asking, 'mail.example.com')).toContain('ns2.hoster.net unavailable')
  delete faults['ns2.hoster.net A']
  time.now = MINUTE
  expect(await shown(asking, 'mail.example.com')).toBe(BOTH)
})

it('keeps to what it knew while the resolver is down', async () => {
  const faults: Record<string, 'down'> = {}
  const { asking, time } = askingOf({ ...EXAMPLE, faults })
  await shown(asking, 'mail.example.com')
  faults[RESOLVER] = 'down'
  time.now = 5 * HOUR
  expect(await shown(asking, 'mail.example.com')).toBe(BOTH)
  expect(await shown(asking, 'www.example.com')).toBe(`network: ${RESOLVER} is silent`)
})

it('asks no more name servers, and at no more addresses, than anybody has', async () => {
  const names = Array.from({ length: 40 }, (_, n) => `many${n}.example.com`)
  const addresses = Array.from({ length: 40 }, (_, n) => `5.9.1.${n}`).join(', ')
  const records = Object.fromEntries(names.map((one) => [`${one} A`, addresses]))
  const many = withRecords(EXAMPLE, 'example.com', { ...records, 'example.com NS': names.join(', ') })
  const { asking, asked } = askingOf(many)
  const { servers } = await zoneOf(asking, name('mail.example.com'), never)
  expect(servers).toHaveLength(20 * 8)
  expect(asked.filter((one) => / many\d+\.example\.com A$/.test(one))).toHaveLength(20)
})

it('forgets zones that nobody asks for any more, those of a resolver that is down for hours not', async () => {
  const { asking, time } = askingOf(EXAMPLE)
  await zoneOf(asking, name('old.example.com'), never)
  time.now += 20 * HOUR
  await zoneOf(asking, name('mail.example.com'), never)
  expect([...asking.zones.keys()]).toEqual(['old.example.com', 'mail.example.com'])
  time.now += 6 * HOUR
  await zoneOf(asking, name('new.example.com'), never)
  expect([...asking.zones.keys()]).toEqual(['mail.example.com', 'new.example.com'])
})
