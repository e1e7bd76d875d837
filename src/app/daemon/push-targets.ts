import { Failure } from '../../core/failure.ts'
import type { Instant } from '../../core/instant.ts'
import type { LineName, Target } from '../../core/plan.ts'
import type { PushNews } from '../../core/pushed.ts'
import { memoryOf, type State } from '../../core/state.ts'
import { bytesOfAddress } from '../../dns/address-bytes.ts'
import type { DomainName } from '../../dns/name.ts'
import type { Prefix } from '../../dns/prefix.ts'
import { type IpAddress, sameAddresses } from '../../dns/rrset.ts'
import { judgeMx, targetsOf } from '../locate.ts'
import type { Setup } from '../setup.ts'

/** Everything that is kept as far as the disk knows, without asking anybody: of the MX, what the last round found. Pure. */
export function knownTargets(setup: Setup, state: State, now: Instant): readonly Target[] {
  const answer = { authorities: [], resolver: new Failure('network', 'not asked') }
  const seen = setup.config.domains.map(({ name: domain }) => ({ domain, answer, aliases: new Map<string, string>() }))
  return targetsOf(judgeMx(seen, setup, state, now), setup, state.salt)
}

/** No round has found the MX of every domain yet, so that a name that is not known may be a host of ours. */
export const isEarly = (setup: Setup, state: State): boolean =>
  setup.config.domains.some(({ name }) => state.mx[name] === undefined)

/**
 * Which line is meant: the one that is named, else the only one. Where lines have the source push, only those are meant.
 * undefined: it cannot be told.
 */
export function lineOf({ lines }: Setup, named: string | null): LineName | undefined {
  const names = Object.keys(lines)
  const hearing = names.filter((line) => lines[line]?.sources.some(({ id }) => id === 'push'))
  const possible = hearing.length > 0 ? hearing : names
  if (named) return possible.find((line) => line === named)
  return possible.length === 1 ? possible[0] : undefined
}

/** Of the targets that follow what was told: whether the service has accepted it, or has refused since. Pure. */
export function standingOf(
  targets: readonly Target[],
  news: PushNews,
  state: State,
  since: Instant,
): 'published' | 'failed' | 'open' {
  const each = targets.flatMap(({ key, type }) => {
    const { published, intent, trouble } = memoryOf(state, key)
    const wanted = wantedOf(news, type)
    if (!wanted) return []
    if (published && !intent && wanted(published.addresses)) return ['published']
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

function isInPrefix(address: IpAddress, { address: base, length }: Prefix): boolean {
  const bits = (of: IpAddress) => BigInt(`0x${bytesOfAddress(of).toString('hex')}`) >> BigInt(128 - length)
  return bits(address) === bits(base)
}

/** The hosts that follow this line, those of an MX first. */
export function hostsOf(targets: readonly Target[], line: LineName): readonly DomainName[] {
  const here = targets.filter(({ lines }) => lines.includes(line))
  const mail = here.filter(({ mxOf }) => mxOf.length > 0)
  return [...new Set([...mail, ...here].map(({ owner }) => owner))]
}
