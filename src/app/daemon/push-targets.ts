import { Failure } from '../../core/failure.ts'
import { type Instant, MINUTE } from '../../core/instant.ts'
import type { LineName, Target } from '../../core/plan.ts'
import type { PushNews } from '../../core/pushed.ts'
import { memoryOf, type State } from '../../core/state.ts'
import { lineOf } from '../../core/wanted.ts'
import { type DomainName, isWithin } from '../../dns/name.ts'
import { type Prefix, prefixOf } from '../../dns/prefix.ts'
import { type IpAddress, sameAddresses } from '../../dns/rrset.ts'
import { linesOfHost, linesToldOf } from '../lines.ts'
import { judgeMx, targetsOf } from '../locate.ts'
import type { Setup } from '../setup.ts'

/** Everything that is kept as far as the disk knows, without asking anybody: of the MX, what the last round found. Pure. */
export function knownTargets(setup: Setup, state: State, now: Instant): readonly Target[] {
  const answer = { authorities: [], resolver: new Failure('network', 'not asked') }
  const seen = setup.config.domains.map(({ name: domain }) => ({ domain, answer, aliases: new Map<string, string>() }))
  return targetsOf(judgeMx(seen, setup, state, now), setup, state.salt)
}

/** No round has found a host for a domain yet, so that a name that is not known may be one: unknown is not foreign. */
export const mayBeOurs = (host: DomainName, setup: Setup, state: State): boolean =>
  setup.config.domains.some(({ name }) => {
    const memory = state.mx[name]
    return memory === undefined || (memory.hosts.length === 0 && isWithin(host, name))
  })

/**
 * No round has found a host that may use this line yet, so that who means all hosts may mean one more. A domain without a
 * host of ours may also have its mail elsewhere, which is told apart only where nothing else uses the line.
 */
export function mayBeMore(line: LineName, users: readonly Target[], { config }: Setup, state: State): boolean {
  if (linesOfHost({}, config)[0] !== line) return false // that of a host which the user has not named
  const memories = config.domains.map(({ name }) => state.mx[name])
  return memories.some((memory) => memory === undefined || (memory.hosts.length === 0 && users.length === 0))
}

/** Of the targets that may use the line, those that use it now: the others follow another line's address. */
export const followersOf = (users: readonly Target[], line: LineName, state: State): readonly Target[] =>
  users.filter((target) => lineOf(target, state) === line)

/** A line without an address in the last round: that its router speaks is news, whatever it says. */
export function isMissed(line: LineName, { lines }: State): boolean {
  const link = lines?.[line]?.link?.state
  return link === 'unsure' || link === 'down'
}

/** Which line is meant: the one that is named, else the only one that can be. undefined: it cannot be told. */
export function lineMeant({ lines }: Pick<Setup, 'lines'>, named: string | null): LineName | undefined {
  const possible = linesToldOf(lines)
  if (named) return possible.find((line) => line === named)
  return possible.length === 1 ? possible[0] : undefined
}

interface Telling {
  readonly news: PushNews
  /** When the request came. */
  readonly since: Instant
  /** When its prefix was first told. */
  readonly prefixAt: Instant
}

/** By then the services have what follows from a new prefix: no address in it, no news to wait for. */
const FOLLOWED = MINUTE

/** Of the targets that follow what was told: whether the service has accepted it, or has refused since. Pure. */
export function standingOf(
  targets: readonly Target[],
  { news, since, prefixAt }: Telling,
  state: State,
): 'published' | 'failed' | 'open' {
  const isOldPrefix = since - prefixAt >= FOLLOWED
  const each = targets.flatMap(({ key, type }) => {
    const { published, intent, trouble } = memoryOf(state, key)
    const wanted = wantedOf(news, type)
    if (!wanted) return []
    if (published && !intent && wanted(published.addresses)) return ['published']
    // It lies in another network of the home, or has no IPv6 at all.
    if (type === 'AAAA' && isOldPrefix && !intent && !trouble) return []
    return trouble && trouble.at >= since ? ['failed'] : ['open']
  })
  if (each.includes('open')) return 'open'
  return each.includes('failed') ? 'failed' : 'published'
}

/** A host's IPv6 address is its own: all that the router can tell of it is the prefix. */
function wantedOf({ A, prefix }: PushNews, type: Target['type']): ((has: readonly IpAddress[]) => boolean) | undefined {
  if (type === 'A') return A && ((has) => sameAddresses(has, [A]))
  return prefix && ((has) => has.some((address) => isInPrefix(address, prefix)))
}

const isInPrefix = (address: IpAddress, { address: base, length }: Prefix): boolean =>
  prefixOf(address, length).address === base
