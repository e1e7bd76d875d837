import { Failure } from '../core/failure.ts'
import type { LinePrefix } from '../core/plan.ts'
import { describePrefix, type Prefix, prefixOf } from '../dns/prefix.ts'
import { whyNotPublic } from '../dns/special-purpose.ts'

/** What one source said of the line's prefix; undefined: it has none. */
export interface PrefixSighting {
  readonly source: string
  readonly answer: Prefix | Failure | undefined
  /** The source was told it, and cannot be asked. */
  readonly isTold?: true | undefined
}

/**
 * One prefix out of all that the sources said: the longest, where it lies in all others. undefined: nobody knows of one, or
 * nobody was asked. Pure.
 */
export function judgePrefixes(
  sightings: readonly PrefixSighting[],
  allow: readonly string[],
  where: string,
): LinePrefix | Failure | undefined {
  const what = `the IPv6 prefix${where} is unknown`
  // Who is asked, and says that there is none now, or another one, knows better than who was told of one some time ago.
  const isNone = sightings.some(({ answer, isTold }) => answer === undefined && !isTold)
  const all = sightings.flatMap(({ source, answer, isTold }) =>
    answer === undefined || answer instanceof Failure || (isTold && isNone) ? [] : [{ source, ...answer, isTold }],
  )
  const asked = all.filter(({ isTold }) => !isTold)
  const said = all.filter((one) => !one.isTold || asked.length === 0 || asked.some((now) => isNested(one, now)))
  // Of two alike, the one that is sure to be so now.
  const [longest] = said.toSorted(
    (one, other) => other.length - one.length || Number(one.isTold ?? false) - Number(other.isTold ?? false),
  )
  if (!longest) {
    const failed = sightings.find(({ answer, isTold }) => answer instanceof Failure && !(isTold && isNone))
    if (!failed) return undefined
    const { kind, message } = failed.answer as Failure
    return new Failure(kind, `${what}: ${message.startsWith(failed.source) ? '' : `${failed.source}: `}${message}`)
  }
  const strangers = said.filter((one) => prefixOf(longest.address, one.length).address !== one.address)
  if (strangers.length > 0) {
    const each = said.map((one) => `${one.source}: ${describePrefix(one)}`).join('; ')
    return new Failure('protocol', `${what}: the sources disagree (${each})`)
  }
  const { address, length, source, isTold } = longest
  const why = whyNotPublic(address, allow)
  if (!why) return { address, length, ...(isTold && { isTold }) }
  return new Failure('rejected', `${what}: ${source}: ${address}/${length} is not public: ${why.name} (${why.block})`)
}

/** One lies in the other. */
function isNested(one: Prefix, other: Prefix): boolean {
  const [longer, shorter] = one.length > other.length ? [one, other] : [other, one]
  return prefixOf(longer.address, shorter.length).address === shorter.address
}
