import * as z from 'zod'
import type { DomainName } from '../../dns/name.ts'
import type { AddressType, IpAddress } from '../../dns/rrset.ts'
import { isRsaKey, transipToken } from '../auth/transip-token.ts'
import { addressIn } from '../kits/address-in.ts'
import { firstZone, ownerIn, relativeTo } from '../kits/open-zone.ts'
import type { NewRRset } from '../kits/ttl.ts'
import { type TypedRecord, zoneApiByRecord } from '../kits/zone-api-by-record.ts'
import { secret, text } from '../provider.ts'

const Settings = z.strictObject({
  login: text('Name of the account'),
  privateKey: secret(
    'Private key (RSA, PEM) of a key pair made in the control panel; TRANSIP_PRIVATE_KEY_FILE names its file',
  )
    .refine(isRsaKey, 'expected an RSA private key in PEM, as the control panel shows it')
    .meta({ severalLines: true }),
  allowlistedOnly: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether the key is good only from addresses on the allow list of the account' }),
})
type Settings = z.infer<typeof Settings>

const Zone = z.object({ domain: z.object({ name: z.string() }) })
const Entry = z.object({ name: z.string(), expire: z.number(), type: z.string(), content: z.string() })
const Entries = z.object({ dnsEntries: z.array(Entry) })

interface Held extends TypedRecord {
  readonly entry: z.infer<typeof Entry>
  /** No other entry has its name and type. */
  readonly alone: boolean
}

const entryOf = (zone: DomainName, { owner, type, ttl }: NewRRset, content: IpAddress) => ({
  dnsEntry: { name: relativeTo(zone, owner, '@'), expire: ttl, type, content },
})

export const transip = zoneApiByRecord<Settings, DomainName, Held>({
  id: 'transip',
  name: 'TransIP',
  docs: 'https://api.transip.nl/rest/docs.html',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'the status of some errors' },
  endpoint: 'https://api.transip.nl/v6',
  settings: Settings,
  // The token that the private key gives is as secret as the key.
  async api(settings, base, tools) {
    const token = await transipToken({ base, ...settings }, tools)
    return { headers: { authorization: `Bearer ${token}` }, secret: token }
  },
  findZone: (api, apexes) =>
    firstZone(apexes, async (apex) => ((await api.find(`/domains/${apex}`, Zone)) ? apex : undefined)),
  async list(api, zone, owner, types) {
    const { dnsEntries } = await api.get(`/domains/${zone}/dns`, Entries)
    return types.flatMap((type: AddressType) => {
      const own = dnsEntries.filter((entry) => entry.type === type && ownerIn(zone, entry.name) === owner)
      const alone = own.length === 1
      return own.map((entry) => ({ type, address: addressIn(entry.content), ttl: entry.expire, entry, alone }))
    })
  },
  create: (api, zone, rrset, address) => api.send('POST', `/domains/${zone}/dns`, entryOf(zone, rrset, address)),
  // Entries have no ids: a change finds its entry by name, TTL and type, and must find one alone.
  async update(api, zone, rrset, address, { entry, alone }) {
    const after = entryOf(zone, { ...rrset, ttl: rrset.ttl ?? entry.expire }, address)
    const path = `/domains/${zone}/dns`
    if (alone && after.dnsEntry.expire === entry.expire) return api.send('PATCH', path, after)
    await api.send('POST', path, after)
    return api.send('DELETE', path, { dnsEntry: entry })
  },
  remove: (api, zone, { entry }) => api.send('DELETE', `/domains/${zone}/dns`, { dnsEntry: entry }),
})
