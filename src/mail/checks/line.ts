import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import { isKnown } from '../../core/plan.ts'
import { carrierNat, doubleNat, dsLite } from '../../core/router-findings.ts'
import { addressType } from '../../dns/rrset.ts'
import { whyNotPublic } from '../../dns/special-purpose.ts'
import type { Check } from '../check.ts'
import type { Facts, LineSeen, RouterFacts } from '../facts.ts'
import { about, unexamined } from '../finding.ts'
import { hostsOnLine } from '../our-hosts.ts'

export const lineCheck: Check = {
  ids: ['behind-cgnat', 'double-nat', 'port-forward-missing'],
  judge(facts) {
    const { others } = facts.line
    if (others.length === 0) return judgeOne(facts, facts.line)
    return [facts.line, ...others].flatMap((line) =>
      judgeOne(facts, line).map((one) => ({ ...one, message: `line ${line.name}: ${one.message}` })),
    )
  },
}

function judgeOne(facts: Facts, line: LineSeen): readonly Finding[] {
  const { router } = line
  if (router === undefined) return []
  if (router instanceof Failure)
    return [unexamined('behind-cgnat', facts, "the router's own address", router, { reference: 'RFC 6598 7' })]
  return [...translated(facts, line, router), ...forward(facts, line, router)]
}

/** What the address sources have found stands among the findings of the line already. */
function translated(facts: Facts, line: LineSeen, router: RouterFacts): readonly Finding[] {
  const { wan } = router
  const { addresses } = line
  const { findings } = facts.line
  const own = wan && addresses[addressType(wan)]
  if (wan && isKnown(own) && own.includes(wan)) return [] // the user allows the block
  const explain = wan === undefined ? 'behind-cgnat' : whyNotPublic(wan)?.explain
  if (explain === undefined || findings.some(({ id }) => id === explain)) return []
  if (outsideViews(facts, line).some(({ seen }) => !(seen instanceof Failure))) return [] // somebody passes port 25 on
  const { shownBy } = router
  if (wan !== undefined && explain !== 'behind-cgnat')
    return [about('double-nat', 'warn', facts, doubleNat(shownBy, wan))]
  const text = wan === undefined ? dsLite(shownBy) : carrierNat(shownBy, wan)
  return [about('behind-cgnat', isOnlyWay(facts, line) ? 'error' : 'warn', facts, text)]
}

/** Whether that line keeps all mail out: not one that stands by, nor one beside which another is used that has an IPv4 address. */
function isOnlyWay(facts: Facts, { name }: LineSeen): boolean {
  const used = hostsOnLine(facts).map(({ line }) => line)
  if (used.length === 0) return name === facts.line.name
  const isBeside = ({ name: other, addresses: { A } }: LineSeen) => other !== name && isKnown(A) && A.length > 0
  return used.some((one) => one.name === name) && !used.some(isBeside)
}

/** A router lists what programs have asked it for; what its owner has set is often not among it. */
function forward(facts: Facts, line: LineSeen, { forwards25 }: RouterFacts): readonly Finding[] {
  if (forwards25 !== false) return []
  const outside = outsideViews(facts, line)
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

/** Of port 25 at the IPv4 addresses of our hosts on that line. */
const outsideViews = (facts: Facts, { name }: LineSeen) =>
  hostsOnLine(facts)
    .filter(({ line }) => line.name === name)
    .flatMap(({ ports }) => ports)
    .filter(({ from, address }) => from === 'outside' && addressType(address) === 'A')
