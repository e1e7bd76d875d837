import { type Instant, MINUTE } from '../../../src/core/instant.ts'
import { type Asked, json, type Reply } from '../../../src/demo/loopback-http.ts'
import { parseName } from '../../../src/dns/name.ts'
import { type AddressType, parseAddress } from '../../../src/dns/rrset.ts'
import type { Grounds, Service, Wish } from './service.ts'

interface Stored {
  readonly id: string
  readonly hostname: string
  readonly type: string
  readonly priority: string
  readonly destination: string
}

interface Entry extends Omit<Stored, 'id'> {
  readonly id?: string
  readonly deleterecord: boolean
}

interface Call {
  readonly action: string
  readonly param: {
    readonly customernumber: string
    readonly apikey: string
    readonly apipassword?: string
    readonly apisessionid?: string
    readonly domainname?: string
    readonly dnsrecordset?: { readonly dnsrecords: readonly Entry[] }
  }
}

/** Not documented; about a quarter of an hour by common knowledge. */
const SESSION = 15 * MINUTE
const NO_RECORDS = 5029

const success = (action: string, responsedata: unknown): Reply =>
  json(200, { action, status: 'success', statuscode: 2000, shortmessage: 'done', responsedata })
/** Any refusal comes with status 200. */
const error = (statuscode: number, shortmessage: string): Reply =>
  json(200, { status: 'error', statuscode, shortmessage, longmessage: '', responsedata: '' })

const callOf = ({ body }: Asked) => JSON.parse(body) as Call
const labelOf = (owner: string, apex: string) => (owner === apex ? '@' : owner.slice(0, -apex.length - 1))

/** netcup: a log-in before, a log-out after; records by id, several in one write, which replaces no other. */
export function netcupService({ apex, hosts, secret, newId, now, onChange }: Grounds): Service {
  const [first = apex] = hosts
  const sessions = new Map<string, Instant>()
  const made = (hostname: string, type: string, destination: string, priority = '0'): Stored => {
    return { id: newId(), hostname, type, priority, destination }
  }
  let zone: readonly Stored[] = [
    made('@', 'A', '81.169.145.80'),
    made('@', 'MX', 'mail.example.com', '10'),
    made(labelOf(first, apex), 'TXT', 'hello'),
    made('www', 'CNAME', apex),
  ]
  const ownerOf = (hostname: string) => (hostname === '@' ? apex : parseName(`${hostname}.${apex}`)!)
  const isOurs = ({ hostname, type }: Pick<Stored, 'hostname' | 'type'>) =>
    hosts.includes(ownerOf(hostname)) && (type === 'A' || type === 'AAAA')
  const held = (owner: string, type: string) =>
    zone.flatMap((one) =>
      ownerOf(one.hostname) === owner && one.type === type ? (parseAddress(one.destination) ?? []) : [],
    )

  /** An entry without an id is a new record, one with its id replaces it; what has no entry stays. */
  function write(entries: readonly Entry[]): Reply {
    if (entries.some(({ id }) => id !== undefined && !zone.some((one) => one.id === id)))
      return error(4013, 'Validation Error. A record of that id does not exist.')
    const rest = zone.filter(({ id }) => !entries.some((entry) => entry.id === id))
    const kept = entries.filter(({ deleterecord }) => !deleterecord)
    zone = [...rest, ...kept.map(({ deleterecord: _, id = newId(), ...entry }): Stored => ({ id, ...entry }))]
    onChange()
    return success('updateDnsRecords', { dnsrecords: zone })
  }

  function inSession({ action, param }: Call): Reply {
    const last = sessions.get(param.apisessionid ?? '')
    if (last === undefined || now() - last > SESSION) return error(4001, 'Api session id in invalid or expired.')
    sessions.set(param.apisessionid!, now())
    if (action === 'logout') sessions.delete(param.apisessionid!)
    if (action === 'logout') return success(action, '')
    if (param.domainname !== apex) return error(5028, 'Value in field domainname does not match requirements.')
    if (action === 'infoDnsZone') return success(action, { name: apex, ttl: '300' })
    if (action === 'updateDnsRecords') return write(param.dnsrecordset?.dnsrecords ?? [])
    if (zone.length === 0) return error(NO_RECORDS, 'DNS records not found')
    return success(action, { dnsrecords: zone })
  }

  return {
    ...{ server: 'ccp.netcup.net', apex },
    answer(asked) {
      const call = callOf(asked)
      const { action, param } = call
      if (param.apikey !== 'key') return error(4013, 'Validation Error.')
      if (action !== 'login') return inSession(call)
      if (param.apipassword !== secret) return error(4013, 'Login failed.')
      const apisessionid = newId()
      sessions.set(apisessionid, now())
      return success(action, { apisessionid })
    },
    says: (no, asked) => {
      const isLogIn = callOf(asked).action === 'login'
      if (no === 'down') sessions.clear() // they do not outlive it
      if (no === 'gone') return error(4013, 'Validation Error. The host is not there.')
      if (no === 'auth' || no === 'blocked' || no === 'cannot')
        return isLogIn ? error(4013, 'Login failed.') : error(4001, 'Api session id in invalid or expired.')
      return undefined
    },
    named(asked): readonly Wish[] {
      const { dnsrecords = [] } = callOf(asked).param.dnsrecordset ?? {}
      const owners = new Set(dnsrecords.map(({ hostname }) => ownerOf(hostname)))
      return [...owners].map((owner) => {
        const own = dnsrecords.filter((one) => ownerOf(one.hostname) === owner && !one.deleterecord)
        return { owner, addresses: own.flatMap(({ destination }) => parseAddress(destination) ?? []) }
      })
    },
    holds: (owner, type) => [...new Set(held(owner, type))],
    records: () =>
      zone.flatMap(({ hostname, type, destination }) => {
        const address = parseAddress(destination)
        return address ? [{ owner: ownerOf(hostname), data: { type: type as AddressType, address } }] : []
      }),
    foreign: () => JSON.stringify(zone.filter((one) => !isOurs(one))),
    put(owner, type, addresses) {
      const others = zone.filter((one) => ownerOf(one.hostname) !== owner || one.type !== type)
      zone = [...others, ...addresses.map((address) => made(labelOf(owner, apex), type, address))]
      onChange()
    },
  }
}
