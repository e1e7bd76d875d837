import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { Check } from '../check.ts'
import type { Facts, HostFacts } from '../facts.ts'
import { replyText } from '../smtp/reply.ts'
import { about, isClosed, notSeen, oursOf, unique, viewsOf } from '../smtp/views.ts'

export const backupCheck: Check = {
  ids: ['backup-mx-silent', 'backup-mx-accepts-all'],
  judge: (facts) =>
    facts.hosts
      .filter(({ role, ports }) => role === 'backup' && ports.length > 0)
      .flatMap((host) =>
        unique([...judgeSilence(facts, host), ...(facts.wishes.relayTest ? judgeTaking(facts, host) : [])]),
      ),
}

/** Whoever greets is there, also with 4xx (greylisting, too busy) or 5xx (he may not like this line). */
const greets = (host: HostFacts): boolean => viewsOf(host).some(({ seen }) => seen.greeting !== undefined)

function judgeSilence(facts: Facts, host: HostFacts): readonly Finding[] {
  if (greets(host)) return []
  const what = `the backup ${host.exchange}`
  const counted = host.ports.filter(({ seen }) => !(seen instanceof Failure) || isClosed(seen))
  const [first] = counted.length > 0 ? counted : host.ports
  const why = (first!.seen instanceof Failure ? first!.seen : first!.seen.ended)?.message ?? 'no greeting'
  if (counted.length === 0) return [notSeen('backup-mx-silent', facts.domain, what, why, 'RFC 5321 5.1')]
  if (!counted.some(({ from }) => from === 'outside') && !getsOut(facts)) {
    const own = 'from this line no server elsewhere is reached at port 25, so it would be silent anyway'
    return [notSeen('backup-mx-silent', facts.domain, what, own, 'RFC 5321 5.1')]
  }
  return [
    about('backup-mx-silent', 'warn', facts.domain, {
      message: `${what} takes no mail at any of its addresses (${why}): when ${nameOfOurs(facts)} is down, mail only waits at its senders`,
      remedy: `Ask whoever runs ${host.exchange}, or take it out of the MX of ${facts.domain}: senders keep mail for days by themselves.`,
      reference: 'RFC 5321 5.1',
    }),
  ]
}

/** Port 25 outwards is open on this line: a large receiver or another backup answered. */
function getsOut({ outbound, hosts }: Facts): boolean {
  if (!(outbound instanceof Failure) && outbound.tried.some(({ outcome }) => outcome === 'open')) return true
  return hosts.some(
    ({ role, ports }) =>
      role === 'backup' &&
      ports.some(({ from, seen }) => from === 'here' && !(seen instanceof Failure) && seen.greeting),
  )
}

const nameOfOurs = (facts: Facts): string => oursOf(facts)[0]?.exchange ?? 'the first mail host'
const isTaken = (code: number | undefined): boolean => code !== undefined && code >= 200 && code < 300

function judgeTaking(facts: Facts, host: HostFacts): readonly Finding[] {
  const { domain } = facts
  const replies = viewsOf(host).flatMap(({ seen }) => seen.unknownRecipient ?? [])
  const taken = replies.find(({ code }) => isTaken(code))
  const oursTakes = oursOf(facts).some((one) => viewsOf(one).some(({ seen }) => isTaken(seen.unknownRecipient?.code)))
  if (taken && oursTakes) return []
  if (taken) {
    return [
      about('backup-mx-accepts-all', 'warn', domain, {
        message: `the backup ${host.exchange} takes mail for recipients of ${domain} that do not exist ("${replyText(taken)}"): what ${nameOfOurs(facts)} refuses later, it returns to forged senders, and gets itself blocklisted`,
        remedy: `Let ${host.exchange} know the recipients of ${domain} (Postfix: relay_recipient_maps, or recipient verification), or do without it.`,
        reference: 'RFC 5321 3.6.2, 7.8',
      }),
    ]
  }
  if (replies.some(({ code }) => code >= 500)) return []
  const [later] = replies
  const why = later
    ? `it said "${replyText(later)}"`
    : (viewsOf(host)[0]?.seen.ended?.message ?? 'there was no dialogue')
  return [
    notSeen(
      'backup-mx-accepts-all',
      domain,
      `whether the backup ${host.exchange} takes unknown recipients`,
      why,
      'RFC 5321 3.6.2',
    ),
  ]
}
