import { Buffer } from 'node:buffer'
import type { Instant } from '../core/instant.ts'
import { type DomainName, parseName } from '../dns/name.ts'
import { type IpAddress, parseAddress, sameAddresses } from '../dns/rrset.ts'
import { type Asked, type LoopbackService, type Reply, serve } from './loopback-http.ts'

export interface StrictDyndns2 {
  /** User name -> password. */
  readonly users: Readonly<Record<string, string>>
  /** Host -> the user whose it is; as a list: everybody's. */
  readonly hosts: readonly string[] | Readonly<Record<string, string>>
  readonly port?: number | undefined
  /** Of one request; 20 unless given. */
  readonly maxHosts?: number | undefined
  /** What happens to the family that a request does not name; `cleared` unless given, as at Dyn. */
  readonly leftOut?: 'kept' | 'cleared' | undefined
  /** Both families of the host, after a change. */
  readonly onUpdate?: ((host: DomainName, addresses: readonly IpAddress[]) => void) | undefined
  readonly now?: (() => Instant) | undefined
}

export interface Counters {
  requests: number
  updates: number
  /** Addresses that were there already: what gets clients blocked. */
  repeats: number
  badauth: number
  missingAgent: number
  nohost: number
  numhost: number
  malformed: number
  /** Answers `abuse`. */
  abuse: number
}

export interface Update {
  readonly at: Instant
  readonly host: DomainName
  readonly addresses: readonly IpAddress[]
}

export interface StrictDyndns2Service extends Dyndns2Rules, LoopbackService {}

/** The service without a port. */
export interface Dyndns2Rules {
  readonly answer: (asked: Asked) => Reply
  readonly counters: Readonly<Counters>
  readonly updates: readonly Update[]
  readonly holds: (host: string) => readonly IpAddress[]
  /** As the user does on the service's web site. */
  readonly unblock: (host: string) => void
}

const REPEATS_BORNE = 2
const PATHS: readonly string[] = ['/nic/update', '/v3/update']

/** A dyndns2 service at its strictest: it counts what real ones punish, and after two repeats blocks the host. */
export async function startDyndns2(given: StrictDyndns2): Promise<StrictDyndns2Service> {
  const rules = dyndns2Rules(given)
  return { ...(await serve(rules.answer, given.port)), ...rules }
}

/** The same without a port: what it answers, and what it then holds. */
export function dyndns2Rules(given: StrictDyndns2): Dyndns2Rules {
  const { users, hosts, maxHosts = 20, leftOut = 'cleared', onUpdate, now = Date.now } = given
  const counters = {
    requests: 0,
    updates: 0,
    repeats: 0,
    badauth: 0,
    missingAgent: 0,
    nohost: 0,
    numhost: 0,
    malformed: 0,
    abuse: 0,
  }
  const held = new Map<string, readonly IpAddress[]>()
  const repeats = new Map<string, number>()
  const updates: Update[] = []

  const refuse = (counter: keyof Counters, body: string, status = 200): Reply => {
    counters[counter] += 1
    return { status, body }
  }

  function answer({ method, url, headers }: Asked): Reply {
    counters.requests += 1
    if (!PATHS.includes(url.pathname)) return { status: 404, body: 'not found' }
    if (method !== 'GET') return { status: 405, body: 'method not allowed' }
    if ((headers['user-agent'] ?? '').trim().length < 4) return refuse('missingAgent', 'badagent')
    const user = userOf(headers.authorization)
    if (user === undefined || users[user.name] !== user.password) return refuse('badauth', 'badauth', 401)
    const names = (url.searchParams.get('hostname') ?? '').split(',')
    if (names.length > maxHosts) return refuse('numhost', 'numhost')
    const addresses = addressesIn(url.searchParams)
    if (!addresses) return refuse('malformed', 'badip')
    return { status: 200, body: names.map((name) => update(name, user.name, addresses)).join('\n') }
  }

  function update(text: string, user: string, addresses: readonly IpAddress[]): string {
    const host = parseName(text)
    if (!host?.includes('.')) return refuse('malformed', 'notfqdn').body
    if (Array.isArray(hosts) ? !hosts.includes(host) : !Object.hasOwn(hosts, host))
      return refuse('nohost', 'nohost').body
    if (!Array.isArray(hosts) && (hosts as Record<string, string>)[host] !== user)
      return refuse('nohost', '!yours').body
    if ((repeats.get(host) ?? 0) >= REPEATS_BORNE) return refuse('abuse', 'abuse').body
    const before = held.get(host) ?? []
    const kept = leftOut === 'kept' ? before.filter((one) => !addresses.some((other) => sameFamily(one, other))) : []
    const after = [...addresses, ...kept]
    if (sameAddresses(before, after)) {
      repeats.set(host, (repeats.get(host) ?? 0) + 1)
      return refuse('repeats', `nochg ${addresses}`).body
    }
    repeats.delete(host)
    held.set(host, after)
    updates.push({ at: now(), host, addresses: after })
    onUpdate?.(host, after)
    return refuse('updates', `good ${addresses}`).body
  }

  return {
    answer,
    counters,
    updates,
    holds: (host) => held.get(host) ?? [],
    unblock: (host) => void repeats.delete(host),
  }
}

const sameFamily = (one: IpAddress, other: IpAddress) => one.includes(':') === other.includes(':')

function userOf(authorization = ''): { name: string; password: string } | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/.exec(authorization) ?? []
  if (encoded === undefined) return undefined
  const [name = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return { name, password: password.join(':') }
}

/** `myip` takes one address or a list, `myipv6` IPv6 alone. undefined: malformed, or none. */
function addressesIn(query: URLSearchParams): readonly IpAddress[] | undefined {
  const texts = ['myip', 'myipv6'].flatMap((name) => query.get(name)?.split(',') ?? [])
  const addresses = texts.map(parseAddress)
  const sound = addresses.length > 0 && addresses.every((one) => one !== undefined)
  return sound && !query.get('myipv6')?.includes('.') ? addresses : undefined
}
