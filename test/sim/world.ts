import { Failure } from '../../src/core/failure.ts'
import { MINUTE, SECOND } from '../../src/core/instant.ts'
import type { Endpoint } from '../../src/dns/endpoint.ts'
import type { Message, ResourceRecord } from '../../src/dns/message.ts'
import type { AddressType, IpAddress } from '../../src/dns/rrset.ts'
import { parseAddress } from '../../src/dns/rrset.ts'
import type { DnsQuestion } from '../../src/ports/dns.ts'
import type { HttpRequest } from '../../src/ports/http.ts'
import type { HostAddress } from '../../src/ports/interfaces.ts'
import { askSource } from './address-sources.ts'
import type { Chance } from './chance.ts'
import { askedOf, type Met, meet, meetQuestion, no } from './faults.ts'
import type { ServiceFault, SourceFault } from './happenings.ts'
import type { Home } from './home.ts'
import { homeLine, SECOND as SECOND_LINE } from './line.ts'
import { nameServers } from './name-servers.ts'
import type { Grounds, Service, Wish } from './services/service.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface Provider {
  readonly account: string
  readonly service: Service
  readonly faults: Set<ServiceFault>
}

/** A writing request as it arrived at a service. */
export interface Arrival {
  readonly provider: Provider
  readonly wishes: readonly Wish[]
  /** A/AAAA of the owners named, before and after. */
  readonly before: ReadonlyMap<string, readonly IpAddress[]>
  readonly changed: boolean
  /** What only the owner of the zone may change has changed. */
  readonly foreign: boolean
  /** The network's second delivery of one request. */
  readonly again: boolean
}

interface Listener {
  readonly onSent: (provider: Provider, wishes: readonly Wish[]) => void
  readonly onArrival: (arrival: Arrival) => void
}

export type Outside = ReturnType<typeof outside>

/** All that is outside the machine: the line, what tells addresses, the services and their name servers. */
export function outside(home: Home, time: VirtualTime, chance: Chance, { onSent, onArrival }: Listener) {
  const line = homeLine(time.now)
  const second = home.hasTwoLines ? homeLine(time.now, SECOND_LINE) : undefined
  /** The kernel goes out by whichever line there is. */
  const isOnline = () => line.isUp() || second?.isUp() === true
  const lineNamed = (name: string) => (name === 'lte' ? second! : line)
  const names = nameServers(time.now)
  const sources = [1, 2, 3].map(() => new Set<SourceFault>())
  const mx = {
    records: [{ preference: 10, exchange: 'mail.example.com' }, BACKUP] as { preference: number; exchange: string }[],
  }
  let ids = 0

  const providers = home.kinds.map((kind, i): Provider => {
    const apex = kind.apex as Grounds['apex']
    names.serve(apex, home.servers, home.lag)
    const grounds: Grounds = {
      ...{ apex, hosts: kind.hosts as Grounds['hosts'], secret: home.secrets[i]! },
      newId: () => `id-${++ids}`,
      now: time.now,
      onChange: () => publish(apex),
    }
    return { account: kind.use, service: kind.service(grounds), faults: new Set() }
  })
  /** Name servers show what the service holds, and what the owner wrote by hand. */
  function publish(apex: Grounds['apex']): void {
    const provider = providers?.find(({ service }) => service.apex === apex)
    const own = (provider?.service.records() ?? []).map(({ owner, data }): ResourceRecord => ({ owner, ttl: 60, data }))
    const byHand = mx.records.map(
      (one): ResourceRecord => ({ owner: home.domain, ttl: 60, data: { type: 'MX', ...one } }),
    )
    names.write(apex, apex === home.domain ? [...own, ...byHand] : own)
  }
  for (const { service } of providers) publish(service.apex)

  function call(request: HttpRequest): Met {
    if (!isOnline()) return { ms: SECOND, come: new Failure('network', 'network is unreachable') }
    const { hostname } = new URL(request.url)
    if (second && hostname === 'ip1.lte.example.net') return askSource(0, request, new Set(), chance, second.now)
    const [, nth] = /^ip(\d)\.example\.net$/.exec(hostname) ?? []
    if (nth) return askSource(Number(nth) - 1, request, sources[Number(nth) - 1]!, chance, line.now)
    const provider = providers.find(({ service }) => service.server === hostname)
    if (!provider) return { ms: 0, come: new Failure('network', `${hostname} is not of this world`) }
    if (request.purpose === 'write' && !provider.faults.has('unreachable'))
      onSent(provider, provider.service.named(askedOf(request)))
    let times = 0
    return meet(request, provider.service, provider.faults, chance, () => arrive(provider, request, times++ > 0))
  }

  function arrive(provider: Provider, request: HttpRequest, again: boolean) {
    const { service, faults } = provider
    const asked = askedOf(request)
    const isGone = faults.has('unknown-host') && service.named(asked).some(({ owner }) => owner === firstOf(provider))
    if (isGone) return no(service, 'gone', asked, chance)
    const wishes = request.purpose === 'write' ? service.named(asked) : []
    const now = () =>
      new Map(
        wishes.flatMap(({ owner }) => TYPES.map((type) => [`${owner} ${type}`, service.holds(owner, type)] as const)),
      )
    const [before, foreign] = [now(), service.foreign()]
    const reply = service.answer(asked)
    if (request.purpose === 'write') {
      const after = now()
      const changed = [...after].some(([key, addresses]) => String(addresses) !== String(before.get(key)))
      onArrival({ provider, wishes, before, changed, foreign: foreign !== service.foreign(), again })
    }
    return reply
  }
  function ask(question: DnsQuestion): { readonly reply: Message | Failure; readonly ms: number } {
    const primary = providers.find(({ service }) => service.dns && service.server === question.server.address)
    if (!primary) return names.ask(question)
    return { reply: meetQuestion(primary.faults, () => primary.service.dns!(question)), ms: 20 }
  }

  /** An UPDATE on its way: what it is for who brings requests, in base64. */
  function send(message: Uint8Array, { address }: Endpoint): Met {
    const body = Buffer.from(message).toString('base64')
    return call({ purpose: 'write', method: 'POST', url: `dns://${address}/`, body })
  }

  const firstOf = ({ account }: Provider) => home.kinds.find(({ use }) => use === account)?.hosts[0]

  function addresses(): readonly HostAddress[] {
    const common = {
      scope: 'global',
      temporary: false,
      deprecated: false,
      tentative: false,
      dadFailed: false,
    } as const
    const seen: [string, IpAddress | undefined, number][] = [
      ['ppp0', line.isShared() && line.isUp() ? SHARED : line.now('A'), 32],
      ['ppp0', line.now('AAAA'), 64],
      ['wwan0', second?.now('A'), 32],
      ['wwan0', second?.now('AAAA'), 64],
    ]
    return seen.flatMap(([on, address, prefixLength]): HostAddress[] =>
      address ? [{ ...common, interface: on, address, prefixLength, dynamic: true, preferredLifetime: 3600 }] : [],
    )
  }

  return {
    ...{ line, second, lineNamed, isOnline, names, sources, providers, call, ask, send, addresses },
    setMx(records: readonly { preference: number; exchange: string }[]) {
      mx.records = [...records]
      publish(home.domain)
    },
    mx: () => mx.records,
    /** The longest that anything outside needs to be seen everywhere. */
    settles: () => names.longestLag() + MINUTE,
  }
}

const TYPES = ['A', 'AAAA'] as const satisfies readonly AddressType[]
export const BACKUP = { preference: 20, exchange: 'backup.example.org' }
const SHARED = parseAddress('100.70.3.4')!
