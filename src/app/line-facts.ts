import type { Config } from '../config/config.ts'
import { type Detected, isKnown, type Known, type LineName, type Target } from '../core/plan.ts'
import type { State } from '../core/state.ts'
import { answerOf, lineOf } from '../core/wanted.ts'
import type { DomainName } from '../dns/name.ts'
import type { IpAddress } from '../dns/rrset.ts'
import type { LineFacts, LineSeen } from '../mail/facts.ts'
import type { Detection } from './detect.ts'
import { lineEnd } from './line-end.ts'
import { linesOfHost } from './lines.ts'
import { unwritable } from './round-findings.ts'

/** What an examination looks from: what the rounds remember, and keep up to date. */
export interface Kept {
  readonly targets: readonly Target[]
  readonly state: State
  readonly config: Config
}

/** What an examination knows of the lines. `past`: all addresses that were published lately. Pure. */
export function lineFactsOf(
  { detected, sightings, findings }: Detection,
  past: readonly IpAddress[],
  problem: string | undefined,
  cheap: boolean,
  { targets, state, config }: Kept,
): LineFacts {
  const seen = (name: LineName): LineSeen => {
    const { A, AAAA } = detected[name] ?? {}
    const addresses = { ...(A && { A }), ...(AAAA && { AAAA }) }
    return { name, addresses, router: lineEnd(sightings[name]?.A ?? [], cheap) }
  }
  const [first] = linesOfHost({}, config)
  const line = seen(first)
  const names = Object.keys(detected).filter((name) => name !== first)
  const others = names.map(seen)
  // The history tells of no line. What any of them has now is not lost, nor what a host behind the router has.
  const all: readonly (Known | undefined)[] = [
    ...[line, ...others].flatMap(({ addresses }) => Object.values(addresses)),
    ...targets.flatMap((one) => one.lines.map((name) => answerOf({ ...one, lines: [name] }, detected, state))),
  ]
  const now = all.flatMap((one) => (isKnown(one) ? one : []))
  const former = [...new Set(past)].filter((address) => !now.includes(address))
  const told = findings.filter(({ id }) => id !== 'behind-cgnat' && id !== 'double-nat') // a check knows them better
  const rest = problem === undefined ? [] : [unwritable(problem)]
  return { ...line, others, former, findings: [...told, ...rest] }
}

/** Of the hosts that are kept up to date. */
export interface HostLines {
  /**
   * What a host should have: of the line that it uses now, the families that are kept for it; one behind the router has last
   * bits of its own.
   */
  readonly lineOf: (host: DomainName | undefined) => LineSeen
  readonly follows: (host: DomainName) => boolean
}

/** Which line a host uses is what the rounds remember: that an examination sees a line go or come back moves no host. Pure. */
export function hostLines(line: LineFacts, detected: Detected, { targets, state, config }: Kept): HostLines {
  const seen = new Map([line, ...line.others].map((one) => [one.name, one]))
  return {
    follows: (host) => targets.some(({ owner }) => owner === host),
    lineOf: (host) => {
      const lines = linesOfHost(config.hosts.find(({ name }) => name === host) ?? {}, config)
      const used = seen.get(lineOf({ lines }, state)) ?? line
      const own = targets.filter(({ owner }) => owner === host)
      if (own.length === 0) return used
      const rows = own.map((target) => [target.type, answerOf(target, detected, state)] as const)
      return { ...used, addresses: Object.fromEntries(rows.filter(([, known]) => known !== undefined)) }
    },
  }
}
