import * as z from 'zod'
import type { DomainName } from '../../dns/name.ts'
import type { RRsetName } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import { firstZone, relativeTo } from '../kits/open-zone.ts'
import { ttlBetween } from '../kits/ttl.ts'
import { zoneApiByRRset } from '../kits/zone-api-by-rrset.ts'
import { secret } from '../provider.ts'

const Settings = z
  .strictObject({
    token: secret('Personal access token').meta({ example: '<token>' }).optional(),
    apiKey: secret('The old, deprecated API key').optional(),
  })
  .refine(({ token, apiKey }) => token || apiKey, { error: 'expected token, or the old apiKey', path: ['token'] })

const Domain = z.object({ fqdn: z.string() })
const RRset = z.object({ rrset_ttl: z.number(), rrset_values: z.array(z.string()) })
const Done = z.object({ message: z.string() })

/** https://api.gandi.net/docs/livedns/ */
export const gandi = zoneApiByRRset({
  id: 'gandi',
  name: 'Gandi LiveDNS',
  docs: 'https://api.gandi.net/docs/livedns/',
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'the texts of errors; how many requests are taken' },
  endpoint: 'https://api.gandi.net/v5/livedns',
  settings: Settings,
  // Clients differ on how the old key is sent: so, or as X-Api-Key.
  api: ({ token, apiKey }) => ({ headers: { authorization: token ? `Bearer ${token}` : `Apikey ${apiKey}` } }),
  noZone: 'the domain must use LiveDNS',
  ttl: ttlBetween(300, 2_592_000),
  findZone: (api, apexes) =>
    firstZone(apexes, async (apex) => ((await api.find(`/domains/${apex}`, Domain)) ? apex : undefined)),
  async list(api, zone, owner, types) {
    const found = []
    for (const type of types) {
      const rrset = await api.find(pathOf(zone, { owner, type }), RRset)
      if (rrset) found.push({ type, ttl: rrset.rrset_ttl, addresses: rrset.rrset_values.map(addressIn) })
    }
    return found
  },
  replace: (api, zone, [{ rrset }]) =>
    rrset.addresses.length === 0
      ? api.send('DELETE', pathOf(zone, rrset))
      : api.send('PUT', pathOf(zone, rrset), { rrset_ttl: rrset.ttl, rrset_values: rrset.addresses }, Done),
})

/** Always with the type: a PUT on the name alone would replace every RRset of it. */
const pathOf = (zone: DomainName, { owner, type }: RRsetName) =>
  `/domains/${zone}/records/${relativeTo(zone, owner, '@')}/${type}`
