import * as z from 'zod'
import { mxSteps } from '../../core/mx.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import type { Seconds } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import { type HeldMx, mxOf } from '../kits/held-mx.ts'
import type { JsonApi } from '../kits/json-api.ts'
import { allPages } from '../kits/pages.ts'
import { rangeOf, ttlBetween } from '../kits/ttl.ts'
import { zoneApiByRecord } from '../kits/zone-api-by-record.ts'
import { secret, text } from '../provider.ts'
import { refusal } from './cloudflare-refusal.ts'

const Settings = z
  .strictObject({
    apiToken: secret('Token with Zone:Read and DNS:Edit').meta({ example: '<apiToken>' }).optional(),
    email: text('E-mail address of the account; only with the global key').optional(),
    globalApiKey: secret('The old global key').optional(),
    zoneId: text("The zone's id; saves the look-up").optional(),
  })
  .refine(({ apiToken, email, globalApiKey }) => apiToken || (email && globalApiKey), {
    error: 'expected apiToken, or both email and globalApiKey',
    path: ['apiToken'],
  })
type Settings = z.infer<typeof Settings>

const Page = z.object({ total_pages: z.number().optional() }).nullish()
const Zones = z.object({
  result: z.array(z.object({ id: z.string(), name: z.string(), status: z.string().optional() })),
})
const Records = z.object({
  result: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      type: z.string(),
      content: z.string().optional(),
      ttl: z.number(),
      proxied: z.boolean().optional(),
      priority: z.number().nullish(),
    }),
  ),
  result_info: Page,
})
/** The answer to a write names the record. */
const Done = z.object({ result: z.object({ id: z.string() }) })
const BatchDone = z.object({ success: z.literal(true), result: z.object({}) })

const TTLS = ttlBetween(60, 86_400)

/** https://developers.cloudflare.com/api/resources/dns/subresources/records/ */
export const cloudflare = zoneApiByRecord({
  id: 'cloudflare',
  name: 'Cloudflare',
  docs: 'https://developers.cloudflare.com/api/resources/dns/subresources/records/',
  facts: { sure: 'documented', verified: '2026-11', doubt: 'some error numbers' },
  endpoint: 'https://api.cloudflare.com/client/v4',
  settings: Settings,
  api: (settings) => ({ headers: credentials(settings), refusal }),
  noZone: 'a token without Zone:Read sees none: grant it, or set CLOUDFLARE_ZONE_ID',
  // 1 is "automatic". An Enterprise zone may have 30, which the API does not tell.
  ttl: Object.assign((wanted: Seconds) => (wanted === 1 ? wanted : TTLS(wanted)), rangeOf(TTLS)),
  async findZone(api, apexes, { zoneId }) {
    if (zoneId) return { id: zoneId }
    for (const apex of apexes) {
      const { result } = await api.get(`/zones?name=${apex}&per_page=50`, Zones)
      const zones = result.filter(({ name }) => parseName(name) === apex)
      // A domain that has moved from one account to another is listed twice for a while.
      const zone = zones.find(({ status }) => status === 'active') ?? zones[0]
      if (zone) return zone
    }
    return undefined
  },
  async list(api, zone, owner, types) {
    const found = []
    for (const type of types) {
      const records = await pages(api, `/zones/${zone.id}/dns_records?type=${type}&name=${owner}&per_page=100`)
      const own = records.filter((record) => record.type === type && parseName(record.name) === owner)
      found.push(...own.map(({ content = '', ...record }) => ({ ...record, type, address: addressIn(content) })))
    }
    return found
  },
  create: (api, zone, { owner, type, ttl }, content) =>
    api.send('POST', `/zones/${zone.id}/dns_records`, { type, name: owner, content, ttl, proxied: false }, Done),
  // PATCH keeps what it does not name: comment, tags, settings. A proxied record's TTL is always 1, "automatic".
  update: (api, zone, { ttl }, content, { id, proxied }) =>
    api.send('PATCH', `/zones/${zone.id}/dns_records/${id}`, { content, ...(proxied ? {} : { ttl }) }, Done),
  remove: (api, zone, { id }) => api.send('DELETE', `/zones/${zone.id}/dns_records/${id}`, undefined, Done),
  proxied: ({ proxied }) => proxied === true,
  mx: heldMx,
})

/** A batch is one transaction, in the order of its parts. What a patch does not name is kept: comment, tags. */
async function heldMx(api: JsonApi, { id: zone }: { readonly id: string }, domain: DomainName): Promise<HeldMx> {
  const path = `/zones/${zone}/dns_records`
  const records = await pages(api, `${path}?type=MX&name=${domain}&per_page=100`)
  const held = records
    .filter(({ name, type }) => type === 'MX' && parseName(name) === domain)
    .map(({ id, ttl, priority, content = '' }) => ({ id, ttl, ...mxOf(priority, content) }))
  return {
    mx: held.map(({ preference, exchange }) => ({ preference, exchange })),
    ttl: held[0]?.ttl,
    replace: ({ mx, ttl }) => {
      const { kept, changed, created, gone } = mxSteps(held, mx)
      const patches = [
        ...changed.map(({ record, to }) => ({ id: record.id, priority: to.preference, ttl })),
        ...kept.filter((record) => record.ttl !== ttl).map(({ id }) => ({ id, ttl })),
      ]
      const posts = created.map(({ preference: priority, exchange: content }) => {
        return { type: 'MX', name: domain, content, priority, ttl }
      })
      const parts = { deletes: gone.map(({ id }) => ({ id })), patches, posts }
      const needed = Object.fromEntries(Object.entries(parts).filter(([, entries]) => entries.length > 0))
      return api.send('POST', `${path}/batch`, needed, BatchDone)
    },
  }
}

function credentials({ apiToken, email = '', globalApiKey = '' }: Settings): Record<string, string> {
  return apiToken ? { authorization: `Bearer ${apiToken}` } : { 'x-auth-email': email, 'x-auth-key': globalApiKey }
}

const pages = (api: JsonApi, path: string) =>
  allPages(async (page) => {
    const { result: entries, result_info } = await api.get(page === 1 ? path : `${path}&page=${page}`, Records)
    return { entries, more: page < (result_info?.total_pages ?? 1) }
  })
