import type { Config } from '../config/config.ts'
import { type Detected, isKnown, type LineName, type Target } from '../core/plan.ts'
import type { State } from '../core/state.ts'
import { answerOf, lineOf } from '../core/wanted.ts'
import type { DomainName } from '../dns/name.ts'
import type { IpAddress } from '../dns/rrset.ts'
import type { LineFacts, LineSeen } from '../mail/facts.ts'
import type { Detection } from './detect.ts'
import { lineEnd } from './line-end.ts'
import { linesOfHost } from './lines.ts'
import { unwritable } from './round-findings.ts'
import type { Setup } from './setup.ts'

/** What an examination knows of the lines. `past`: all addresses that were published lately. Pure. */
export function lineFactsOf(
  { detected, sightings, findings }: Detection,
  past: readonly IpAddress[],
  problem: string | undefined,
  cheap: boolean,
  config: Config,
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
  // The history tells of no line. What any of them has now is not lost.
  const now = [line, ...others].flatMap(({ addresses }) =>
    Object.values(addresses).flatMap((one) => (isKnown(one) ? one : [])),
  )
  const former = [...new Set(past)].filter((address) => !now.includes(address))
  const told = findings.filter(({ id }) => id !== 'behind-cgnat' && id !== 'double-nat') // a check knows them better
  const all = [...told, ...(problem === undefined ? [] : [unwritable(problem)])]
  return { ...line, others, former, findings: all }
}

/**
 * What each host should have: of the line that it uses now, the families that are kept for it; one behind the router has last
 * bits of its own. Which line it uses is what the rounds remember: that an examination sees a line go or come back moves no
 * host. Pure.
 */
export function hostLines(
  line: LineFacts,
  detected: Detected,
  targets: readonly Target[],
  { config }: Setup,
  state: State,
): (host: DomainName | undefined) => LineSeen {
  const seen = new Map([line, ...line.others].map((one) => [one.name, one]))
  return (host) => {
    const lines = linesOfHost(config.hosts.find(({ name }) => name === host) ?? {}, config)
    const used = seen.get(lineOf({ lines }, state)) ?? line
    const own = targets.filter(({ owner }) => owner === host)
    if (own.length === 0) return used
    const rows = own.map((target) => [target.type, answerOf(target, detected, state)] as const)
    return { ...used, addresses: Object.fromEntries(rows.filter(([, known]) => known !== undefined)) }
  }
}
