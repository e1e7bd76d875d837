import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { Check } from '../check.ts'
import type { Facts, HostFacts } from '../facts.ts'
import { replyText } from '../smtp/reply.ts'
import { about, blindness, insistence, notSeen, oursOf, unique, type View, viewsOf } from '../smtp/views.ts'
import { judgeGreeting } from './greeting.ts'

export const smtpCheck: Check = {
  ids: ['smtp-banner-mismatch', 'smtp-no-starttls', 'postmaster-refused', 'open-relay'],
  judge: (facts) => oursOf(facts).flatMap((host) => unique(judgeHost(facts, host))),
}

function judgeHost(facts: Facts, host: HostFacts): readonly Finding[] {
  const blind = blindness(host)
  if (blind) {
    return [
      notSeen('smtp-banner-mismatch', facts.domain, `how ${host.exchange} greets`, blind.message, 'RFC 5321 4.2'),
      noTlsKnown(facts, host, blind.message),
      noPostmasterKnown(facts, host, blind.message),
      ...judgeRelay(facts, host),
    ]
  }
  const each = viewsOf(host).flatMap((view) => [
    ...judgeGreeting(facts, host, view),
    // Whoever was not greeted knows nothing else either, and it is said once.
    ...(view.seen.greeting?.code === 220
      ? [...judgeTls(facts, host, view), ...judgePostmaster(facts, host, view)]
      : []),
  ])
  return [...each, ...judgeRelay(facts, host)]
}

const isGood = (code: number | undefined): boolean => code !== undefined && code >= 200 && code < 300
const isRefusal = (code: number): boolean => code >= 500

const noTlsKnown = ({ domain }: Facts, { exchange }: HostFacts, why: string): Finding =>
  notSeen('smtp-no-starttls', domain, `whether ${exchange} speaks TLS`, why, 'RFC 3207 4')

function judgeTls(facts: Facts, host: HostFacts, { seen }: View): readonly Finding[] {
  const { ehlo, starttls, capabilities, ended } = seen
  if (!ehlo || (!isGood(ehlo.code) && !isRefusal(ehlo.code))) {
    return [
      noTlsKnown(facts, host, ehlo ? `EHLO was answered "${replyText(ehlo)}"` : (ended?.message ?? 'it said no more')),
    ]
  }
  const { exchange } = host
  if (!starttls) {
    if (ended && capabilities.some((line) => line.split(' ')[0] === 'STARTTLS'))
      return [noTlsKnown(facts, host, ended.message)]
    const blanked = capabilities.find((line) => /^X{5,}/.test(line))
    const what = blanked
      ? `${exchange} offers no TLS: a firewall on the way blanks the offer to "${blanked.slice(0, 20)}"`
      : `${exchange} offers no TLS (no STARTTLS in its answer to EHLO)`
    return [noTls(facts, host, what, blanked ? 'Switch off the "SMTP inspection" of the firewall.' : undefined)]
  }
  const { reply, tls } = starttls
  if (!(tls instanceof Failure)) return []
  if (tls.kind === 'cancelled' || tls.reason === 'silent') return [noTlsKnown(facts, host, tls.message)]
  const why = reply && reply.code !== 220 ? `"${replyText(reply)}"` : tls.message
  return [noTls(facts, host, `${exchange} offers TLS, but it fails: ${why}`)]
}

function noTls(facts: Facts, host: HostFacts, what: string, remedy?: string): Finding {
  const demand = insistence(facts, host)
  return about('smtp-no-starttls', demand ? 'error' : 'warn', facts.domain, {
    message: demand ? `${what}; senders that keep to its ${demand} send nothing` : `${what}: mail comes unencrypted`,
    remedy:
      remedy ??
      `Give the mail server a certificate for ${host.exchange} and switch STARTTLS on (Postfix: smtpd_tls_security_level = may, smtpd_tls_chain_files).`,
    reference: 'RFC 3207 4',
  })
}

const noPostmasterKnown = ({ domain }: Facts, { exchange }: HostFacts, why: string): Finding =>
  notSeen(
    'postmaster-refused',
    domain,
    `whether ${exchange} takes mail for postmaster@${domain}`,
    why,
    'RFC 5321 4.5.1',
  )

/** Refused is who asks, not whom he asks for: lines with changing addresses are on such lists. */
const PERSONAL =
  /block|black ?list|dnsbl|\brbl\b|spamhaus|reputation|dial-?up|dynamic|client host|\bhelo\b|\behlo\b|reverse/i

function judgePostmaster(facts: Facts, host: HostFacts, { seen, address }: View): readonly Finding[] {
  const { domain } = facts
  const { postmaster, ended } = seen
  if (!postmaster) return [noPostmasterKnown(facts, host, ended?.message ?? 'it was not asked')]
  const said = replyText(postmaster)
  // 450 and 451: greylisting. Postfix says 454 for a domain that it does not have.
  if (!isRefusal(postmaster.code) && !/relay(ing)? (access )?denied/i.test(said)) return []
  if (PERSONAL.test(said)) return [noPostmasterKnown(facts, host, `it refuses this client: "${said}"`)]
  return [
    about('postmaster-refused', 'warn', domain, {
      message: `${host.exchange} (${address}) refuses mail for postmaster@${domain}: "${said}"`,
      remedy: `Make postmaster@${domain} an address or an alias of somebody who reads it, and list ${domain} among the mail server's domains.`,
      reference: 'RFC 5321 4.5.1',
    }),
  ]
}

function judgeRelay(facts: Facts, host: HostFacts): readonly Finding[] {
  const { domain, wishes } = facts
  if (!wishes.relayTest || host.ports.length === 0) return []
  const outside = host.ports.filter(({ from }) => from === 'outside')
  const replies = outside.flatMap(({ seen }) => (seen instanceof Failure ? [] : (seen.relay ?? [])))
  const taken = replies.find(({ code }) => isGood(code))
  if (taken) {
    return [
      about('open-relay', 'error', domain, {
        message: `${host.exchange} takes mail of strangers for strangers ("${replyText(taken)}"; nothing was sent): spammers find such a server within hours`,
        remedy: `Let only authenticated clients relay, and your own network (Postfix: smtpd_relay_restrictions, mynetworks). If your server trusts ${wishes.prober ?? 'the prober'}, this proves nothing.`,
        reference: 'RFC 5321 7.9, RFC 2505 2.1',
      }),
    ]
  }
  if (replies.length > 0) return []
  const [first] = outside
  const why = !first
    ? 'from inside it proves nothing, since the server may trust this network, and no prober is set (MXHOME_PROBER)'
    : first.seen instanceof Failure
      ? first.seen.message
      : (first.seen.ended?.message ?? 'the prober did not try')
  return [notSeen('open-relay', domain, `whether ${host.exchange} relays for strangers`, why, 'RFC 2505 2.1')]
}
