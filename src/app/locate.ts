import type { HostWish } from '../config/config.ts'
import { accountFor } from '../config/zones.ts'
import { Failure } from '../core/failure.ts'
import { SECOND } from '../core/instant.ts'
import { type LocatedDomain, locateDomain, type MxAnswer } from '../core/locate.ts'
import { hostsIn } from '../core/mx.ts'
import { keyOf, type Target } from '../core/plan.ts'
import type { State } from '../core/state.ts'
import { type DomainName, parseName } from '../dns/name.ts'
import type { Asking } from '../lookup/asking.ts'
import { aliasOf, mxOf } from '../lookup/mx.ts'
import { linesOfHost } from './lines.ts'
import type { BoundAccount, Setup } from './setup.ts'

/** What the name servers say of a domain's MX, and which MX hosts are aliases. */
export interface DomainSeen {
  readonly domain: DomainName
  readonly answer: MxAnswer
  readonly aliases: ReadonlyMap<string, string>
  /** The look-up was not heard out: this is what was known before. */
  readonly isCut?: true
}
export type MxSeen = readonly DomainSeen[]

/** What the look-ups that were heard out last have said, in this process; made once, and changed by each round. */
export type MxHeard = Map<DomainName, DomainSeen>

/** Looks every domain's MX up, side by side. Never rejects. */
export async function lookUpMx({ config, asking }: Setup, signal: AbortSignal): Promise<MxSeen> {
  return Promise.all(config.domains.map(({ name }) => lookUp(asking, name, signal)))
}

/**
 * The same, but domains of which something is known are not heard out once it is `soon`. Some servers' answers are not
 * everyone's: what was known before stands until all are heard out, so that two rounds do not contradict each other.
 */
export async function hearMx(
  { config, asking, mxHeard }: Setup,
  state: State,
  signal: AbortSignal,
  soon: AbortSignal,
): Promise<MxSeen> {
  return Promise.all(
    config.domains.map(async ({ name: domain }): Promise<DomainSeen> => {
      const last = mxHeard.get(domain)
      const isKnown = last !== undefined || (state.mx[domain]?.hosts ?? []).length > 0
      const over = isKnown ? soon : signal
      const seen = await lookUp(asking, domain, over)
      if (over.aborted) return { ...(last ?? { domain, answer: UNHEARD, aliases: new Map() }), isCut: true }
      mxHeard.set(domain, seen)
      return seen
    }),
  )
}

const UNHEARD: MxAnswer = { authorities: [], resolver: new Failure('cancelled', 'not heard out') }

async function lookUp(asking: Asking, domain: DomainName, signal: AbortSignal): Promise<DomainSeen> {
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
}

/** Judges what was looked up against what the disk remembers. Pure. */
export function judgeMx(seen: MxSeen, setup: Setup, state: State, now: number): readonly LocatedDomain[] {
  const { config, accounts } = setup
  const isOurs = (name: DomainName) => accountFor(name, Object.values(accounts)) !== undefined
  const wishes = { named: config.hosts.map(({ name }) => name), excluded: config.exclude, lines: setup.lists }
  return seen.map(({ domain, answer, aliases, isCut }) => {
    const memory = state.mx[domain] ?? { hosts: [] }
    const located = locateDomain({ domain, answer, aliases, isOurs, ...wishes, memory, now })
    return isCut ? { ...located, isCut } : located
  })
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
        // What keeps only one family up to date does not know whether the name has the other; and of hosts that are found
        // by the MX nobody could say before that their service has no request that takes an address away.
        ...((wish.whenGone ?? config.whenGone) === 'remove' &&
          types.length > 1 &&
          account.traits.readable && { whenGone: 'remove' as const }),
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
