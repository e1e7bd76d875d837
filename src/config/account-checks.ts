import type { DomainName } from '../dns/name.ts'
import { isWithin } from '../dns/name.ts'
import type { AddressType } from '../dns/rrset.ts'
import { cannotOf, type Provider } from '../providers/provider.ts'
import type { HostWish, Problem, WhenGone } from './config.ts'
import { type Drafted, switchOf } from './cross-checks.ts'
import { nearestHint } from './nearest.ts'
import { type Area, accountsFor, isFixed, zonesOf } from './zones.ts'

/** Whether each host has exactly one account, and an account that can do what is asked of it. */
export function accountChecks(draft: Drafted, providers: ReadonlyMap<string, Provider>): readonly Problem[] {
  const { config, isBroken } = draft
  if (isBroken('providers') || isBroken('hosts') || isBroken('domains') || config.accounts.length === 0) return []
  const areas = config.accounts.map((account): Served => {
    const provider = providers.get(account.use)!
    return { name: account.name, zones: zonesOf(account, config, provider), fixed: isFixed(account, provider) }
  })
  const unserved = config.hosts.flatMap((host) => unservedHost(host, areas, draft))
  const perAccount = [...unsupportedTypes(areas, providers, draft), ...unsupportedRemoval(areas, providers, draft)]
  return [...unserved, ...sharedDomains(areas, draft), ...perAccount]
}

/** `fixed`: only names in the service's own zones can be had. */
type Served = Area & { readonly fixed: boolean }

function unservedHost({ name, provider }: HostWish, areas: readonly Served[], { nameOf }: Drafted): Problem[] {
  const wrong = (found: string, expected: string, remedy: string | undefined): Problem[] => [
    { setting: nameOf('hosts'), found, expected, remedy, severity: 'error' },
  ]
  const outside = (whose: string, of: readonly Served[]) => {
    const remedy = of.every(({ fixed }) => fixed) ? OWN_NAMES : `add its zone to ${nameOf('zones')}`
    return wrong(`${name}, outside the zones of ${whose}`, `a name in ${zonesIn(of)}`, remedy)
  }
  if (provider !== undefined) {
    const area = areas.find((one) => one.name === provider)
    const names = areas.map((one) => one.name)
    const hint = nearestHint(provider, names)
    if (!area) return wrong(`provider "${provider}" of ${name}`, `an account: ${names.join(', ')}`, hint)
    return area.zones.some((zone) => isWithin(name, zone)) ? [] : outside(provider, [area])
  }
  const accounts = accountsFor(name, areas)
  if (accounts.length === 0) return outside('every account', areas)
  if (accounts.length === 1) return []
  const remedy = 'give the accounts different zones, or the host a provider'
  return wrong(`${name}, which ${accounts.join(' and ')} serve alike`, ONE, remedy)
}

const OWN_NAMES = 'the service keeps names in its own zones only: take one of those, or another provider'
const ONE = 'one account for each host'

const zonesIn = (areas: readonly Area[]): string => [...new Set(areas.flatMap(({ zones }) => zones))].join(', ')

/** Domains whose MX hosts two accounts would serve alike, unless the hosts in them say which. */
function sharedDomains(areas: readonly Area[], { config, nameOf }: Drafted): Problem[] {
  return config.domains.flatMap(({ name }) => {
    const accounts = accountsFor(name, areas)
    if (accounts.length < 2 || config.hosts.some((host) => isWithin(host.name, name))) return []
    const found = `${name}, which ${accounts.join(' and ')} serve alike`
    return [
      {
        setting: nameOf('domains'),
        found,
        expected: ONE,
        remedy: 'give the accounts different zones',
        severity: 'error',
      },
    ]
  })
}

/** What configuration can know beforehand is not left to a refusal at run time. */
function unsupportedTypes(
  areas: readonly Area[],
  providers: ReadonlyMap<string, Provider>,
  { config, nameOf }: Drafted,
): Problem[] {
  return config.accounts.flatMap(({ name: account, use, settings }) => {
    const provider = providers.get(use)!
    const served = (name: DomainName, chosen?: string) => (chosen ?? accountsFor(name, areas)[0]) === account
    return (['A', 'AAAA'] as const).flatMap((type): Problem[] => {
      const reason = cannotOf(provider, settings)[type]
      if (reason === undefined) return []
      const hosts = config.hosts.filter(
        (host) => (host.types ?? config.types).includes(type) && served(host.name, host.provider),
      )
      const domains = config.types.includes(type) ? config.domains.filter(({ name }) => served(name)) : []
      const names = [...new Set([...hosts, ...domains].map(({ name }) => name))]
      if (names.length === 0) return []
      const found = `${describe(type)} wanted for ${names.join(', ')}`
      const expected = `what ${provider.name} can do: ${reason}`
      return [{ setting: nameOf(switchOf(type)), found, expected, remedy: remedyFor(type, nameOf), severity: 'error' }]
    })
  })
}

/** Services of single requests have none that takes an address away; what can be read can be removed as well. */
function unsupportedRemoval(
  areas: readonly Area[],
  providers: ReadonlyMap<string, Provider>,
  { config, nameOf }: Drafted,
): Problem[] {
  return config.accounts.flatMap(({ name: account, use }): Problem[] => {
    const provider = providers.get(use)!
    if (provider.traits.readable) return []
    const served = (name: DomainName, chosen?: string) => (chosen ?? accountsFor(name, areas)[0]) === account
    const isAsked = (own: WhenGone | undefined) => (own ?? config.whenGone) === 'remove'
    const hosts = config.hosts.filter(
      ({ name, provider: chosen, whenGone }) => isAsked(whenGone) && served(name, chosen),
    )
    const domains = isAsked(undefined) ? config.domains.filter(({ name }) => served(name)) : []
    const names = [...new Set([...hosts, ...domains].map(({ name }) => name))]
    if (names.length === 0) return []
    const isOwn = hosts.some(({ whenGone }) => whenGone === 'remove')
    return [
      {
        setting: isOwn ? `${nameOf('hosts')} (whenGone)` : nameOf('whenGone'),
        found: `remove, for ${names.join(', ')}`,
        expected: `keep: ${provider.name} has no request that takes an address away`,
        remedy: 'set whenGone to keep for these hosts, in YAML under hosts, or for all',
        severity: 'error',
      },
    ]
  })
}

const describe = (type: AddressType): string => `${type} records (IPv${type === 'A' ? 4 : 6})`

const remedyFor = (type: AddressType, nameOf: Drafted['nameOf']): string =>
  `set ${nameOf(switchOf(type))} to off, or take the type out of the host's types in YAML`
