import { z } from 'zod'
import { Failure } from '../../core/failure.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import type { AddressRRset, AddressType, IpAddress } from '../../dns/rrset.ts'
import { isRsaKey, transipToken } from '../auth/transip-token.ts'
import { hidden, hiding } from '../hide-secrets.ts'
import { addressIn, type TypedRecord, zoneApiByRecord } from '../kits/zone-api-by-record.ts'
import { type Access, type Provider, secret, type Tools, text } from '../provider.ts'

const Settings = z.strictObject({
  login: text('Name of the account'),
  privateKey: secret(
    'Private key (RSA, PEM) of a key pair made in the control panel; TRANSIP_PRIVATE_KEY_FILE names its file',
  ).refine(isRsaKey, 'expected an RSA private key in PEM, as the control panel shows it'),
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

const entryOf = (zone: DomainName, { owner, type, ttl }: AddressRRset, content: IpAddress, expire = 60) => ({
  dnsEntry: { name: owner === zone ? '@' : owner.slice(0, -zone.length - 1), expire: ttl ?? expire, type, content },
})

const byRecord = zoneApiByRecord<Settings & { readonly token: string }, DomainName, Held>({
  id: 'transip',
  name: 'TransIP',
  docs: 'https://api.transip.nl/rest/docs.html',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'the status of some errors' },
  endpoint: 'https://api.transip.nl/v6',
  settings: Settings.extend({ token: z.string() }),
  api: ({ token }) => ({ headers: { authorization: `Bearer ${token}` } }),
  async findZone(api, apexes) {
    for (const apex of apexes) {
      const zone = await api.get(`/domains/${apex}`, Zone).catch(Failure.from)
      if (!(zone instanceof Failure)) return apex
      if (zone.kind !== 'rejected') throw zone
    }
    return undefined
  },
  async list(api, zone, owner, types) {
    const { dnsEntries } = await api.get(`/domains/${zone}/dns`, Entries)
    return types.flatMap((type: AddressType) => {
      const own = dnsEntries.filter(
        (entry) => entry.type === type && parseName(entry.name === '@' ? zone : `${entry.name}.${zone}`) === owner,
      )
      const alone = own.length === 1
      return own.map((entry) => ({ type, address: addressIn(entry.content), ttl: entry.expire, entry, alone }))
    })
  },
  create: (api, zone, rrset, address) => api.send('POST', `/domains/${zone}/dns`, entryOf(zone, rrset, address)),
  // Entries have no ids: a change finds its entry by name, TTL and type, and must find one alone.
  async update(api, zone, rrset, address, { entry, alone }) {
    const after = entryOf(zone, rrset, address, entry.expire)
    const path = `/domains/${zone}/dns`
    if (alone && after.dnsEntry.expire === entry.expire) return api.send('PATCH', path, after)
    await api.send('POST', path, after)
    return api.send('DELETE', path, { dnsEntry: entry })
  },
  remove: (api, zone, { entry }) => api.send('DELETE', `/domains/${zone}/dns`, { dnsEntry: entry }),
})

/** The token that the private key gives is as secret as the key. */
async function logIn<A extends Access<Settings>>(access: A, tools: Tools) {
  const token = await transipToken({ base: access.base, ...access.settings }, tools)
  const hide = (message: string) => message.replaceAll(token, '***')
  return { access: { ...access, settings: { ...access.settings, token } }, hide }
}

export const transip: Provider<Settings> = {
  ...byRecord,
  settings: Settings,
  async *publish(order, tools) {
    const { access, hide } = await logIn(order, tools)
    yield* hidden(byRecord.publish(access, tools), hide)
  },
  async read(rrset, given, tools) {
    const { access, hide } = await logIn(given, tools)
    return (byRecord.read?.(rrset, access, tools) ?? Promise.resolve([])).catch((thrown) => {
      throw hiding(thrown, hide)
    })
  },
}
