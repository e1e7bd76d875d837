import { z } from 'zod'
import { Failure } from '../../core/failure.ts'
import { parseName } from '../../dns/name.ts'
import type { HttpResponse } from '../../ports/http.ts'
import { type Api, type JsonApi, parseJson } from '../kits/json-api.ts'
import { everyPage } from '../kits/pages.ts'
import { refusalOf } from '../kits/status.ts'
import { addressIn, zoneApiByRecord } from '../kits/zone-api-by-record.ts'

const NEEDED = 'expected apiToken, or both email and globalApiKey'
const Settings = z
  .strictObject({
    apiToken: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'Token with Zone:Read and DNS:Edit', secret: true, example: '<apiToken>' }),
    email: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'E-mail address of the account; only with the global key' }),
    globalApiKey: z.string().min(1).optional().meta({ description: 'The old global key', secret: true }),
    zoneId: z.string().min(1).optional().meta({ description: "The zone's id; saves the look-up" }),
  })
  .refine(({ apiToken, email, globalApiKey }) => apiToken || (email && globalApiKey), {
    error: NEEDED,
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
    }),
  ),
  result_info: Page,
})
/** The answer to a write names the record. */
const Done = z.object({ result: z.object({ id: z.string() }) })

/** https://developers.cloudflare.com/api/resources/dns/subresources/records/ */
export const cloudflare = zoneApiByRecord({
  id: 'cloudflare',
  name: 'Cloudflare',
  docs: 'https://developers.cloudflare.com/api/resources/dns/subresources/records/',
  endpoint: 'https://api.cloudflare.com/client/v4',
  settings: Settings,
  api: (settings) => ({ headers: credentials(settings), refusal }),
  noZone: 'a token without Zone:Read sees none: grant it, or set CLOUDFLARE_ZONE_ID',
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
    api.send(
      'POST',
      `/zones/${zone.id}/dns_records`,
      { type, name: owner, content, ttl: ttl ?? 60, proxied: false },
      Done,
    ),
  // PATCH keeps what it does not name: comment, tags, settings. A proxied record's TTL is always 1, "automatic".
  update: (api, zone, { ttl }, content, { id, proxied }) =>
    api.send('PATCH', `/zones/${zone.id}/dns_records/${id}`, { content, ...(proxied ? {} : { ttl }) }, Done),
  remove: (api, zone, { id }) => api.send('DELETE', `/zones/${zone.id}/dns_records/${id}`, undefined, Done),
  proxied: ({ proxied }) => proxied === true,
})

function credentials({ apiToken, email = '', globalApiKey = '' }: Settings): Record<string, string> {
  return apiToken ? { authorization: `Bearer ${apiToken}` } : { 'x-auth-email': email, 'x-auth-key': globalApiKey }
}

const pages = (api: JsonApi, path: string) =>
  everyPage(async (page) => {
    const { result, result_info } = await api.get(page === 1 ? path : `${path}&page=${page}`, Records)
    return { items: result, isLast: page >= (result_info?.total_pages ?? 1) }
  })

const Reason = z.object({ code: z.number(), message: z.string() })
const Refused = z.object({
  success: z.literal(false),
  errors: z.array(Reason.extend({ error_chain: z.array(Reason).optional() })),
})
/** Headers that are malformed, credentials that are unknown or may not do this: answered with 400 as well as 403. */
const ABOUT_THE_KEY: readonly number[] = [6003, 6111, 9106, 9109, 10000, 10001]

/** A refusal may come with status 200. */
function refusal(response: HttpResponse, asked: Parameters<NonNullable<Api['refusal']>>[1]): Failure | undefined {
  const said = Refused.safeParse(parseJson(response.body))
  if (!said.success) return undefined
  const { kind = 'rejected', retryAfter, lost = false } = refusalOf(response, asked) ?? {}
  const reasons = said.data.errors.flatMap(({ error_chain = [], ...error }) => [error, ...error_chain])
  const words = reasons.map(({ code, message }) => `${code} ${message}`).join('; ') || 'no reason given'
  const about = reasons.some(({ code }) => ABOUT_THE_KEY.includes(code)) ? 'auth' : kind
  return new Failure(about, `HTTP ${response.status}: ${words.slice(0, 200)}`, { retryAfter, lost })
}
