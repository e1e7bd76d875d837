import type { Message, Question, Rcode, Rdata, ResourceRecord, WireName } from '../dns/message.ts'
import { liesWithin, type ZoneVersion } from './zone.ts'

/** A zone as one server sees it. */
export interface ServedZone {
  readonly apex: WireName
  readonly version: ZoneVersion
}

/** `authority`: for its own zones only, AA=1. `resolver`: a stub resolver, as a router or an ISP has it: RA=1, AA=0. */
export type Role = 'authority' | 'resolver'

const SOA_TTL = 60
const MAX_ALIASES = 8

/** What a name server says (RFC 1034 4.3.2, RFC 2308): pure. */
export function answerOf(query: Message, zones: readonly ServedZone[], role: Role): Message {
  const question = query.questions[0]
  const { rcode, answers = [], authorities = [] } = question ? lookUp(question, zones) : FORMERR
  return {
    id: query.id,
    response: true,
    rcode,
    authoritative: role === 'authority' && rcode !== 'REFUSED' && rcode !== 'FORMERR',
    truncated: false,
    recursionDesired: query.recursionDesired ?? false,
    recursionAvailable: role === 'resolver',
    questions: query.questions,
    answers,
    authorities,
    additionals: [],
  }
}

interface Found {
  readonly rcode: Rcode
  readonly answers?: readonly ResourceRecord[]
  readonly authorities?: readonly ResourceRecord[]
}

const FORMERR: Found = { rcode: 'FORMERR' }
const REFUSED: Found = { rcode: 'REFUSED' }

function lookUp({ name, type, class: cls = 'IN' }: Question, zones: readonly ServedZone[]): Found {
  if (cls !== 'IN') return REFUSED
  const answers: ResourceRecord[] = []
  for (let owner = name, hops = 0; ; hops++) {
    const zone = zoneFor(owner, zones)
    // An alias that leads out of our zones: what is known is told, whoever asks goes on elsewhere.
    if (!zone) return hops === 0 ? REFUSED : { rcode: 'NOERROR', answers }
    const own = recordsAt(owner, zone)
    if (own === undefined) return { rcode: 'NXDOMAIN', answers, authorities: [soaOf(zone)] }
    const wanted = own.filter(({ data }) => type === 'ANY' || data.type === type)
    if (wanted.length > 0) return { rcode: 'NOERROR', answers: [...answers, ...wanted] }
    const alias = own.find(({ data }) => data.type === 'CNAME')
    if (alias?.data.type !== 'CNAME' || hops === MAX_ALIASES) {
      return { rcode: 'NOERROR', answers, authorities: [soaOf(zone)] }
    }
    answers.push(alias)
    owner = alias.data.target
  }
}

const zoneFor = (name: WireName, zones: readonly ServedZone[]): ServedZone | undefined =>
  zones.filter(({ apex }) => liesWithin(name, apex)).toSorted((one, other) => other.apex.length - one.apex.length)[0]

/** [] = the name exists, without records (RFC 8020); undefined: it does not. A wildcard answers under the name asked for. */
function recordsAt(owner: WireName, zone: ServedZone): readonly ResourceRecord[] | undefined {
  const { apex, version } = zone
  const own = version.records.filter((record) => record.owner === owner)
  if (owner === apex) return [soaOf(zone), ...own]
  if (own.length > 0) return own
  if (exists(owner, version)) return []
  for (let parent = parentOf(owner); liesWithin(parent, apex); parent = parentOf(parent)) {
    const wild = version.records.filter((record) => record.owner === `*.${parent}`)
    if (wild.length > 0) return wild.map((record) => ({ ...record, owner }))
    if (exists(parent, version)) break // RFC 4592 3.3.1: only the closest encloser's wildcard counts
  }
  return undefined
}

const exists = (name: WireName, { records }: ZoneVersion): boolean =>
  records.some(({ owner }) => liesWithin(owner, name))

const parentOf = (name: WireName): WireName => (name.includes('.') ? name.slice(name.indexOf('.') + 1) : '.')

function soaOf({ apex, version: { serial, records } }: ServedZone): ResourceRecord {
  const ns = records.find(({ owner, data }) => owner === apex && data.type === 'NS')
  const mname = ns?.data.type === 'NS' ? ns.data.target : apex
  const data: Rdata = { type: 'SOA', mname, rname: `hostmaster.${apex}`, serial, minimum: SOA_TTL }
  return { owner: apex, ttl: SOA_TTL, data }
}
