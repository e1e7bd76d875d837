import type { AccountName } from '../core/plan.ts'
import type { DomainName } from '../dns/name.ts'
import { isWithin, parseName } from '../dns/name.ts'
import type { Provider } from '../providers/provider.ts'
import type { AccountConfig, Config } from './config.ts'

/** What one account serves. */
export interface Area {
  readonly name: AccountName
  readonly zones: readonly DomainName[]
}

/** The mail domains and hosts that the user lists. */
export type Listed = Pick<Config, 'domains' | 'hosts'>

/** The zones that an account serves: those that the user named, else the listed domains and hosts and what the service owns. */
export function zonesOf(
  { zones }: Pick<AccountConfig, 'zones'>,
  { domains, hosts }: Listed,
  { ownZonesOnly, suffixes = [] }: Pick<Provider, 'ownZonesOnly' | 'suffixes'>,
): readonly DomainName[] {
  if (zones) return zones
  const listed = ownZonesOnly ? [] : [...domains, ...hosts].map(({ name }) => name)
  return [...new Set([...listed, ...suffixes.map((suffix) => parseName(suffix)!)])]
}

/** Only names in the service's own zones can be had: no host that the user lists becomes one of them. */
export const isFixed = ({ zones }: Pick<AccountConfig, 'zones'>, { ownZonesOnly }: Pick<Provider, 'ownZonesOnly'>) =>
  ownZonesOnly === true && zones === undefined

/** The account that serves a name: the longest zone wins. Undefined: none, or several equally (a configuration error). */
export function accountFor(owner: DomainName, areas: readonly Area[]): AccountName | undefined {
  const found = accountsFor(owner, areas)
  return found.length === 1 ? found[0] : undefined
}

/** All accounts whose longest matching zone is as long as the longest of all. */
export function accountsFor(owner: DomainName, areas: readonly Area[]): readonly AccountName[] {
  const lengths = areas.map(({ zones }) =>
    Math.max(0, ...zones.map((zone) => (isWithin(owner, zone) ? zone.length : 0))),
  )
  const longest = Math.max(0, ...lengths)
  return longest === 0 ? [] : areas.filter((_, i) => lengths[i] === longest).map(({ name }) => name)
}
