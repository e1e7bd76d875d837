import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import { isKnown } from '../../core/plan.ts'
import { carrierNat, doubleNat, dsLite } from '../../core/router-findings.ts'
import { addressType } from '../../dns/rrset.ts'
import { whyNotPublic } from '../../dns/special-purpose.ts'
import type { Check } from '../check.ts'
import type { Facts, RouterFacts } from '../facts.ts'
import { about, unexamined } from '../finding.ts'
import { hostsOnLine } from '../our-hosts.ts'

export const lineCheck: Check = {
  ids: ['behind-cgnat', 'double-nat', 'port-forward-missing'],
  judge(facts) {
    const { router } = facts.line
    if (router === undefined) return []
    if (router instanceof Failure)
      return [unexamined('behind-cgnat', facts, "the router's own address", router, { reference: 'RFC 6598 7' })]
    return [...translated(facts, router), ...forward(facts, router)]
  },
}

/** What the address sources have found stands among the findings of the line already. */
function translated(facts: Facts, router: RouterFacts): readonly Finding[] {
  const { wan } = router
  const { addresses, findings } = facts.line
  const own = wan && addresses[addressType(wan)]
  if (wan && isKnown(own) && own.includes(wan)) return [] // the user allows the block
  const explain = wan === undefined ? 'behind-cgnat' : whyNotPublic(wan)?.explain
  if (explain === undefined || findings.some(({ id }) => id === explain)) return []
  if (outsideViews(facts).some(({ seen }) => !(seen instanceof Failure))) return [] // somebody passes port 25 on
  const { shownBy } = router
  if (wan === undefined) return [about('behind-cgnat', 'error', facts, dsLite(shownBy))]
  if (explain === 'behind-cgnat') return [about('behind-cgnat', 'error', facts, carrierNat(shownBy, wan))]
  return [about('double-nat', 'warn', facts, doubleNat(shownBy, wan))]
}

/** A router lists what programs have asked it for; what its owner has set is often not among it. */
function forward(facts: Facts, { forwards25 }: RouterFacts): readonly Finding[] {
  if (forwards25 !== false) return []
  const outside = outsideViews(facts)
  if (outside.some(({ seen }) => !(seen instanceof Failure))) return []
  const closed = outside.some(
    ({ seen }) => seen instanceof Failure && ['refused', 'silent'].includes(seen.reason ?? ''),
  )
  return [
    about('port-forward-missing', closed ? 'error' : 'warn', facts, {
      message: closed
        ? 'the router lists no forwarding of TCP 25, and from outside port 25 does not answer'
        : 'the router lists no forwarding of TCP 25; one that was set by hand may be missing in its list',
      remedy: 'Forward TCP 25 in the router to the mail server.',
      reference: 'RFC 5321 4.5.4.2',
    }),
  ]
}

/** Of port 25 at our IPv4 addresses. */
const outsideViews = (facts: Facts) =>
  hostsOnLine(facts)
    .flatMap(({ ports }) => ports)
    .filter(({ from, address }) => from === 'outside' && addressType(address) === 'A')
