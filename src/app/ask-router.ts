import { Failure } from '../core/failure.ts'
import type { PrefixSighting } from '../core/line-prefix.ts'
import { whyNotPublic } from '../dns/special-purpose.ts'
import { isGlobal, isStable } from '../line/lasting.ts'
import type { IpSource, SourceWorld } from '../line/source.ts'
import type { Clock } from '../ports/clock.ts'
import { within } from './within.ts'

type Asked = SourceWorld & { readonly clock: Pick<Clock, 'sleep'> }

/** The prefix that the line was given, by each source that may know. Never rejects. */
export async function askPrefix(
  sources: readonly IpSource[],
  world: Asked,
  signal: AbortSignal,
  late: AbortSignal | undefined,
): Promise<readonly PrefixSighting[]> {
  return Promise.all(
    sources.flatMap((source) => {
      const { id, prefix, toldAt } = source
      if (!prefix) return []
      const asked = within((over) => prefix(world, over), source, world, signal, late)
      const how = toldAt && ({ isTold: true, at: toldAt(world, 'prefix') } as const)
      return [asked.catch(Failure.from).then((answer) => ({ source: id, answer, ...how }))]
    }),
  )
}

/**
 * Whether the line has no IPv6, by the word of those who know; undefined: none could tell, or they contradict each other. Nor
 * is a router's word that it has none believed while this box has an address: its IPv6 comes from elsewhere (a tunnel), or
 * is not gone yet. `elsewhere`: the interfaces of other lines.
 */
export async function askLack(
  sources: readonly IpSource[],
  world: Asked,
  signal: AbortSignal,
  late: AbortSignal | undefined,
  elsewhere: readonly string[],
): Promise<boolean | undefined> {
  const asked = sources.flatMap(({ id, lacksIpv6 }) =>
    lacksIpv6
      ? within((over) => lacksIpv6(world, over), { id, optional: true }, world, signal, late).catch(() => undefined)
      : [],
  )
  const said = (await Promise.all(asked)).filter((one) => one !== undefined)
  const lacks = said.length > 0 && said.every((one) => one === said[0]) ? said[0] : undefined
  return lacks === true && (await hasIpv6(world, elsewhere)) ? undefined : lacks
}

async function hasIpv6({ interfaces }: Asked, elsewhere: readonly string[]): Promise<boolean> {
  const all = await interfaces.addresses('at-a-glance').catch(() => [])
  const own = all.filter((one) => one.down !== true && !elsewhere.includes(one.interface))
  return own.some((one) => isGlobal(one, 'AAAA') && isStable(one) && !whyNotPublic(one.address))
}
