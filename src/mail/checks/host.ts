import type { Finding } from '../../core/finding.ts'
import { MINUTE, SECOND } from '../../core/instant.ts'
import { isKnown, type Known } from '../../core/plan.ts'
import { type AddressType, FAMILY, type IpAddress, sameAddresses } from '../../dns/rrset.ts'
import type { Check } from '../check.ts'
import type { Facts, HostFacts } from '../facts.ts'
import { about, unexamined } from '../finding.ts'
import { hostsOnLine, isSecond, ownerOf } from '../our-hosts.ts'

export const hostCheck: Check = {
  ids: ['host-address-differs', 'ttl-too-long'],
  judge: (facts) =>
    hostsOnLine(facts).flatMap((host) => [...TYPES.flatMap((type) => address(facts, host, type)), ...ttl(facts, host)]),
}

const TYPES = ['A', 'AAAA'] as const
/** How long mail may be without its host after a change of address, before it is worth a word. */
const OUTAGE = 15 * MINUTE

function address(facts: Facts, host: HostFacts, type: AddressType): readonly Finding[] {
  const line = host.line.addresses[type]
  if (line === undefined) return []
  const name = ownerOf(host)
  const what = `whether the ${type} of ${name} is the line's address`
  const reference = 'mxhome: detect, observe'
  const unknown = (why: Exclude<Known, readonly IpAddress[]>) => [
    unexamined('host-address-differs', facts, what, why, { reference }),
  ]
  if (!isKnown(line)) return unknown(line)
  const seen = publishedOf(host, type)
  const published = seen.find((one) => isKnown(one) && sameAddresses(one, line)) ?? seen[0]!
  if (!isKnown(published)) return unknown(published)
  if (sameAddresses(published, line)) return []
  const other = host.addresses[type === 'A' ? 'AAAA' : 'A']
  const reachable = published.length === 0 && isKnown(other) && other.length > 0
  return [
    about('host-address-differs', reachable || isSecond(facts, host) ? 'warn' : 'error', facts, {
      message: `${name} has ${textOf(published, type)}, and the line has ${textOf(line, type)}: ${reachable ? `senders reach it by ${FAMILY[type === 'A' ? 'AAAA' : 'A']} only` : 'mail goes to a wrong address'}`,
      remedy:
        line.length === 0
          ? `If the line shall stay without ${FAMILY[type]}, remove the ${type} of ${name}; with whenGone "remove" mxhome does it after 10 min without.`
          : `mxhome publishes ${line.join(' ')} with its next round; if it does not, \`mxhome status\` says what the provider answers.`,
      reference,
    }),
  ]
}

/** What the authoritative servers say, where one answers: a resolver may still have the address of before. */
function publishedOf({ servers, addresses }: HostFacts, type: AddressType): readonly Known[] {
  const heard = (servers[type] ?? []).map(({ answer }) => answer).filter(isKnown)
  return heard.length > 0 ? heard : [addresses[type]]
}

const textOf = (addresses: readonly IpAddress[], type: AddressType) =>
  addresses.length > 0 ? addresses.join(' ') : `no ${FAMILY[type]} address`

/** The TTL counts from the moment of the change, and the change is noticed and published before. */
function ttl(facts: Facts, host: HostFacts): readonly Finding[] {
  const { ttl: seconds } = host
  const name = ownerOf(host)
  const { schedule, confirmTimeout } = facts.wishes
  if (seconds === undefined) return []
  const worst = seconds * SECOND + schedule + confirmTimeout
  if (worst <= OUTAGE) return []
  return [
    about('ttl-too-long', 'warn', facts, {
      message: `resolvers keep the address of ${name} for ${seconds} s: after a change mail may miss it for up to ${Math.ceil(worst / MINUTE)} min`,
      remedy: `Set the TTL of ${name} to 60 to 300 s (MXHOME_TTL=60 lets mxhome write it so).`,
      reference: 'RFC 2181 8',
    }),
  ]
}
