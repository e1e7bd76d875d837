import type { RoundDocument } from './document.ts'
import { standingOf } from './target-standing.ts'

export const MX_ERRORS: readonly string[] = ['mx-elsewhere', 'mx-missing', 'mx-ambiguous', 'mx-is-address']

/** sysexits.h: 0 every target is current, 1 the user must act, 75 temporary. `hosts`: only those count; empty: all. */
export function exitCodeOf(
  { targets, findings }: RoundDocument,
  dryRun: boolean,
  hosts: readonly string[] = [],
): 0 | 1 | 75 {
  if (dryRun) return 0
  const counted = targets.filter(({ host }) => hosts.length === 0 || hosts.includes(host))
  const mustAct = findings.some(({ id, severity }) => severity === 'error' && MX_ERRORS.includes(id))
  if (hosts.length === 0 && mustAct) return 1
  const standings = counted.map(standingOf)
  if (standings.includes('needs-you')) return 1
  if (standings.includes('pending') || findings.some(({ id }) => id === 'state-unwritable')) return 75
  const known = (domain: string | null) => targets.some(({ mxOf }) => domain !== null && mxOf.includes(domain))
  return hosts.length === 0 && findings.some(({ id, domain }) => id === 'mx-unknown' && !known(domain)) ? 75 : 0
}
