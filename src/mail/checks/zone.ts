import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { DelegationFacts, ServerSerial } from '../ask/delegation.ts'
import type { Check } from '../check.ts'
import type { Facts } from '../facts.ts'
import { about, listed, unexamined } from '../finding.ts'
import { laggards } from './zone-records.ts'

export const zoneCheck: Check = {
  ids: ['zone-servers-differ', 'name-servers-unreachable'],
  judge(facts) {
    const { delegation, domain } = facts
    if (delegation instanceof Failure)
      return [
        unexamined('zone-servers-differ', facts, `the delegation of ${domain}`, delegation, { reference: DELEGATION }),
        ...laggards(facts, undefined),
      ]
    return [
      ...cut(facts, delegation),
      ...lame(facts, delegation),
      ...unreachable(facts, delegation),
      ...laggards(facts, delegation),
    ]
  },
}

const DELEGATION = 'RFC 1034 4.2.2'

/** The names in the zone above and in the zone itself are the same ones. */
function cut(facts: Facts, { apex, parent, child }: DelegationFacts): readonly Finding[] {
  if (parent instanceof Failure) return [uncompared(facts, apex, parent)]
  if (child instanceof Failure) return [uncompared(facts, apex, child)]
  const above = parent.filter((name) => !child.includes(name)).map(shown)
  const within = child.filter((name) => !parent.includes(name)).map(shown)
  if (above.length + within.length === 0) return []
  const parts = [
    above.length > 0 ? `only the zone above names ${listed(above)}` : '',
    within.length > 0 ? `only the zone itself names ${listed(within)}` : '',
  ].filter((part) => part !== '')
  return [
    about('zone-servers-differ', 'warn', facts, {
      message: `the name servers of ${apex} are not the same everywhere: ${parts.join('; ')}`,
      remedy: `Enter the same name servers at the registrar of ${apex} and as NS records of its zone: ${listed(child.map(shown))}, if those are right.`,
      reference: DELEGATION,
    }),
  ]
}

/** The root is named by a full stop, which would end the sentence. */
/** A full stop of the name's own would end the sentence. */
const shown = (name: string) => (name === '.' ? 'the root (".")' : name.endsWith('.') ? `"${name}"` : name)

const uncompared = (facts: Facts, apex: string, why: Failure) =>
  unexamined('zone-servers-differ', facts, `whether the zone above ${apex} names the same servers`, why, {
    reference: DELEGATION,
  })

const textOf = ({ name, address }: ServerSerial) => [name, address].filter((part) => part !== '').join(' ')

/** Servers that answer, but not with authority over the zone. */
function lame(facts: Facts, { apex, servers }: DelegationFacts): readonly Finding[] {
  const bad = servers.flatMap((server) => {
    const { serial } = server
    const isLame = serial instanceof Failure && ['rejected', 'unavailable', 'protocol'].includes(serial.kind)
    return isLame && serial.reason !== 'from-cache' ? [{ server, why: serial.message }] : []
  })
  if (bad.length === 0) return []
  return [
    about('zone-servers-differ', 'warn', facts, {
      message: `named as name servers of ${apex}, but without authority over it: ${listed(bad.map(({ server, why }) => `${textOf(server)} (${why})`))}`,
      remedy: `Take what does not serve ${apex} out of its name servers at the registrar and in the zone, or set the zone up there.`,
      reference: 'RFC 1912 2.8',
    }),
  ]
}

/** Silent ones; those of a family that this machine has no route for say nothing. */
function unreachable(facts: Facts, { apex, servers }: DelegationFacts): readonly Finding[] {
  const asked = servers.filter(({ serial }) => !(serial instanceof Failure && serial.reason === 'no-route'))
  const silent = asked.filter(({ serial }) => serial instanceof Failure && serial.kind === 'network')
  if (silent.length === 0) {
    const cached = asked.filter(({ serial }) => serial instanceof Failure && serial.reason === 'from-cache')
    if (cached.length === 0) return []
    const why = 'a cache in between answers in their place'
    return [unexamined('zone-servers-differ', facts, `${listed(cached.map(textOf))}`, why, { reference: DELEGATION })]
  }
  const all = silent.length === asked.length
  return [
    about('name-servers-unreachable', 'warn', facts, {
      message: all
        ? `no name server of ${apex} answers: ${listed(silent.map(textOf))}`
        : `not all name servers of ${apex} answer: ${listed(silent.map(textOf))} not; some senders wait for them, and mail is late`,
      remedy: all
        ? 'Let this machine send DNS queries (port 53, UDP and TCP); if it may, ask whoever runs the name servers.'
        : `Start what is silent again, or take it out of the name servers of ${apex}.`,
      reference: 'RFC 1034 4.3.1',
    }),
  ]
}
