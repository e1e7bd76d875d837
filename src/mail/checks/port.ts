import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { IpAddress } from '../../dns/rrset.ts'
import type { Check } from '../check.ts'
import type { Facts, HostFacts } from '../facts.ts'
import { isSecond } from '../our-hosts.ts'
import { about, isClosed, notSeen, oursOf } from '../smtp/views.ts'

/** Only a view from outside, or a way through the router that is known to lead back, proves that port 25 is closed. */
export const portCheck: Check = {
  ids: ['port-25-closed', 'port-25-inconclusive', 'aaaa-unreachable'],
  judge: (facts) =>
    oursOf(facts).flatMap((host) => {
      const addresses = [...new Set(host.ports.map(({ address }) => address))]
      const onlyIpv6 = addresses.every(isIpv6)
      return addresses.flatMap((address) => judgeAddress({ facts, host, address, falls: isIpv6(address) && !onlyIpv6 }))
    }),
}

interface Place {
  readonly facts: Facts
  readonly host: HostFacts
  readonly address: IpAddress
  /** Senders fall back to the host's IPv4 address. */
  readonly falls: boolean
}

function judgeAddress(place: Place): readonly Finding[] {
  const { facts, host, address, falls } = place
  const views = host.ports.filter((one) => one.address === address)
  const outside = views.find(({ from }) => from === 'outside')
  const here = views.find(({ from }) => from === 'here')
  const seen = (outside ?? here)?.seen
  const leadsBack = outside ? undefined : here?.leadsBack
  if (!seen) return []
  if (seen instanceof Failure) {
    if (!isClosed(seen)) {
      const what = `port 25 of ${host.exchange} (${address})`
      return [
        notSeen(falls ? 'aaaa-unreachable' : 'port-25-closed', facts.domain, what, seen.message, 'RFC 5321 4.5.4.2'),
      ]
    }
    if (outside || leadsBack) return [falls ? fallsBack(place, seen) : closed(place, seen, leadsBack)]
    return [inconclusive(place, `port 25 of ${host.exchange} (${address}) does not answer from here (${wordOf(seen)})`)]
  }
  if (!outside && !seen.greeting) {
    const mute = `port 25 of ${host.exchange} (${address}) takes the connection from here, and no mail server greets`
    return [inconclusive(place, mute)]
  }
  // Inside the home, IPv6 takes a way that leads past the router's firewall.
  if (outside || !isIpv6(address)) return []
  return [
    inconclusive(place, `port 25 of ${host.exchange} (${address}) answers from here, where no router stands between`),
  ]
}

const isIpv6 = (address: string): boolean => address.includes(':')
const wordOf = ({ reason }: Failure): string => (reason === 'refused' ? 'refused' : 'silent')
const OPEN_IPV6 =
  "Let the router's firewall pass TCP port 25 to the mail server's IPv6 address (nothing is forwarded in IPv6)"

const closed = ({ facts, host, address }: Place, seen: Failure, leadsBack: number | undefined): Finding =>
  about('port-25-closed', isSecond(facts, host) ? 'warn' : 'error', facts.domain, {
    message: leadsBack
      ? `port 25 of ${host.exchange} (${address}) is closed (${wordOf(seen)}), while its port ${leadsBack} answers: no mail comes in there`
      : `port 25 of ${host.exchange} (${address}) is closed from outside (${wordOf(seen)}): no mail comes in there`,
    remedy: isIpv6(address)
      ? `${OPEN_IPV6}, and look whether the mail server listens there.`
      : 'Forward TCP port 25 in the router to the mail server and open its firewall; if that is done, ask the internet provider whether it blocks port 25 inwards.',
    reference: 'RFC 5321 4.5.4.2',
  })

const fallsBack = ({ facts, host, address }: Place, seen: Failure): Finding =>
  about('aaaa-unreachable', 'warn', facts.domain, {
    message: `${host.exchange} has the IPv6 address ${address}, but port 25 is closed there (${wordOf(seen)}): senders with IPv6 lose time before they try IPv4`,
    remedy: `${OPEN_IPV6}, or remove the AAAA record of ${host.exchange}.`,
    reference: 'RFC 5321 5.1',
  })

const inconclusive = ({ facts }: Place, what: string): Finding =>
  about('port-25-inconclusive', 'info', facts.domain, {
    message: `${what}; whether it answers from outside, that does not tell`,
    remedy:
      'Test it from outside: by a telephone without WLAN, or name a server of yours elsewhere in MXHOME_PROBER (ssh:HOST).',
    reference: 'RFC 5382 REQ-8 (hairpinning)',
  })
