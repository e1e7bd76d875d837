import { describePrefix, type Prefix, prefixOf } from '../dns/prefix.ts'
import { whyNotPublic } from '../dns/special-purpose.ts'
import { Failure } from './failure.ts'
import type { Finding } from './finding.ts'
import type { Instant } from './instant.ts'
import type { LinePrefix } from './plan.ts'

/** What one source said of the line's prefix; undefined: it has none. */
export interface PrefixSighting {
  readonly source: string
  readonly answer: Prefix | Failure | undefined
  /** The source was told it, and cannot be asked. */
  readonly isTold?: true | undefined
  /** Since when it has had its answer, if it was told. */
  readonly at?: Instant | undefined
}

/** undefined: nobody knows of one, or nobody was asked. */
export interface PrefixVerdict {
  readonly prefix: LinePrefix | Failure | undefined
  readonly findings: readonly Finding[]
}

/** Somebody has said one. What was told some time ago will do where there is no time to ask further. */
export const isPrefixKnown = (sightings: readonly PrefixSighting[], isHurried = false): boolean =>
  sightings.some(({ answer, isTold }) => answer && !(answer instanceof Failure) && (isHurried || !isTold))

/**
 * One prefix out of all that the sources said: the longest, where it lies in all others. Pure.
 */
export function judgePrefixes(
  sightings: readonly PrefixSighting[],
  allow: readonly string[],
  where: string,
): PrefixVerdict {
  const unknown = (prefix: Failure | undefined, ...findings: Finding[]) => ({ prefix, findings })
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
    if (!failed) return unknown(undefined)
    const { kind, message } = failed.answer as Failure
    const who = message.startsWith(failed.source) ? '' : `${failed.source}: `
    return unknown(new Failure(kind, `${what}: ${who}${message}`))
  }
  const strangers = said.filter((one) => prefixOf(longest.address, one.length).address !== one.address)
  if (strangers.length > 0) {
    const each = said.map((one) => `${one.source}: ${describePrefix(one)}`).join('; ')
    return unknown(new Failure('protocol', `${what}: the sources disagree (${each})`), disagreement(each, where))
  }
  const { address, length, source, isTold } = longest
  const why = whyNotPublic(address, allow)
  if (!why) return { prefix: { address, length, ...(isTold && { isTold }) }, findings: [] }
  const refused = `${source}: ${address}/${length} is not public: ${why.name} (${why.block})`
  return unknown(new Failure('rejected', `${what}: ${refused}`))
}

const disagreement = (each: string, where: string): Finding => ({
  id: 'sources-disagree',
  severity: 'warn',
  message: `the address sources disagree about the IPv6 prefix${where}: ${each}; none is believed`,
  remedy: 'wait for the next round if the prefix has just changed; else leave out the source that knows another line',
  reference: 'settings ipSources and quorum',
})

/** One lies in the other. */
function isNested(one: Prefix, other: Prefix): boolean {
  const [longer, shorter] = one.length > other.length ? [one, other] : [other, one]
  return prefixOf(longer.address, shorter.length).address === shorter.address
}
