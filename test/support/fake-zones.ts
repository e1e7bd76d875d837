import { Failure } from '../../src/core/failure.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { Message, Rcode, Rdata, ResourceRecord } from '../../src/dns/message.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { Dns, DnsQuestion } from '../../src/ports/dns.ts'
import { message } from './message.ts'

/** `mail.example.com A` -> `5.9.1.7`; several records are separated by commas. */
export type Zone = Readonly<Record<string, string>>

/** `down`: silent; `REFUSED` and the like: that rcode; `cache`: answers of a cache; `lame`: empty, without authority. */
export type Fault = 'down' | 'no-route' | 'cache' | 'lame' | Extract<Rcode, 'REFUSED' | 'SERVFAIL'>

export interface Internet {
  /** By their apex; a zone within another is delegated. */
  readonly zones: Readonly<Record<string, Zone>>
  /** Which zones an authoritative server has, by its address. */
  readonly servers: Readonly<Record<string, readonly string[]>>
  /** Zones as a resolver sees them in place of the public ones. */
  readonly view?: Readonly<Record<string, Zone>>
  readonly faults?: Readonly<Record<string, Fault>>
}

/** Authoritative servers and, at any other address, a resolver. Everything may be changed while it runs. */
export function fakeZones(internet: Internet) {
  const asked: string[] = []
  const query = async ({ server, name, type, recursion }: DnsQuestion): Promise<Message> => {
    const where = describeEndpoint(server)
    asked.push(`${where} ${name} ${type}`)
    const fault = internet.faults?.[where] ?? internet.faults?.[`${name} ${type}`]
    if (fault === 'down') throw new Failure('network', `${where} is silent`)
    if (fault === 'no-route') throw new Failure('network', `no route to ${where}`, { reason: 'no-route' })
    if (fault === 'REFUSED' || fault === 'SERVFAIL') return message({ rcode: fault })
    if (fault === 'lame') return message({})
    const own = internet.servers[where]
    const zones = own ? pick(internet.zones, own) : { ...internet.zones, ...internet.view }
    const cuts = own ? Object.keys(internet.zones) : []
    const reply = answer(zones, cuts, name, type)
    if (own && recursion) throw new Error('an authoritative server was asked to recurse')
    if (!own && !recursion) throw new Error('a resolver was not asked to recurse')
    if (own && fault !== 'cache') return reply
    return { ...reply, authoritative: false, recursionAvailable: true }
  }
  const dns: Dns = {
    query,
    send: async () => Promise.reject(new Failure('bug', 'no updates')),
    lookup: async () => [],
    resolvers: async () => [],
  }
  return { dns, asked }
}

const pick = <T>(all: Readonly<Record<string, T>>, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key)))
const within = (name: string, apex: string) => name === apex || name.endsWith(`.${apex}`)
const deepest = (apexes: readonly string[], name: string) =>
  apexes.filter((apex) => within(name, apex)).toSorted((a, b) => b.length - a.length)[0]

/** RFC 1034 4.3.2: refused, referred, aliased, answered or denied with the SOA. */
function answer(zones: Readonly<Record<string, Zone>>, cuts: readonly string[], name: string, type: string): Message {
  const apex = deepest(Object.keys(zones), name)
  if (apex === undefined) return message({ rcode: 'REFUSED' })
  const cut = deepest(cuts, name)
  if (cut !== undefined && cut.length > apex.length) {
    return message({ authorities: [{ owner: cut, ttl: 60, data: { type: 'NS', target: `ns.${cut}` } }] })
  }
  const zone = zones[apex]!
  const [alias] = recordsAt(zone, name, 'CNAME')
  if (alias?.data.type === 'CNAME' && type !== 'CNAME') {
    const behind = answer(zones, cuts, alias.data.target, type)
    const rest = behind.rcode === 'REFUSED' ? message({}) : behind
    return { ...rest, authoritative: true, answers: [alias, ...rest.answers] }
  }
  const soa: ResourceRecord = { owner: apex, ttl: 60, data: soaOf(apex) }
  const answers = type === 'SOA' && name === apex ? [soa] : recordsAt(zone, name, type)
  const authorities = answers.length > 0 || 'no SOA' in zone ? [] : [soa]
  const exists = name === apex || Object.keys(zone).some((key) => within(key.split(' ')[0]!, name))
  const isWild = !exists && recordsAt(zone, wildcardOf(name), type).length > 0
  return message({ rcode: exists || isWild ? 'NOERROR' : 'NXDOMAIN', authoritative: true, answers, authorities })
}

const wildcardOf = (name: string) => name.replace(/^[^.]*/, '*')

function recordsAt(zone: Zone, name: string, type: string): ResourceRecord[] {
  const text = zone[`${name} ${type}`] ?? zone[`${wildcardOf(name)} ${type}`] ?? ''
  return text
    .split(/\s*,\s*/)
    .filter((one) => one !== '')
    .map((one) => ({ owner: name, ttl: 300, data: rdataOf(type, one) }))
}

function rdataOf(type: string, text: string): Rdata {
  if (type === 'MX') {
    const [preference, exchange] = text.split(' ')
    return { type, preference: Number(preference), exchange: exchange! }
  }
  if (type === 'NS' || type === 'CNAME') return { type, target: text }
  if (type === 'TXT') return { type, strings: [text] }
  return { type: type as 'A' | 'AAAA', address: parseAddress(text)! }
}

const soaOf = (apex: string): Rdata => ({
  type: 'SOA',
  mname: `ns.${apex}`,
  rname: `root.${apex}`,
  serial: 1,
  minimum: 60,
})
