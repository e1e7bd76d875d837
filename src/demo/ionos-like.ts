import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import { type Asked, isObject, json, jsonOf, type LoopbackService, type Reply, serve } from './loopback-http.ts'

/** A record as this API shows it. */
export interface IonosRecord {
  readonly id: string
  readonly name: string
  readonly rootName: string
  readonly type: string
  readonly content: string
  readonly changeDate: string
  readonly ttl: number
  readonly prio: number
  readonly disabled: boolean
}

export type IonosGiven = Pick<IonosRecord, 'name' | 'type' | 'content'> & Partial<IonosRecord>

export interface IonosLike {
  readonly apiKey: string
  /** Zone -> its records. */
  readonly zones: Readonly<Record<string, readonly IonosGiven[]>>
  readonly port?: number | undefined
  /** Zones that are copied from another server. */
  readonly slaves?: readonly string[] | undefined
  /** Of zones and records; random unless given. */
  readonly newId?: (() => string) | undefined
  /** After every write: the records of the zone. */
  readonly onChange?: ((zone: string, records: readonly IonosRecord[]) => void) | undefined
}

export interface IonosService extends IonosRules, LoopbackService {}

/** The service without a port. */
export interface IonosRules {
  readonly answer: (asked: Asked) => Reply
  /** Of one zone, or of all. */
  readonly records: (zone?: string) => readonly IonosRecord[]
  /** `METHOD /path?query`, in order. */
  readonly requests: readonly string[]
}

interface Zone {
  readonly id: string
  readonly name: string
  readonly type: 'NATIVE' | 'SLAVE'
  records: readonly IonosRecord[]
}

const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT', 'CAA', 'TLSA', 'SSHFP', 'HTTPS', 'SVCB']
const LEAST_TTL = 60
/** As the web pages of 1&1 have it. */
const MOST_MX = 4
const WRITABLE = ['content', 'ttl', 'prio', 'disabled']

/** The hosting DNS API of IONOS, as strict as its description allows: what a PUT leaves out is reset. */
export async function startIonos(given: IonosLike): Promise<IonosService> {
  const rules = ionosRules(given)
  const server = await serve(rules.answer, given.port)
  return { ...server, ...rules, url: `${server.url}/dns` }
}

/** The same without a port: what it answers, and what it then holds. */
export function ionosRules({ apiKey, zones: given, slaves = [], newId = randomUUID, onChange }: IonosLike): IonosRules {
  const complete = completeWith(newId)
  const zones = Object.entries(given).map(([name, records]): Zone => {
    const type = slaves.includes(name) ? 'SLAVE' : 'NATIVE'
    return { id: newId(), name, type, records: records.map((record) => complete(name, record)) }
  })
  const requests: string[] = []

  function answer(asked: Asked): Reply {
    const { method, url, headers } = asked
    requests.push(`${method} ${url.pathname}${url.search}`)
    if ((headers['user-agent'] ?? '').trim().length < 4) return { status: 503, body: 'Service Unavailable' }
    if (headers['x-api-key'] !== apiKey) return json(401, { message: 'Missing or invalid API key.' })
    const [, version, kind, zoneId, records, recordId] = url.pathname.replace(/^\/dns(?=\/)/, '').split('/')
    if (version !== 'v1' || kind !== 'zones') return json(404, [{ code: 'NOT_FOUND', message: 'No such resource.' }])
    if (!zoneId)
      return method === 'GET'
        ? json(
            200,
            zones.map(({ id, name, type }) => ({ id, name, type })),
          )
        : refused(405)
    const zone = zones.find(({ id }) => id === zoneId)
    if (!zone) return json(404, [{ code: 'ZONE_NOT_FOUND', message: 'Zone does not exist.' }])
    if (method !== 'GET' && zone.type === 'SLAVE')
      return json(403, [{ code: 'FORBIDDEN_REQUEST', message: 'Request not allowed.' }])
    if (!records && method === 'PATCH') return replace(zone, jsonOf(asked))
    if (!records) return method === 'GET' ? list(zone, url.searchParams) : refused(405)
    if (!recordId) return method === 'POST' ? create(zone, jsonOf(asked)) : refused(405)
    const record = zone.records.find(({ id }) => id === recordId)
    if (!record) return json(404, [{ code: 'RECORD_NOT_FOUND', message: 'Record does not exist.' }])
    if (method === 'GET') return json(200, record)
    if (method === 'PUT') return update(zone, record, jsonOf(asked))
    return method === 'DELETE' ? remove(zone, record) : refused(405)
  }

  function change(zone: Zone, records: readonly IonosRecord[]): void {
    zone.records = records
    onChange?.(zone.name, records)
  }

  function create(zone: Zone, body: unknown): Reply {
    const created = addedTo(zone.records, zone, body)
    if (!Array.isArray(created)) return created
    change(zone, [...zone.records, ...created])
    return json(201, created)
  }

  /** Of each name and type in the body all records are replaced, disabled ones too. */
  function replace(zone: Zone, body: unknown): Reply {
    const given = Array.isArray(body) ? body.filter(isObject) : []
    const kept = zone.records.filter(
      (record) => !given.some(({ name, type }) => name === record.name && type === record.type),
    )
    const created = addedTo(kept, zone, body)
    if (!Array.isArray(created)) return created
    change(zone, [...kept, ...created])
    return { status: 200, body: '' }
  }

  function addedTo(others: readonly IonosRecord[], zone: Zone, body: unknown): IonosRecord[] | Reply {
    if (!Array.isArray(body) || body.length === 0) return invalidData()
    const created: IonosRecord[] = []
    for (const one of body) {
      const fault = faultOf(one, zone, [...others, ...created])
      if (fault) return fault
      created.push(complete(zone.name, one))
    }
    return created
  }

  function update(zone: Zone, record: IonosRecord, body: unknown): Reply {
    if (!isObject(body) || Object.keys(body).some((name) => !WRITABLE.includes(name))) return invalidData()
    const { id, name, type } = record
    const fault = faultOf(
      { name, type, ...body },
      zone,
      zone.records.filter((other) => other !== record),
    )
    if (fault) return fault
    const next = complete(zone.name, { id, name, type, content: '', ...body })
    change(
      zone,
      zone.records.map((other) => (other === record ? next : other)),
    )
    return json(200, next)
  }

  function remove(zone: Zone, record: IonosRecord): Reply {
    change(
      zone,
      zone.records.filter((other) => other !== record),
    )
    return { status: 200, body: '' }
  }

  return {
    answer,
    records: (name) =>
      zones.filter((zone) => name === undefined || zone.name === name).flatMap(({ records }) => records),
    requests,
  }
}

