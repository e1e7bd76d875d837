import type { AccountConfig, Config, HostWish } from '../../src/config/config.ts'
import { HOUR, MINUTE, type Milliseconds, SECOND } from '../../src/core/instant.ts'
import type { DomainName } from '../../src/dns/name.ts'
import type { AddressType } from '../../src/dns/rrset.ts'
import { config, name } from '../support/config.ts'
import type { Chance } from './chance.ts'
import { desecService } from './services/desec.ts'
import { duckdnsService } from './services/duckdns.ts'
import { dyndns2Service } from './services/dyndns2.ts'
import { ionosService } from './services/ionos.ts'
import { namecheapService } from './services/namecheap.ts'
import type { Grounds, Service } from './services/service.ts'

/** One way to have hosts kept: an adapter, the zone it serves, the service behind it. */
interface Kind {
  readonly use: string
  readonly apex: string
  readonly hosts: readonly string[]
  readonly settings: (secret: string) => unknown
  readonly service: (grounds: Grounds) => Service
}

const login = (password: string) => ({ username: 'anna', password })
const OWN: readonly Kind[] = [
  { use: 'ionos', settings: (apiKey: string) => ({ apiKey }), service: ionosService },
  { use: 'desec', settings: (token: string) => ({ token }), service: desecService },
  {
    use: 'namecheap-api',
    settings: (apiKey: string) => ({ apiUser: 'anna', apiKey, clientIp: '84.200.73.1' }),
    service: namecheapService,
  },
  {
    use: 'strato',
    settings: login,
    service: (grounds: Grounds) => dyndns2Service('dyndns.strato.com', 'cleared', grounds),
  },
].map((kind) => ({ ...kind, apex: 'example.com', hosts: ['mail.example.com', 'owa.example.com', 'mx2.example.com'] }))
const FURTHER: readonly Kind[] = [
  {
    use: 'noip',
    apex: 'ddns.net',
    hosts: ['box.ddns.net', 'cam.ddns.net'],
    settings: login,
    service: (grounds) => dyndns2Service('dynupdate.no-ip.com', 'cleared', grounds),
  },
  {
    use: 'dyn',
    apex: 'dyndns.org',
    hosts: ['box.dyndns.org', 'nas.dyndns.org', 'vpn.dyndns.org'],
    settings: login,
    service: (grounds) => dyndns2Service('members.dyndns.org', 'cleared', grounds),
  },
  {
    use: 'he-net',
    apex: 'home.example.net',
    hosts: ['mx.home.example.net'],
    settings: (password) => ({ password }),
    service: (grounds) => dyndns2Service('dyn.dns.he.net', 'kept', grounds),
  },
  {
    use: 'duckdns',
    apex: 'duckdns.org',
    hosts: ['box.duckdns.org'],
    settings: (token) => ({ token }),
    service: duckdnsService,
  },
]

export interface Home {
  readonly domain: DomainName
  readonly kinds: readonly Kind[]
  readonly config: Config
  /** All owners that mxhome may ever be told to keep. */
  readonly ours: ReadonlySet<string>
  readonly secrets: readonly string[]
  readonly sources: 'three' | 'one' | 'interface'
  readonly schedule: Milliseconds
  /** For half an hour after whatever happens it looks every five minutes, as the product's own schedule does. */
  readonly isBrisk: boolean
  readonly watches: boolean
  readonly servers: number
  readonly lag: Milliseconds
}

/** A home line and its owner's wishes, as the seed has them. */
export function homeOf(chance: Chance): Home {
  const further = FURTHER.filter(() => chance.happens(0.5))
  const kinds = [chance.pick(OWN), ...further]
  const secrets = kinds.map(({ use }) => `geheim-${use}-7f3a`)
  const types: readonly AddressType[] = chance.happens(0.4) ? ['A', 'AAAA'] : ['A']
  const sources = chance.pick(['three', 'three', 'one', 'interface'] as const)
  const accounts = kinds.map(({ use, apex, settings }, i): AccountConfig => {
    return { name: use, use, zones: [name(apex)], settings: settings(secrets[i]!) }
  })
  const wishes = kinds.flatMap(({ hosts }): HostWish[] => hosts.slice(1).map((host) => ({ name: name(host) })))
  return {
    domain: name('example.com'),
    kinds,
    secrets,
    sources,
    config: config({
      domains: [{ name: name('example.com') }],
      hosts: wishes.filter(() => chance.happens(0.6)),
      accounts,
      types,
      ipSources: SOURCES[sources],
      quorum: sources === 'three' && chance.happens(0.5) ? 2 : undefined,
      allowAddresses: [],
      resolvers: [],
      nameservers: [],
      driftInterval: chance.pick([HOUR, HOUR, 6 * HOUR]),
      dailyUpdates: chance.pick([40, 40, 12]),
      confirmTimeout: chance.pick([2 * MINUTE, 30 * SECOND, 10 * MINUTE]),
    }),
    ours: new Set(kinds.flatMap(({ hosts }) => hosts)),
    schedule: chance.pick([6 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR, 24 * HOUR, 24 * HOUR]),
    isBrisk: chance.happens(0.1),
    watches: chance.happens(0.7),
    servers: chance.whole(1, 3),
    lag: chance.pick([0, 2 * SECOND, 30 * SECOND]),
  }
}

const SOURCES = {
  three: [1, 2, 3].map((n) => `http:https://ip${n}.example.net/`),
  one: ['http:https://ip1.example.net/'],
  interface: ['interface:ppp0'],
}
