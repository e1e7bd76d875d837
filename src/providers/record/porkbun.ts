import * as z from 'zod'
import { type DomainName, parseName } from '../../dns/name.ts'
import { addressIn } from '../kits/address-in.ts'
import { type Api, type JsonApi, parseJson } from '../kits/json-api.ts'
import { relativeTo, zoneAt } from '../kits/open-zone.ts'
import { allPages } from '../kits/pages.ts'
import { refusalSaying } from '../kits/status.ts'
import { ttlBetween } from '../kits/ttl.ts'
import { zoneApiByRecord } from '../kits/zone-api-by-record.ts'
import { secret } from '../provider.ts'

/** `listAll` gives so many at once. */
const PAGE = 1000
const Status = z.object({ status: z.literal('SUCCESS') })
const Domains = Status.extend({ domains: z.array(z.object({ domain: z.string() })) })
const Records = Status.extend({
  records: z.array(
    z.object({
      id: z.coerce.string(),
      name: z.string(),
      type: z.string(),
      content: z.string(),
      ttl: z.coerce.number(),
      prio: z.string().nullish(),
      notes: z.string().nullish(),
    }),
  ),
})

/** https://porkbun.com/api/json/v3/documentation; every request is a POST with the keys in its body, numbers are strings. */
export const porkbun = zoneApiByRecord({
  id: 'porkbun',
  name: 'Porkbun',
  docs: 'https://porkbun.com/api/json/v3/documentation',
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'the least TTL (300 or 600); the texts of errors' },
  endpoint: 'https://api.porkbun.com/api/json/v3',
  settings: z.strictObject({
    apiKey: secret('API key (pk1_...)'),
    secretApiKey: secret('Secret API key (sk1_...)'),
  }),
  api: ({ apiKey: apikey, secretApiKey: secretapikey }) => ({ headers: {}, fields: { apikey, secretapikey }, refusal }),
  noZone: 'API access must be switched on for each domain',
  // Whether 300 is taken is disputed; 600 is.
  ttl: ttlBetween(600),
  findZone: async (api, apexes) => zoneAt(apexes, await domains(api), ({ domain }) => domain)?.apex,
  async list(api, zone, owner, types) {
    const found = []
    for (const type of types) {
      const { records } = await api.query(`/dns/retrieveByNameType/${zone}/${type}${within(zone, owner)}`, {}, Records)
      const own = records.filter((record) => record.type === type && parseName(record.name) === owner)
      found.push(...own.map(({ content, ...record }) => ({ ...record, type, address: addressIn(content) })))
    }
    return found
  },
  create: (api, zone, { owner, type, ttl }, content) =>
    api.send(
      'POST',
      `/dns/create/${zone}`,
      { name: relativeTo(zone, owner, ''), type, content, ttl: `${ttl}` },
      Status,
    ),
  // Without its name a record moves to the apex. What else is left out may be lost: it is sent where it says something.
  update: (api, zone, { owner, type, ttl }, content, { id, notes, prio, ...record }) =>
    api.send(
      'POST',
      `/dns/edit/${zone}/${id}`,
      {
        name: relativeTo(zone, owner, ''),
        type,
        content,
        ttl: `${ttl ?? record.ttl}`,
        ...(prio && prio !== '0' ? { prio } : {}),
        ...(notes ? { notes } : {}),
      },
      Status,
    ),
  remove: (api, zone, { id }) => api.send('POST', `/dns/delete/${zone}/${id}`, {}, Status),
})

const within = (zone: DomainName, owner: DomainName) => (owner === zone ? '' : `/${relativeTo(zone, owner, '')}`)

const domains = (api: JsonApi) =>
  allPages(async (page) => {
    const { domains: entries } = await api.query('/domain/listAll', { start: `${(page - 1) * PAGE}` }, Domains)
    return { entries, more: entries.length >= PAGE }
  })

const Refused = z.object({ status: z.literal('ERROR'), message: z.string().optional() })
const ABOUT_THE_KEY = /invalid api key|not opted in/i

/** What comes with which HTTP status is not documented: the body's word counts. */
const refusal: NonNullable<Api['refusal']> = (response, asked) => {
  const { success, data } = Refused.safeParse(parseJson(response.body))
  if (!success) return undefined
  const { message = '' } = data
  return refusalSaying(response, asked, message, ABOUT_THE_KEY.test(message) ? 'auth' : undefined)
}
