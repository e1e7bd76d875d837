import type { RoundDocument } from './document.ts'

const MX_ERRORS = ['mx-elsewhere', 'mx-missing', 'mx-ambiguous', 'mx-is-address']

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
  const codes = counted.map(codeOf)
  if (codes.includes(1)) return 1
  if (codes.includes(75) || findings.some(({ id }) => id === 'state-unwritable')) return 75
  const known = (domain: string | undefined) =>
    targets.some(({ mxOf }) => domain !== undefined && mxOf.includes(domain))
  return hosts.length === 0 && findings.some(({ id, domain }) => id === 'mx-unknown' && !known(domain)) ? 75 : 0
}

const HELD = ['auth', 'rejected', 'blocked', 'unsupported']
const CURRENT = ['confirmed', 'seen', 'accepted']

function codeOf({ action, why, outcome, error, confirmation }: RoundDocument['targets'][number]): 0 | 1 | 75 {
  if (action === 'hold' || (outcome === 'failed' && error && HELD.includes(error.kind))) return 1
  if (action === 'wait' || outcome === 'failed' || outcome === 'unknown' || why === 'address-unknown') return 75
  if (why === 'off') return 0
  return confirmation === null || CURRENT.includes(confirmation.state) ? 0 : 75
}
