import * as z from 'zod'
import { parseName } from '../../dns/name.ts'
import { addressIn } from '../kits/address-in.ts'
import { mxIn, mxText } from '../kits/held-mx.ts'
import { relativeTo, zoneAt } from '../kits/open-zone.ts'
import { ttlOfZone } from '../kits/ttl.ts'
import { zoneApiByRRset } from '../kits/zone-api-by-rrset.ts'
import { secret } from '../provider.ts'

const Domains = z.array(z.object({ name: z.string(), minimum_ttl: z.number() }))
const RRsets = z.array(z.object({ name: z.string(), type: z.string(), records: z.array(z.string()), ttl: z.number() }))
const Done = z.array(z.unknown())
/** A day. */
const MOST = 86_400

/**
 * https://desec.readthedocs.io/en/latest/dns/rrsets.html; a name below dedyn.io in which nothing changes for half a year
 * is deleted, after mails to its owner. Whether writing the same again would keep it is not documented: it is not done.
 */
export const desec = zoneApiByRRset({
  id: 'desec',
  name: 'deSEC',
  docs: 'https://desec.readthedocs.io/en/latest/dns/rrsets.html',
  facts: { sure: 'documented', verified: '2026-11' },
  endpoint: 'https://desec.io/api/v1',
  settings: z.strictObject({ token: secret('API token') }),
  suffixes: ['dedyn.io'],
  api: ({ token }) => ({ headers: { authorization: `Token ${token}` } }),
  async findZone(api, apexes) {
    const domains = await api.get(`/domains/?owns_qname=${apexes[0]}`, Domains) // one at most
    const found = zoneAt(apexes, domains, ({ name }) => name)
    return found && { apex: found.apex, minimum_ttl: found.zone.minimum_ttl }
  },
  ttl: ttlOfZone(({ minimum_ttl }: { readonly minimum_ttl: number }) => minimum_ttl, MOST),
  async list(api, { apex }, owner, types) {
    const found = []
    for (const type of types) {
      const query = `subname=${relativeTo(apex, owner, '')}&type=${type}`
      const rrsets = await api.get(`/domains/${apex}/rrsets/?${query}`, RRsets)
      const own = rrsets.filter((rrset) => rrset.type === type && parseName(rrset.name) === owner)
      found.push(...own.map(({ records, ttl }) => ({ type, ttl, addresses: records.map(addressIn) })))
    }
    return found
  },
  bulk: true,
  // A TTL that is there stays when it is left out. It may be lower than what a new one would have to be.
  replace: (api, { apex }, changes) =>
    api.send(
      'PATCH',
      `/domains/${apex}/rrsets/`,
      changes.map(({ rrset: { owner, type, ttl, addresses: records }, stored }) => ({
        subname: relativeTo(apex, owner, ''),
        type,
        ...(ttl === stored?.ttl ? {} : { ttl }),
        records, // none: deleted
      })),
      Done,
    ),
  async mx(api, { apex }, domain) {
    const subname = relativeTo(apex, domain, '')
    const rrsets = await api.get(`/domains/${apex}/rrsets/?subname=${subname}&type=MX`, RRsets)
    const stored = rrsets.find(({ type, name }) => type === 'MX' && parseName(name) === domain)
    return {
      mx: (stored?.records ?? []).map((content) => mxIn(content, apex)),
      ttl: stored?.ttl,
      replace({ mx, ttl }) {
        const rrset = { subname, type: 'MX', ...(ttl === stored?.ttl ? {} : { ttl }), records: mx.map(mxText) }
        return api.send('PATCH', `/domains/${apex}/rrsets/`, [rrset], Done)
      },
    }
  },
})
