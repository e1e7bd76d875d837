import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import { addressType, FAMILY } from '../../dns/rrset.ts'
import type { ReverseFacts, ReverseName } from '../ask/reverse.ts'
import type { Check } from '../check.ts'
import type { Facts } from '../facts.ts'
import { aboutSending, listed, unexamined } from '../finding.ts'
import { isGeneric } from '../generic-name.ts'
import { hostsOnLine, ownerOf, sendsFrom } from '../our-hosts.ts'

export const reverseCheck: Check = {
  ids: ['iprev-missing', 'iprev-mismatch', 'iprev-generic'],
  judge: (facts) =>
    facts.reverse.filter(({ address }) => sendsFrom(facts, address)).flatMap((one) => judgeOne(facts, one)),
}

const IPREV = 'RFC 8601 3'

function judgeOne(facts: Facts, { address, names }: ReverseFacts): readonly Finding[] {
  if (names instanceof Failure)
    return [unexamined('iprev-missing', facts, `the reverse name of ${address}`, names, { reference: IPREV })]
  if (names.length === 0) return [missing(facts, address)]
  const confirmed = names.filter(({ addresses }) => !(addresses instanceof Failure) && addresses.includes(address))
  const counting = confirmed.length > 0 ? confirmed : names
  const generic = counting.filter(({ name }) => !isOwn(facts, name) && isGeneric(name, address))
  return [
    ...(confirmed.length > 0 ? [] : [mismatch(facts, address, names)]),
    ...(generic.length === counting.length ? [genericName(facts, address, generic)] : []),
  ]
}

/** The name that the ISP should enter: one with an address of its own. */
function wanted(facts: Facts): string {
  const [host] = hostsOnLine(facts)
  return host ? ownerOf(host) : `mail.${facts.domain}`
}

const missing = (facts: Facts, address: ReverseFacts['address']): Finding =>
  aboutSending('iprev-missing', 'error', facts, {
    message: `${address} has no reverse name: Google, web.de and others refuse mail from it`,
    remedy: `Ask the ISP for a PTR record of ${address} that names ${wanted(facts)}, or send by a smarthost.`,
    reference: 'RFC 8601 2.7.3, 3',
  })

function mismatch(facts: Facts, address: ReverseFacts['address'], names: readonly ReverseName[]): Finding {
  const failure = names.map(({ addresses }) => addresses).find((one) => one instanceof Failure)
  const all = listed(names.map(({ name }) => name))
  if (failure instanceof Failure)
    return unexamined('iprev-mismatch', facts, `whether ${all} leads back to ${address}`, failure, { reference: IPREV })
  const [only, ...more] = names
  const family = FAMILY[addressType(address)]
  return aboutSending('iprev-mismatch', 'error', facts, {
    message:
      more.length > 0
        ? `none of the reverse names of ${address} leads back to it: ${all}`
        : `the reverse name of ${address} is ${only!.name}, whose ${family} address is ${(only!.addresses as readonly string[]).join(' ') || 'missing'}: receivers refuse mail from it`,
    remedy: `Ask the ISP to let the PTR record of ${address} name ${wanted(facts)}, or send by a smarthost.`,
    reference: IPREV,
  })
}

const genericName = (facts: Facts, address: ReverseFacts['address'], names: readonly ReverseName[]): Finding =>
  aboutSending('iprev-generic', 'warn', facts, {
    message: `the reverse name of ${address} is ${listed(names.map(({ name }) => name))}, which looks like an end user's line: web.de, GMX and T-Online refuse mail from it`,
    remedy: `Ask the ISP for a reverse name of your own (${wanted(facts)}; business lines have it), or send by a smarthost.`,
    reference: 'postmaster.web.de: requirements; gmx.net: sender guidelines',
  })

/** A name that the user has chosen is not generic, whatever it is called. */
const isOwn = ({ domain, hosts }: Facts, name: string) =>
  name === domain ||
  name.endsWith(`.${domain}`) ||
  hosts.some((host) => host.role === 'ours' && (host.exchange === name || ownerOf(host) === name))
