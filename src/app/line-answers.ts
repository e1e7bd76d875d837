import { Failure } from '../core/failure.ts'
import type { PrefixSighting } from '../core/line-prefix.ts'
import type { Detected, Family, Known, LineName } from '../core/plan.ts'
import type { Verdict } from '../core/quorum.ts'
import type { Sighting } from '../core/sighting.ts'
import { type AddressType, FAMILY } from '../dns/rrset.ts'
import { type Hearings, isHeard, isRivalHeard } from './line-proof.ts'
import type { Standing, Standings } from './line-standing.ts'
import type { Learnt } from './patience.ts'

/** What was learnt of one type on one line. */
export type LineVerdict = Verdict &
  Learnt & {
    readonly standings?: Standings | undefined
    /** Of a line that can be left: as `isUnproven`, or those outside rest since they were silent. */
    readonly isAlone?: boolean
    /** What each source said of the prefix. */
    readonly prefixes?: readonly PrefixSighting[]
  }

/** Nobody needs to be asked: the kernel has said it. */
export function cutOff(
  type: AddressType,
  { kind, message, reason }: Failure,
  where: string,
): Verdict & { readonly news: readonly never[] } {
  const what = `the ${FAMILY[type]} address${where} is unknown: ${message}`
  return { addresses: new Failure(kind, what, { reason }), sightings: [], findings: [], news: [] }
}

/**
 * Where no source had a way out, the line has none: by the word of one at the line's own end. Without that, it may be a
 * router on the way that answers so (ICMP) while it connects, and connect() tells that by the same error.
 */
export function withReason({ addresses, sightings }: Verdict): Known {
  if (!(addresses instanceof Failure)) return addresses
  const able = ({ answer }: Sighting) => !(answer instanceof Failure && answer.reason === 'no-family')
  const asked = sightings.filter((one) => one.optional !== true && able(one))
  const isCut =
    asked.some(({ view }) => view !== 'outside') &&
    asked.every(({ answer }) => answer instanceof Failure && answer.reason === 'no-route')
  return isCut ? new Failure(addresses.kind, addresses.message, { reason: 'no-route' }) : addresses
}

/**
 * All that was learnt, line by line. That nobody outside was heard counts against a line that works only where somebody was
 * through another one: else it may be the services.
 */
export function answersOf(lines: readonly LineName[], verdicts: readonly LineVerdict[], hearings: Hearings): Detected {
  const answers = byLine(lines, verdicts, ({ addresses }) => addresses)
  const rows = Object.entries(answers).map(([line, known]) => {
    const own = verdicts.filter((one) => one.line === line)
    const prefix = own.find((one) => one.prefix)?.prefix
    const said = own.flatMap(({ standings }) => Object.entries(standings ?? {})) as [Family, Standing | undefined][]
    const standing = Object.fromEntries(
      (['absent', 'there', 'unseen'] as const).flatMap((one) => {
        const families = said.flatMap(([family, what]) => (what === one ? family : []))
        return families.length > 0 ? [[one, families] as const] : []
      }),
    )
    const typesOf = (is: (one: LineVerdict) => boolean) => own.flatMap((one) => (is(one) ? [one.type] : []))
    const isDead = (one: LineVerdict) => one.isUnproven === true && isRivalHeard(hearings, one)
    const unproven = typesOf(isDead)
    const unheard = typesOf((one) => one.isAlone === true && !isDead(one) && !isHeard(hearings, line))
    const proof = { ...(unproven.length > 0 && { unproven }), ...(unheard.length > 0 && { unheard }) }
    return [line, { ...known, ...(prefix && { prefix }), ...standing, ...proof }] as const
  })
  return Object.fromEntries(rows)
}

export function byLine<T>(
  lines: readonly LineName[],
  verdicts: readonly LineVerdict[],
  pick: (verdict: Verdict) => T,
): Record<LineName, Partial<Record<AddressType, T>>> {
  const of = (line: LineName) => verdicts.filter((verdict) => verdict.line === line)
  const entries = lines.map((line) => [line, of(line).map((one) => [one.type, pick(one)] as const)] as const)
  return Object.fromEntries(entries.map(([line, values]) => [line, Object.fromEntries(values)]))
}
