import type { AccountConfig, Config, HostWish } from '../../src/config/config.ts'
import { HOUR, MINUTE, type Milliseconds, SECOND } from '../../src/core/instant.ts'
import type { DomainName } from '../../src/dns/name.ts'
import type { AddressType } from '../../src/dns/rrset.ts'
import { config, name } from '../support/config.ts'
import type { Chance } from './chance.ts'
import { FURTHER, type Kind, OWN } from './kinds.ts'

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
  /** A second line, for hosts that have a list of lines, or that name it alone. */
  readonly hasTwoLines: boolean
}

/** The lines of a home that has two; the first is also the one of hosts that name none. */
export const LINES = ['dsl', 'lte'] as const

/** A home line and its owner's wishes, as the seed has them. */
export function homeOf(chance: Chance): Home {
  const further = FURTHER.filter(() => chance.happens(0.3))
  // One in three cannot be read: where repeats count, most can go wrong, and a round costs least.
  const isStrict = chance.happens(1 / 3)
  const own = OWN.filter(({ use }) => (use === 'strato') === isStrict)
  const kinds = [chance.pick(own), ...further]
  const secrets = kinds.map(({ use, isEncoded }) => {
    const secret = `geheim-${use}-7f3a`
    return isEncoded ? Buffer.from(secret).toString('base64') : secret
  })
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
    schedule: chance.pick([6, 12, 12, ...Array<number>(15).fill(24)]) * HOUR,
    isBrisk: chance.happens(0.07),
    watches: chance.happens(0.7),
    servers: chance.whole(1, 3),
    lag: chance.pick([0, 2 * SECOND, 30 * SECOND]),
    hasTwoLines: false,
  }
}

/** The same home with a second line, as its own stream of chance has it. */
export function withLines(home: Home, chance: Chance): Home {
  if (!chance.happens(0.3)) return home
  const rules = { lineDownAfter: 30 * SECOND, failbackAfter: chance.pick([10 * MINUTE, 30 * MINUTE]) }
  const { ipSources, quorum, hosts } = home.config
  const second = home.sources === 'interface' ? 'interface:wwan0' : 'http:https://ip1.lte.example.net/'
  const wanted = new Set([...hosts.map((host) => host.name), ...home.kinds.map(({ hosts: [own] }) => name(own!))])
  const lists = [['dsl', 'lte'], ['dsl', 'lte'], ['lte'], undefined] as const
  return {
    ...home,
    hasTwoLines: true,
    config: {
      ...home.config,
      lines: [
        { name: 'dsl', interface: undefined, ipSources, quorum, ...rules },
        { name: 'lte', interface: undefined, ipSources: [second], quorum: undefined, ...rules },
      ],
      hosts: [...wanted].map((host): HostWish => {
        const line = chance.pick(lists)
        return { name: host, ...(line && { line }) }
      }),
    },
  }
}

const SOURCES = {
  three: [1, 2, 3].map((n) => `http:https://ip${n}.example.net/`),
  one: ['http:https://ip1.example.net/'],
  interface: ['interface:ppp0'],
}
