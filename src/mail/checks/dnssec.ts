import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { DnssecName } from '../ask/dnssec.ts'
import type { Check } from '../check.ts'
import type { Facts } from '../facts.ts'
import { about, listed, unexamined } from '../finding.ts'

const REFERENCE = 'RFC 4035 5.5, RFC 8914 4'
const RESOLVER =
  'Check that the resolver answers; only a validating one on this machine can tell (unbound or named, MXHOME_RESOLVERS=127.0.0.1). A zone without DNSSEC needs none.'

export const dnssecCheck: Check = {
  ids: ['dnssec-bogus'],
  judge(facts) {
    const { dnssec, domain } = facts
    if (dnssec instanceof Failure)
      return [unexamined('dnssec-bogus', facts, `DNSSEC of ${domain}`, dnssec, { reference: REFERENCE })]
    return [...bogus(facts, dnssec.names), ...unknown(facts, dnssec.names)]
  },
}

function bogus(facts: Facts, names: readonly DnssecName[]): readonly Finding[] {
  const bad = names.filter(({ state }) => state === 'bogus')
  if (bad.length === 0) return []
  const causes = [...new Set(bad.flatMap((one) => one.causes))]
  const why = causes.length > 0 ? ` (${causes.join(', ')})` : ''
  const expired = causes.some((cause) => cause.includes('expired') || cause.includes('missing'))
  return [
    about('dnssec-bogus', 'error', facts, {
      message: `resolvers that validate refuse ${listed(bad.map(({ name }) => name))}: the DNSSEC signatures are bad${why}, and their users' mail does not arrive`,
      remedy: expired
        ? 'Sign the zone again, and look why that did not happen by itself; after a change by hand it must be signed anew.'
        : 'Correct the DS record at the registrar so that it fits the key of the zone, or remove it; then sign the zone again.',
      reference: REFERENCE,
    }),
  ]
}

/** Usually one reason for all. */
function unknown(facts: Facts, names: readonly DnssecName[]): readonly Finding[] {
  const reasons = new Map<string, string[]>()
  for (const { name, state, why } of names) {
    if (state === 'unknown')
      reasons.set(why ?? 'no reason given', [...(reasons.get(why ?? 'no reason given') ?? []), name])
  }
  return [...reasons].map(([why, some]) =>
    unexamined('dnssec-bogus', facts, `DNSSEC of ${listed(some)}`, why, { remedy: RESOLVER, reference: REFERENCE }),
  )
}
