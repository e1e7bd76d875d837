import * as z from 'zod'
import { type ErrorKind, Failure } from '../../core/failure.ts'
import { elementAt, parseXml, type XmlElement } from '../../core/xml.ts'
import { type DomainName, parseName } from '../../dns/name.ts'
import { parseAddress } from '../../dns/rrset.ts'
import type { HttpRequest } from '../../ports/http.ts'
import { shortened } from '../hide-secrets.ts'
import { relativeTo } from '../kits/open-zone.ts'
import { withQuery } from '../kits/single-request.ts'
import { refusalOf, unreadable } from '../kits/status.ts'
import { ttlBetween } from '../kits/ttl.ts'
import { zoneFile } from '../kits/zone-file.ts'
import { type Access, secret, type Tools, text } from '../provider.ts'
import { fieldsOf, type Host, hostOf, oddityIn } from './namecheap-hosts.ts'

const Settings = z.strictObject({
  apiUser: text('Name of the account'),
  apiKey: secret('API key; Namecheap gives one only to accounts that qualify'),
  clientIp: text('The IPv4 address that calls, which must be on the allow list of the account')
    .refine((address) => parseAddress(address) === address && !address.includes(':'), 'expected an IPv4 address')
    .meta({ example: '192.0.2.10' }),
})
type Settings = z.infer<typeof Settings>

interface Zone {
  readonly apex: DomainName
  readonly emailType: string
  readonly records: readonly Host[]
  readonly unwritable: string | undefined
}

/** Whatever a write does not name is deleted. */
export const namecheapApi = zoneFile({
  id: 'namecheap-api',
  name: 'Namecheap, by API',
  docs: 'https://www.namecheap.com/support/api/methods/domains-dns/set-hosts/',
  facts: { sure: 'agreed', verified: '2026-11', doubt: 'most error numbers' },
  endpoint: 'https://api.namecheap.com/xml.response',
  settings: Settings,
  ttl: ttlBetween(60, 60_000),
  open(access: Access<Settings>, tools) {
    const asked = new Map<DomainName, Promise<Zone | undefined>>()
    return {
      zoneAt(apex: DomainName) {
        const zone = asked.get(apex) ?? getHosts(apex, access, tools)
        asked.set(apex, zone)
        return zone
      },
      replace: (zone: Zone, records: readonly Host[]) => setHosts(zone, records, access, tools),
    }
  },
  // Zones here are registered domains, and do not nest: the shortest name is the likeliest.
  async findZone({ zoneAt }, apexes) {
    for (const apex of apexes.toReversed()) {
      const zone = await zoneAt(apex)
      if (zone) return zone
    }
    return undefined
  },
  read: async (_, zone) => zone,
  create: ({ apex }, { owner, type, ttl }, address): Host => {
    return { owner, type, name: relativeTo(apex, owner, '@'), address, value: address, mxPref: '10', ttl }
  },
  change: (host, { ttl = host.ttl }, address) => ({ ...host, address, value: address, ttl }),
  write: ({ replace }, zone, records) => replace(zone, records),
})

/** undefined: the account has no such domain. */
async function getHosts(apex: DomainName, access: Access<Settings>, tools: Tools): Promise<Zone | undefined> {
  const url = withQuery(access.base, ofCommand('getHosts', apex, access))
  const request = { purpose: 'read', method: 'GET', url } as const
  const answer = await call(request, 'DomainDNSGetHostsResult', tools).catch((thrown) => {
    const failure = Failure.from(thrown)
    if (failure.kind === 'rejected') return undefined
    throw failure
  })
  if (!answer) return undefined
  const { Domain = '', IsUsingOurDNS = '', EmailType: emailType = '' } = answer.attributes
  if (parseName(Domain) !== apex) throw new Failure('protocol', `asked for ${apex}, the API answers for another domain`)
  if (!/^true$/i.test(IsUsingOurDNS)) throw new Failure('rejected', `${apex} uses other name servers than Namecheap's`)
  // Without it the write would change how mail is delivered.
  const unwritable = emailType === '' ? 'its EmailType was not shown' : oddityIn(answer.children)
  return { apex, emailType, records: answer.children.map((host) => hostOf(host, apex)), unwritable }
}

async function setHosts(zone: Zone, hosts: readonly Host[], access: Access<Settings>, tools: Tools): Promise<void> {
  const fields = { ...ofCommand('setHosts', zone.apex, access), EmailType: zone.emailType, ...fieldsOf(hosts) }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = String(new URLSearchParams(fields))
  await call({ purpose: 'write', method: 'POST', url: access.base, headers, body }, 'DomainDNSSetHostsResult', tools)
}

function ofCommand(command: string, apex: DomainName, { settings }: Access<Settings>) {
  const { apiUser, apiKey, clientIp } = settings
  const [SLD = '', ...TLD] = apex.split('.')
  const account = { ApiUser: apiUser, ApiKey: apiKey, UserName: apiUser, ClientIp: clientIp }
  return { ...account, Command: `namecheap.domains.dns.${command}`, SLD, TLD: TLD.join('.') }
}

/** The element of that name in the answer. The interface knows its callers by their IPv4 address. */
async function call(request: HttpRequest, name: string, { http, now }: Tools): Promise<XmlElement> {
  const response = await http({ ...request, family: 4 })
  const root = parseXml(response.body)
  const error = elementAt(root, 'Errors', 'Error')
  const failure = error ? refused(error) : refusalOf(response, { purpose: request.purpose, now: now() })
  if (failure) throw failure
  const found = elementAt(root, 'CommandResponse', name)
  if (root?.attributes.Status === 'OK' && found && found.attributes.IsSuccess !== 'false') return found
  throw unreadable(response, request.purpose)
}

/** Errors come with status 200. Few of their numbers are sure; an unknown one is tried again rather than held. */
const KINDS: readonly [number: RegExp, kind: ErrorKind][] = [
  [/^1011\d+$/, 'auth'],
  [/^500000$/, 'rate-limited'],
  [/^20\d+$/, 'rejected'],
]

function refused({ attributes, text: words }: XmlElement): Failure {
  const { Number: number = '' } = attributes
  const kind = KINDS.find(([pattern]) => pattern.test(number))?.[1] ?? 'protocol'
  const remedy = kind === 'auth' ? '; is clientIp right, and on the allow list?' : ''
  return new Failure(kind, `error ${number}: ${shortened(words.trim(), 160)}${remedy}`)
}
