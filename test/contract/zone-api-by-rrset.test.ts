import { describe, expect, it } from 'vitest'
import { attempt, type Published } from '../../src/core/outcome.ts'
import type { NonEmpty } from '../../src/core/plan.ts'
import { parseName } from '../../src/dns/name.ts'
import { type AddressRRset, parseAddress } from '../../src/dns/rrset.ts'
import { bind } from '../../src/providers/provider.ts'
import { replay } from '../support/replay.ts'
import { type Held, rrsetApi } from '../support/rrset-api.ts'

const MAIL: Held = { name: 'mail', type: 'A', ttl: 240, values: ['192.0.2.9'], comment: 'at home', off: ['192.0.2.8'] }
const NEIGHBOURS: readonly Held[] = [
  { name: '@', type: 'MX', ttl: 1800, values: ['10 mail.example.com.'] },
  { name: '@', type: 'A', ttl: 7200, values: ['198.51.100.2'], comment: 'web' },
  { name: 'mail', type: 'TXT', ttl: 3600, values: ['"v=spf1 a -all"'] },
  { name: 'www', type: 'CNAME', ttl: 3600, values: ['example.com.'] },
  { name: 'sub.mail', type: 'A', ttl: 300, values: ['198.51.100.1'] },
  { name: '*', type: 'A', ttl: 300, values: ['198.51.100.3'] },
]
const A = rrset('mail.example.com', '192.0.2.1')
const AAAA = rrset('mail.example.com', '2001:db8::1')

type Api = ReturnType<typeof rrsetApi>
const neighbours = ({ held }: Api, of = 'mail') =>
  JSON.stringify(held().filter(({ name, type }) => name !== of || !['A', 'AAAA'].includes(type)))
const heldAt = ({ held }: Api, at: string, of: string) => held().find(({ name, type }) => name === at && type === of)

async function publish(api: Api, way: 'one' | 'bulk', ...rrsets: AddressRRset[]) {
  const { tools } = replay([])
  const found: Published[] = []
  const work = () =>
    bind(api[way], {}).publish(rrsets as unknown as NonEmpty<AddressRRset>, { ...tools, http: api.http })
  for await (const published of attempt(rrsets, work)) found.push(published)
  return rrsets.map((wanted) => {
    const { outcome, before } = found.find(({ rrset }) => rrset === wanted)!
    return outcome.kind === 'failed' ? outcome.failure.kind : `${outcome.kind} ${before}`
  })
}

describe.each(['one', 'bulk'] as const)('a zone API by RRset, %s', (way) => {
  it('replaces and creates, then leaves all as it is; every neighbour stays byte for byte', async () => {
    const api = rrsetApi('example.com', [...NEIGHBOURS, MAIL])
    const before = neighbours(api)
    expect(await publish(api, way, A, AAAA)).toEqual(['updated 192.0.2.9', 'updated '])
    expect(heldAt(api, 'mail', 'A')).toEqual({ ...MAIL, values: ['192.0.2.1'] })
    expect(heldAt(api, 'mail', 'AAAA')).toMatchObject({ ttl: 60, values: ['2001:db8::1'] })
    expect(api.writes()).toHaveLength(way === 'bulk' ? 1 : 2)
    const after = JSON.stringify(api.held())
    expect(await publish(api, way, A, AAAA)).toEqual(['unchanged 192.0.2.1', 'unchanged 2001:db8::1'])
    expect(api.writes()).toHaveLength(way === 'bulk' ? 1 : 2)
    expect(JSON.stringify(api.held())).toBe(after)
    expect(neighbours(api)).toBe(before)
    expect(api.reads().filter((request) => request === 'GET /zones')).toHaveLength(2)
  })

  it('sends only what differs, as a set', async () => {
    const api = rrsetApi('example.com', [{ ...MAIL, values: ['192.0.2.2', '192.0.2.1'] }])
    expect(await publish(api, way, rrset('mail.example.com', '192.0.2.1', '192.0.2.2'), AAAA)).toEqual([
      'unchanged 192.0.2.2,192.0.2.1',
      'updated ',
    ])
    expect(api.writes()).toEqual([expect.not.stringContaining('"A"')])
  })

  it.each([
    ['kept', undefined, 240],
    ['as asked', 300, 300],
    ['the least that the provider takes', 5, 30],
  ])('a TTL is %s', async (_, ttl, expected) => {
    const api = rrsetApi('example.com', [{ ...MAIL, values: ['192.0.2.1'] }])
    await publish(api, way, { ...A, ttl })
    expect(heldAt(api, 'mail', 'A')?.ttl).toBe(expected)
    expect(await publish(api, way, { ...A, ttl })).toEqual(['unchanged 192.0.2.1'])
  })

  it.each(['example.com', '*.example.com'])('writes at %s, and nowhere else', async (owner) => {
    const name = owner === 'example.com' ? '@' : '*'
    const api = rrsetApi('example.com', [...NEIGHBOURS, MAIL])
    const before = neighbours(api, name)
    await publish(api, way, rrset(owner, '192.0.2.1'))
    expect(heldAt(api, name, 'A')?.values).toEqual(['192.0.2.1'])
    expect(neighbours(api, name)).toBe(before)
  })

  it('removes an RRset, and not one that is not there', async () => {
    const api = rrsetApi('example.com', [...NEIGHBOURS, { ...MAIL, off: [] }])
    const none = [A, AAAA].map((one) => ({ ...one, addresses: [] }))
    expect(await publish(api, way, ...none)).toEqual(['updated 192.0.2.9', 'unchanged '])
    expect(heldAt(api, 'mail', 'A')).toBeUndefined()
  })

  it('what is refused of one family does not touch the other', async () => {
    const api = rrsetApi('example.com', [MAIL], ({ type }) => (type === 'AAAA' ? 422 : 200))
    expect(await publish(api, way, AAAA, A)).toEqual(['rejected', 'updated 192.0.2.9'])
  })

  it('a service that is down is asked once', async () => {
    const api = rrsetApi('example.com', [MAIL], () => 503)
    expect(await publish(api, way, A, AAAA)).toEqual(['unavailable', 'unavailable'])
    expect(api.writes()).toHaveLength(1)
  })

  it('a zone that only ends alike is not that of the host', async () => {
    const api = rrsetApi('example.com', [])
    expect(await publish(api, way, rrset('mail.notexample.com', '192.0.2.1'))).toEqual(['rejected'])
  })
})

function rrset(owner: string, ...texts: string[]): AddressRRset {
  const type = texts[0]!.includes(':') ? 'AAAA' : 'A'
  return { owner: parseName(owner)!, type, addresses: texts.map((text) => parseAddress(text)!) }
}
