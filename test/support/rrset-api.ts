import * as z from 'zod'
import { parseAddress } from '../../src/dns/rrset.ts'
import { relativeTo, zoneAt } from '../../src/providers/kits/open-zone.ts'
import { ttlBetween } from '../../src/providers/kits/ttl.ts'
import { type ByRRset, type StoredRRset, zoneApiByRRset } from '../../src/providers/kits/zone-api-by-rrset.ts'
import type { Tools } from '../../src/providers/provider.ts'

/** One RRset as the API shows it: of any type, with its attributes. */
export interface Held {
  readonly name: string
  readonly type: string
  readonly ttl: number
  readonly values: readonly string[]
  readonly comment?: string
  readonly off?: readonly string[]
}

interface Stored extends StoredRRset {
  readonly off: readonly string[]
}

const RRset = z.object({ type: z.string(), ttl: z.number(), values: z.array(z.string()), off: z.array(z.string()) })

/** An API that replaces RRsets as a whole, and an adapter to it. What is sent without its `off` values has lost them. */
export function rrsetApi(apex: string, given: readonly Held[], refuses: (rrset: Held) => number = () => 200) {
  let held = given
  const requests: string[] = []
  const same = (one: Pick<Held, 'name' | 'type'>, other: Pick<Held, 'name' | 'type'>) =>
    one.name === other.name && one.type === other.type
  const http: Tools['http'] = async ({ method, url, body = '' }) => {
    const { pathname, searchParams } = new URL(url)
    requests.push(`${method} ${pathname}${body}`)
    const answer = (status: number, value: unknown) => ({ status, headers: {}, body: JSON.stringify(value) })
    if (pathname === '/zones') return answer(200, [{ name: `ample.${apex.split('.').at(-1)}` }, { name: apex }])
    if (method === 'GET') return answer(200, held.filter(({ name }) => name === searchParams.get('name')).map(shown))
    const sent: Held[] = JSON.parse(body)
    const refused = sent.map(refuses).find((status) => status !== 200)
    if (refused) return answer(refused, { error: 'refused' })
    const kept = held.filter((one) => !sent.some((other) => same(one, other)))
    const { comment } = held.find((one) => sent.some((other) => same(one, other))) ?? {}
    held = [
      ...kept,
      ...sent.filter(({ values }) => values.length > 0).map((one) => ({ ...one, ...(comment ? { comment } : {}) })),
    ]
    return answer(200, sent)
  }
  const shown = (rrset: Held) => ({ off: [], ...rrset })

  const adapter: ByRRset<Record<string, never>, { readonly apex: string }, Stored> = {
    id: 'rrset-api',
    name: 'An API',
    docs: 'https://api.example.org/',
    facts: { sure: 'yours', verified: '2026-11' },
    endpoint: 'https://api.example.org',
    settings: z.strictObject({}),
    api: () => ({ headers: {} }),
    ttl: ttlBetween(30),
    async findZone(api, apexes) {
      return zoneAt(apexes, await api.get('/zones', z.array(z.object({ name: z.string() }))), ({ name }) => name)
    },
    async list(api, zone, owner, types) {
      const name = relativeTo(zone.apex as typeof owner, owner, '@')
      const rrsets = await api.get(`/rrsets?name=${name}`, z.array(RRset))
      return types.flatMap((type) =>
        rrsets
          .filter((one) => one.type === type)
          .map(({ ttl, values, off }) => ({ type, ttl, off, addresses: values.map((text) => parseAddress(text)!) })),
      )
    },
    replace: (api, zone, changes) =>
      api.send(
        'PUT',
        '/rrsets',
        changes.map(({ rrset: { owner, type, ttl, addresses: values }, stored }) => {
          const off = stored?.off ?? []
          const name = relativeTo(zone.apex as typeof owner, owner, '@')
          return { name, type, ttl, values, ...(off.length > 0 ? { off } : {}) }
        }),
      ),
  }
  return {
    http,
    one: zoneApiByRRset(adapter),
    bulk: zoneApiByRRset({ ...adapter, bulk: true }),
    held: () => held,
    writes: () => requests.filter((request) => !request.startsWith('GET')),
    reads: () => requests.filter((request) => request.startsWith('GET')),
  }
}
