import { Buffer } from 'node:buffer'
import { Failure } from '../../core/failure.ts'
import { describeEndpoint, type Endpoint, parseEndpoint } from '../../dns/endpoint.ts'
import type { Message, RecordType, WireName } from '../../dns/message.ts'
import { apexCandidates, type DomainName, isWithin, parseName } from '../../dns/name.ts'
import type { IpAddress, RRsetName, Seconds } from '../../dns/rrset.ts'
import type { TsigKey } from '../../dns/tsig.ts'
import type { Tools } from '../provider.ts'
import type { Settings } from './rfc2136.ts'

/** A server as the user names it. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** The primary server, reached, with what is needed to write there. */
export interface Server {
  readonly endpoint: Endpoint
  readonly tools: Tools
  readonly key: TsigKey
  readonly zone: DomainName | undefined
  readonly transport: 'tcp' | 'udp'
}

/** What the server holds of an RRset. `alias`: what stands there is a CNAME. */
export interface Held {
  readonly addresses: readonly IpAddress[]
  readonly ttl?: Seconds | undefined
  readonly alias?: WireName | undefined
}

/** HOST, HOST:PORT, an address, or [IPV6]:PORT. */
export function serverOf(text: string): ServerAddress | undefined {
  const endpoint = parseEndpoint(text)
  if (endpoint) return { host: endpoint.address, port: endpoint.port }
  const [, host = '', digits = '53'] =
    /^([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?)\.?(?::(\d{1,5}))?$/i.exec(text.trim()) ?? []
  const port = Number(digits)
  const numeric = /^[\d.]*$/.test(host) // an address that is none
  return !numeric && port > 0 && port < 65536 ? { host, port } : undefined
}

/** Where the server has several addresses, the first that answers. */
export async function reachServer(
  address: ServerAddress,
  settings: Settings,
  owner: DomainName,
  tools: Tools,
): Promise<Server> {
  const endpoints = await endpointsOf(address, tools)
  const { keyName, keyAlgorithm, keySecret, transport } = settings
  const key = { name: keyName, algorithm: keyAlgorithm, secret: Buffer.from(keySecret, 'base64') }
  const zone = settings.zone === undefined ? undefined : parseName(settings.zone)
  for (const endpoint of endpoints) {
    const server = { endpoint, tools, key, zone, transport }
    if (endpoint === endpoints.at(-1)) return server
    if (await isSilent(server, zone ?? owner)) continue
    return server
  }
  throw new Failure('network', `the server ${address.host} has no address`)
}

async function endpointsOf({ host, port }: ServerAddress, tools: Tools): Promise<readonly Endpoint[]> {
  const literal = parseEndpoint(host)?.address
  const addresses = literal ? [literal] : await tools.dns.lookup(host)
  return addresses.map((address) => ({ address, port }))
}

async function isSilent(server: Server, name: DomainName): Promise<boolean> {
  try {
    await ask(server, name, 'SOA')
    return false
  } catch (thrown) {
    const failure = Failure.from(thrown)
    if (failure.kind === 'network') return true
    throw failure
  }
}

const ask = ({ endpoint, tools }: Server, name: DomainName, type: RecordType): Promise<Message> =>
  tools.dns.query({ server: endpoint, name, type, recursion: false })

/** The zone that the setting names; else the owner of the SOA record with which the server answers (RFC 2308 2). */
export async function findZone(server: Server, owner: DomainName): Promise<DomainName> {
  const { zone, endpoint } = server
  if (zone && isWithin(owner, zone)) return zone
  if (zone)
    throw new Failure('rejected', `${owner} is not in the zone ${zone}: correct the setting zone, or leave it out`)
  for (const name of apexCandidates(owner)) {
    const answer = mustBeAuthoritative(await ask(server, name, 'SOA'), server, owner)
    const found = [...answer.answers, ...answer.authorities].find(
      (record) => record.data.type === 'SOA' && isWithin(owner, record.owner as DomainName),
    )
    if (found) return found.owner as DomainName // an alias answers with the SOA of another zone, or with none: go up
  }
  throw new Failure('rejected', `${describeEndpoint(endpoint)} does not say which zone holds ${owner}: set zone`)
}

/** An alias holds no addresses, whatever those of its target are. */
export async function readHeld(server: Server, { owner, type }: RRsetName): Promise<Held> {
  const { data, ttl, alias } = await readRdata(server, owner, type)
  return { addresses: data.flatMap((one) => ('address' in one ? [one.address] : [])), ttl, alias }
}

/** The same of any type. */
export async function readRdata(server: Server, owner: DomainName, type: RecordType) {
  const { answers } = mustBeAuthoritative(await ask(server, owner, type), server, owner)
  const here = answers.filter((record) => record.owner === owner)
  const records = here.filter(({ data }) => data.type === type)
  const alias = here.flatMap(({ data }) => (data.type === 'CNAME' ? [data.target] : []))[0]
  return { data: records.map(({ data }) => data), ttl: records[0]?.ttl, alias }
}

function mustBeAuthoritative(answer: Message, { endpoint }: Server, owner: DomainName): Message {
  const { rcode, authoritative, recursionAvailable, authorities } = answer
  const who = `name server ${describeEndpoint(endpoint)}`
  if (rcode === 'SERVFAIL') throw new Failure('unavailable', `${who} cannot answer for ${owner} (SERVFAIL)`)
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') {
    throw new Failure('rejected', `${who} does not answer for ${owner} (${rcode}): is server the primary of its zone?`)
  }
  if (authoritative) return answer
  if (recursionAvailable) {
    const message = `${who} answers for ${owner} from a cache: is server the primary of its zone, and port 53 not redirected?`
    throw new Failure('protocol', message, { reason: 'from-cache' })
  }
  const cut = authorities.find(({ data }) => data.type === 'NS')?.owner
  const why = cut ? `${cut} is delegated to other servers` : 'it is not authoritative for the name'
  throw new Failure('rejected', `${who} does not hold ${owner}: ${why}`)
}
