import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import {
  type Asked,
  isObject,
  json,
  jsonOf,
  type LoopbackService,
  type Reply,
  serve,
} from '../../src/demo/loopback-http.ts'

/** A record as this API shows it; further attributes (comment, tags, settings) are kept as they are. */
export interface CloudflareRecord {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly content: string
  /** 1: automatic. */
  readonly ttl: number
  readonly proxied: boolean
  readonly [attribute: string]: unknown
}

export type CloudflareGiven = Pick<CloudflareRecord, 'name' | 'type' | 'content'> & Readonly<Record<string, unknown>>

export interface CloudflareLike {
  readonly apiToken: string
  /** Zone -> its records. */
  readonly zones: Readonly<Record<string, readonly CloudflareGiven[]>>
  readonly port?: number | undefined
  readonly onChange?: ((zone: string, records: readonly CloudflareRecord[]) => void) | undefined
}

export interface CloudflareService extends LoopbackService {
  readonly records: (zone?: string) => readonly CloudflareRecord[]
  /** `METHOD /path?query`, in order. */
  readonly requests: readonly string[]
}

interface Zone {
  readonly id: string
  readonly name: string
  records: readonly CloudflareRecord[]
}

/** The part of Cloudflare's API that address records need; a PATCH keeps what it does not name. */
export async function startCloudflare({
  apiToken,
  zones: given,
  port,
  onChange,
}: CloudflareLike): Promise<CloudflareService> {
  const zones = Object.entries(given).map(
    ([name, records]): Zone => ({ id: idOf(), name, records: records.map((record) => complete(record)) }),
  )
  const requests: string[] = []

  function answer(asked: Asked): Reply {
    const { method, url, headers } = asked
    requests.push(`${method} ${url.pathname}${url.search}`)
    if (!/^Bearer \S+$/.test(headers.authorization ?? '')) return refused(400, 6003, 'Invalid request headers')
    if (headers.authorization !== `Bearer ${apiToken}`) return refused(403, 10000, 'Authentication error')
    const [kind, zoneId, records, recordId] = url.pathname.replace(/^\/client\/v4\//, '').split('/')
    if (kind !== 'zones') return refused(404, 7003, 'Could not route to the path')
    if (!zoneId) {
      const name = url.searchParams.get('name')
      const found = zones.filter((zone) => !name || zone.name === name)
      return page(
        found.map(({ id, name }) => ({ id, name, status: 'active', type: 'full' })),
        url.searchParams,
        20,
        50,
      )
    }
    const zone = zones.find(({ id }) => id === zoneId)
    if (!zone || records !== 'dns_records') return refused(404, 7003, 'Could not route to the path')
    if (!recordId) return method === 'POST' ? create(zone, jsonOf(asked)) : list(zone, url.searchParams)
    if (recordId === 'batch')
      return method === 'POST' ? batch(zone, jsonOf(asked)) : refused(405, 10405, 'Method not allowed')
    const record = zone.records.find(({ id }) => id === recordId)
    if (!record) return refused(404, 81044, 'Record does not exist.')
    if (method === 'PATCH') return update(zone, record, jsonOf(asked))
    return method === 'DELETE' ? remove(zone, record) : refused(405, 10405, 'Method not allowed')
  }

  function change(zone: Zone, records: readonly CloudflareRecord[]): void {
    zone.records = records
    onChange?.(zone.name, records)
  }

  function create(zone: Zone, body: unknown): Reply {
    const fault = faultOf(body, zone)
    if (fault) return fault
    const record = complete(body as unknown as CloudflareGiven)
    change(zone, [...zone.records, record])
    return done(record)
  }

  function update(zone: Zone, record: CloudflareRecord, body: unknown): Reply {
    const next = { ...record, ...(isObject(body) ? body : {}), id: record.id }
    const fault = isObject(body) ? faultOf(next, zone, record) : invalid('the body is no object')
    if (fault) return fault
    change(
      zone,
      zone.records.map((other) => (other === record ? next : other)),
    )
    return done(next)
  }

  function remove(zone: Zone, record: CloudflareRecord): Reply {
    change(
      zone,
      zone.records.filter((other) => other !== record),
    )
    return json(200, { result: { id: record.id } })
  }

  /** Deletes, patches, posts, in this order: all of it or nothing. */
  function batch(zone: Zone, body: unknown): Reply {
    const { deletes = [], patches = [], posts = [] } = (isObject(body) ? body : {}) as Batch
    const next: Zone = { ...zone }
    const gone = deletes.map(({ id }) => next.records.find((record) => record.id === id))
    next.records = next.records.filter((record) => !gone.includes(record))
    const changed = patches.map((patch) => ({ patch, record: next.records.find(({ id }) => id === patch.id) }))
    if (gone.includes(undefined) || changed.some(({ record }) => !record))
      return refused(404, 81044, 'Record does not exist.')
    for (const { patch, record } of changed) {
      const patched = { ...record!, ...patch }
      const fault = faultOf(patched, next, record)
      if (fault) return fault
      next.records = next.records.map((other) => (other === record ? patched : other))
    }
    for (const post of posts) {
      const fault = faultOf(post, next)
      if (fault) return fault
      next.records = [...next.records, complete(post)]
    }
    change(zone, next.records)
    return done({ deletes: gone, patches, posts })
  }

  const server = await serve(answer, port)
  return {
    ...server,
    url: `${server.url}/client/v4`,
    records: (name) =>
      zones.filter((zone) => name === undefined || zone.name === name).flatMap(({ records }) => records),
    requests,
  }
}

interface Batch {
  readonly deletes?: readonly { readonly id: string }[]
  readonly patches?: readonly { readonly id: string }[]
  readonly posts?: readonly CloudflareGiven[]
}

const idOf = () => randomUUID().replaceAll('-', '')

const complete = (record: CloudflareGiven): CloudflareRecord => ({
  id: idOf(),
  ttl: 1,
  proxied: false,
  settings: {},
  tags: [],
  ...record,
})

function list(zone: Zone, query: URLSearchParams): Reply {
  const [name, type] = [query.get('name'), query.get('type')]
  const found = zone.records.filter((record) => (!name || record.name === name) && (!type || record.type === type))
  return page(found, query, 100, 5000)
}

function page(found: readonly unknown[], query: URLSearchParams, usual: number, most: number): Reply {
  const [size, number] = [Number(query.get('per_page') ?? usual), Number(query.get('page') ?? 1)]
  if (!(size >= 1 && size <= most && number >= 1)) return refused(400, 6003, 'Invalid request parameters')
  const result = found.slice((number - 1) * size, number * size)
  const result_info = {
    page: number,
    per_page: size,
    count: result.length,
    total_count: found.length,
    total_pages: Math.max(Math.ceil(found.length / size), 1),
  }
  return json(200, { success: true, errors: [], messages: [], result, result_info })
}

function faultOf(record: unknown, zone: Zone, before?: CloudflareRecord): Reply | undefined {
  if (!isObject(record)) return invalid('the body is no object')
  const { name, type, content, ttl, proxied } = record
  if (typeof name !== 'string' || !(name === zone.name || name.endsWith(`.${zone.name}`))) return invalid('name')
  if (
    typeof content !== 'string' ||
    (type === 'A' && isIP(content) !== 4) ||
    (type === 'AAAA' && isIP(content) !== 6)
  ) {
    return invalid('Content for this record is invalid.')
  }
  if (type === 'MX') {
    if (!Number.isInteger(record.priority)) return invalid('priority is a required field.')
    if (isIP(content) !== 0 || !/^[\w-]+(?:\.[\w-]+)+$/.test(content))
      return invalid('Content for MX record must be a hostname.')
  }
  if (ttl !== 1 && !(Number.isInteger(ttl) && Number(ttl) >= 60 && Number(ttl) <= 86_400)) return invalid('Invalid TTL')
  if (proxied && ttl !== 1) return invalid('the TTL of a proxied record is automatic')
  const twice = zone.records.some(
    (other) => other !== before && other.name === name && other.type === type && other.content === content,
  )
  return twice ? refused(400, 81058, 'An identical record already exists.') : undefined
}

const done = (result: unknown) => json(200, { success: true, errors: [], messages: [], result })
const invalid = (message: string) => refused(400, 1004, 'DNS Validation Error', [{ code: 9000, message }])
const refused = (status: number, code: number, message: string, error_chain?: readonly unknown[]) =>
  json(status, { success: false, errors: [{ code, message, error_chain }], messages: [], result: null })
