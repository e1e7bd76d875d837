import * as z from 'zod'
import { type DomainName, parseName } from '../../dns/name.ts'
import { addressIn } from '../kits/address-in.ts'
import { type HeldMx, mxIn, mxText } from '../kits/held-mx.ts'
import type { JsonApi } from '../kits/json-api.ts'
import { copiedZone, firstZone } from '../kits/open-zone.ts'
import { baseOf, noServer, serverSetting } from '../kits/own-server.ts'
import { type Change, type StoredRRset, zoneApiByRRset } from '../kits/zone-api-by-rrset.ts'
import { secret, text } from '../provider.ts'

const Zones = z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() }))
const Record = z.object({ content: z.string(), disabled: z.boolean().optional() })
const Zone = z.object({
  rrsets: z.array(z.object({ name: z.string(), type: z.string(), ttl: z.number(), records: z.array(Record) })),
})

interface Stored extends StoredRRset {
  readonly disabled: readonly z.infer<typeof Record>[]
}

/** https://doc.powerdns.com/authoritative/http-api/ */
export const powerdns = zoneApiByRRset({
  id: 'powerdns',
  name: 'PowerDNS Authoritative Server, HTTP API',
  docs: 'https://doc.powerdns.com/authoritative/http-api/',
  facts: { sure: 'tried', verified: '2026-11' },
  endpoint: '',
  settings: z.strictObject({
    server: serverSetting('http://127.0.0.1:8081'),
    apiKey: secret('The api-key of pdns.conf'),
    serverId: text('The id of the server; localhost unless given').optional(),
  }),
  base: baseOf,
  problem: (access) => (baseOf(access) === '' ? noServer('POWERDNS') : undefined),
  api: ({ apiKey }) => ({ headers: { 'x-api-key': apiKey } }),
  findZone: (api, apexes, { serverId = 'localhost' }) =>
    firstZone(apexes, async (apex) => {
      const path = `/api/v1/servers/${encodeURIComponent(serverId)}/zones`
      const zones = await api.get(`${path}?zone=${apex}.`, Zones)
      const zone = zones.find(({ name }) => parseName(name) === apex)
      if (zone && COPIED.test(zone.kind)) throw copiedZone(apex, `of kind ${zone.kind} here`)
      return zone && `${path}/${zone.id}` // the id is escaped by the server, for use in paths
    }),
  // The whole zone: with rrset_name in the query 4.7.3 leaves disabled records out, and they would be lost.
  async list(api, path, owner, types) {
    const { rrsets } = await api.get(path, Zone)
    return types.flatMap((type) =>
      rrsets
        .filter((rrset) => rrset.type === type && rrset.records.length > 0 && parseName(rrset.name) === owner)
        .map(({ ttl, records }): Stored => {
          const disabled = records.filter((record) => record.disabled)
          const answering = records.filter((record) => !record.disabled)
          return { type, ttl, addresses: answering.map(({ content }) => addressIn(content)), disabled }
        }),
    )
  },
  bulk: true,
  replace: (api, path, changes) => api.send('PATCH', path, { rrsets: changes.map(rrsetOf) }),
  mx: heldMx,
})

async function heldMx(api: JsonApi, path: string, domain: DomainName): Promise<HeldMx> {
  const { rrsets } = await api.get(path, Zone)
  const stored = rrsets.find(({ type, name, records }) => {
    return type === 'MX' && records.length > 0 && parseName(name) === domain
  })
  const all = (stored?.records ?? []).map((record) => ({ ...record, mx: mxIn(record.content, domain) }))
  return {
    mx: all.filter(({ disabled }) => !disabled).map(({ mx }) => mx),
    ttl: stored?.ttl,
    replace({ mx, ttl }) {
      const answering = mx.map((one) => ({ content: mxText(one), disabled: false }))
      const isWanted = (content: string) => answering.some((one) => one.content === content)
      const off = all.filter(({ disabled, mx: one }) => disabled && !isWanted(mxText(one)))
      const records = [...answering, ...off.map(({ content }) => ({ content, disabled: true }))]
      const rrset = { name: `${domain}.`, type: 'MX', ttl, changetype: 'REPLACE', records }
      return api.send('PATCH', path, { rrsets: [rrset] })
    },
  }
}

/** Comments stay where none are sent. Disabled records do not: they belong to what is replaced. */
function rrsetOf({ rrset: { owner, type, ttl, addresses }, stored }: Change<Stored>) {
  const answering = addresses.map((content) => ({ content, disabled: false }))
  const disabled = (stored?.disabled ?? []).filter(({ content }) => !addresses.includes(addressIn(content)))
  const records = [...answering, ...disabled]
  const name = { name: `${owner}.`, type }
  return records.length === 0 ? { ...name, changetype: 'DELETE' } : { ...name, ttl, changetype: 'REPLACE', records }
}

const COPIED = /^(?:slave|secondary|consumer)$/i
