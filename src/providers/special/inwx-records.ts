import * as z from 'zod'
import type { StoredRecord } from '../../core/diff.ts'
import { apexCandidates, type DomainName, parseName } from '../../dns/name.ts'
import type { RRsetName } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import { copiedZone } from '../kits/open-zone.ts'
import { allPages } from '../kits/pages.ts'
import type { Session } from './inwx-session.ts'

/** Ids have been numbers, and are texts now; they go back as they came. */
export interface Held extends StoredRecord {
  readonly id: string | number
  readonly prio: number
}

const Zones = z.object({
  count: z.number(),
  domains: z.array(z.object({ domain: z.string(), type: z.string().nullish() })).default([]),
})
/** Where nothing matches there is no `record`. */
const Records = z.object({
  record: z
    .array(
      z.object({
        id: z.union([z.string(), z.number()]),
        name: z.string(),
        type: z.string(),
        content: z.string(),
        TTL: z.number(),
        prio: z.number().default(0),
      }),
    )
    .default([]),
})

const PAGE = 100

/** The longest of the names that the account holds, as the service writes it. */
export async function findZone(session: Session, owner: DomainName): Promise<string | undefined> {
  for (const apex of apexCandidates(owner)) {
    const zone = await zoneAt(session, apex)
    if (zone?.type?.toUpperCase() === 'SLAVE') throw copiedZone(apex, 'a SLAVE zone at INWX')
    if (zone) return zone.domain
  }
  return undefined
}

/** Whether the list holds that name alone, or all that are like it, is not documented: it is read to its end. */
async function zoneAt(session: Session, apex: DomainName) {
  const named = ({ domain }: { readonly domain: string }) => parseName(domain) === apex
  const domains = await allPages(async (page, seen) => {
    const query = { domain: apex, page, pagelimit: PAGE }
    const { domains: entries, count } = await session.call('nameserver.list', query, Zones)
    return { entries, more: seen + entries.length < count && !entries.some(named) }
  })
  return domains.find(named)
}

export async function list(session: Session, domain: string, { owner, type }: RRsetName): Promise<readonly Held[]> {
  const { record } = await session.call('nameserver.info', { domain, name: owner, type }, Records)
  const own = record.filter((one) => one.type === type && parseName(one.name) === owner)
  return own.map(({ id, content, TTL: ttl, prio }) => ({ id, address: addressIn(content), ttl, prio }))
}
