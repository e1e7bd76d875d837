import type { HostWish } from '../config/config.ts'
import { accountFor } from '../config/zones.ts'
import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import { type LocatedDomain, locateDomain, type MxAnswer } from '../core/locate.ts'
import { hostsIn } from '../core/mx.ts'
import { keyOf, type Target } from '../core/plan.ts'
import type { State } from '../core/state.ts'
import { type DomainName, parseName } from '../dns/name.ts'
import { aliasOf, mxOf } from '../lookup/mx.ts'
import { linesOfHost } from './lines.ts'
import type { BoundAccount, Setup } from './setup.ts'

/** What the name servers say of every domain's MX, and which MX hosts are aliases. */
export type MxSeen = readonly {
  readonly domain: DomainName
  readonly answer: MxAnswer
  readonly aliases: ReadonlyMap<string, string>
}[]

/** Looks every domain's MX up, side by side. Never rejects but when cancelled. */
export async function lookUpMx({ config, asking }: Setup, signal: AbortSignal): Promise<MxSeen> {
  return Promise.all(
    config.domains.map(async ({ name: domain }) => {
      const answer = await mxOf(asking, domain, signal)
      const sets = [...answer.authorities, answer.resolver].flatMap((mx) => (mx instanceof Failure ? [] : mx))
      const found = await Promise.all(
        hostsIn(sets).map(async (host) => {
          const name = parseName(host)
          const alias = name && (await aliasOf(asking, name, signal))
          return alias === undefined ? [] : [[host, alias] as const]
        }),
      )
      return { domain, answer, aliases: new Map(found.flat()) }
    }),
  )
}

/** Judges what was looked up against what the disk remembers. Pure. */
export function judgeMx(seen: MxSeen, setup: Setup, state: State, now: number): readonly LocatedDomain[] {
  const { config, accounts } = setup
  const isOurs = (name: DomainName) => accountFor(name, Object.values(accounts)) !== undefined
  const wishes = { named: config.hosts.map(({ name }) => name), excluded: config.exclude, lines: setup.lists }
  return seen.map(({ domain, answer, aliases }) =>
    locateDomain({ domain, answer, aliases, isOurs, ...wishes, memory: state.mx[domain] ?? { hosts: [] }, now }),
  )
}

/** One target per account, owner and type: the MX hosts that are ours, and the hosts that the user named. Pure. */
export function targetsOf(located: readonly LocatedDomain[], setup: Setup, salt: string): readonly Target[] {
  const { config, accounts } = setup
  const wishes = new Map<DomainName, HostWish>(located.flatMap(({ hosts }) => hosts.map((name) => [name, { name }])))
  for (const wish of config.hosts) wishes.set(wish.name, wish)
  for (const name of config.exclude) wishes.delete(name)
  return [...wishes.values()].flatMap((wish) => {
    const account = accounts[wish.provider ?? accountFor(wish.name, Object.values(accounts)) ?? '']
    if (!account) return []
    const types = (wish.types ?? config.types).filter((type) => account.cannot[type] === undefined)
    const mxOf = located.filter(({ hosts }) => hosts.includes(wish.name)).map(({ domain }) => domain)
    return types.map((type): Target => {
      const name = { owner: wish.name, type }
      return {
        ...name,
        key: keyOf(account.name, name),
        account: account.name,
        lines: linesOfHost(wish, config),
        traits: traitsOf(account, wish, setup),
        dailyUpdates: config.dailyUpdates,
        mxOf,
        ttl: wish.ttl ?? config.ttl,
        ...(type === 'AAAA' && wish.ipv6Suffix && { suffix: wish.ipv6Suffix }),
        ...((wish.whenGone ?? config.whenGone) === 'remove' && { whenGone: 'remove' as const }),
        identity: account.identity(salt), // the rest of what makes a target another one is in its key
      }
    })
  })
}

function traitsOf({ traits }: BoundAccount, wish: HostWish, { config }: Setup): Target['traits'] {
  const refresh = wish.refreshInterval ?? config.refreshInterval
  if (refresh === undefined) return traits
  return { ...traits, refresh: refresh === 'off' ? undefined : refresh / SECOND }
}