const completeWith =
  (newId: () => string) =>
  (rootName: string, record: IonosGiven): IonosRecord => ({
    id: newId(),
    rootName,
    changeDate: new Date().toISOString(),
    ttl: 3600,
    prio: 0,
    disabled: false,
    ...record,
  })

function list(zone: Zone, query: URLSearchParams): Reply {
  const [name, suffix, types] = ['recordName', 'suffix', 'recordType'].map((parameter) => query.get(parameter))
  for (const [parameter, value] of Object.entries({ recordName: name, suffix })) {
    if (value && !isWithin(value, zone.name)) {
      return json(400, [{ code: 'INVALID_REQUEST', message: `Invalid '${parameter}' request parameter.` }])
    }
  }
  const records = zone.records.filter(
    (record) =>
      (!name || record.name === name) &&
      (!suffix || record.name.endsWith(suffix)) &&
      (!types || types.split(',').includes(record.type)),
  )
  return json(200, { id: zone.id, name: zone.name, type: zone.type, records })
}

const isWithin = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`)

function faultOf(record: unknown, zone: Zone, others: readonly IonosRecord[]): Reply | undefined {
  if (!isObject(record)) return invalidData()
  const { name, type, content, ttl = 3600, prio = 0, disabled = false } = record
  const invalidFields = Object.entries({
    name: typeof name === 'string' && isWithin(name, zone.name),
    type: typeof type === 'string' && TYPES.includes(type),
    content: typeof content === 'string' && content !== '' && suits(type, content),
    ttl: Number.isInteger(ttl) && Number(ttl) >= LEAST_TTL,
    prio: Number.isInteger(prio),
    disabled: typeof disabled === 'boolean',
  }).flatMap(([field, sound]) => (sound ? [] : [field]))
  const twice = others.some((other) => other.name === name && other.type === type && other.content === content)
  if (type === 'MX') {
    const mx = others.filter((other) => other.name === name && other.type === 'MX')
    if (mx.length >= MOST_MX) return json(400, [{ code: 'INVALID_RECORD', message: 'Too many MX records.' }])
  }
  if (invalidFields.length === 0 && !twice) return undefined
  const parameters = { requiredFields: [], invalidFields, invalid: [], errorRecord: record, inputRecord: {} }
  return json(400, [
    { code: 'INVALID_RECORD', message: twice ? 'Record exists already.' : 'Record is invalid.', parameters },
  ])
}

function suits(type: unknown, content: string): boolean {
  if (type === 'A') return isIP(content) === 4
  // A bare name: the preference has a field of its own.
  if (type === 'MX') return isIP(content) === 0 && /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(content)
  return type !== 'AAAA' || isIP(content) === 6
}

const invalidData = () =>
  json(400, [{ code: 'INVALID_DATA', message: 'The request body is invalid or not supported by the endpoint.' }])
const refused = (status: number) => json(status, [{ code: 'INVALID_REQUEST', message: 'Method not allowed.' }])
