import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { Facts, HostFacts } from '../facts.ts'
import { nameIn, quoted, replyText } from '../smtp/reply.ts'
import { about, notSeen, oursOf, type View } from '../smtp/views.ts'

/** What routers say of themselves at port 25. */
const ROUTER = /fritz!?.?box|\bavm\b|speedport|easybox|vodafone station|draytek|zyxel|tp-link|openwrt/i
const REFERENCE = 'RFC 5321 4.2, 4.3.1'

/** Who greets, and how. */
export function judgeGreeting(facts: Facts, host: HostFacts, view: View): readonly Finding[] {
  const { domain } = facts
  const { exchange } = host
  const { address, from, named, seen } = view
  const unknown = (why: string) => [
    notSeen('smtp-banner-mismatch', domain, `how ${exchange} (${address}) greets`, why, REFERENCE),
  ]
  const { greeting, ended } = seen
  if (!greeting) {
    if (ended?.kind !== 'protocol') return unknown(ended?.message ?? 'it does not')
    return [
      found(facts, from === 'outside' ? 'error' : 'warn', {
        message: `what answers at port 25 of ${exchange} (${address}) is no mail server: ${ended.message}`,
        remedy: 'Forward TCP port 25 in the router to the mail server, and look what listens there.',
      }),
    ]
  }
  if (greeting.code >= 500) {
    return [
      found(facts, 'error', {
        message: `${exchange} (${address}) sends ${from === 'outside' ? 'whoever comes from outside' : 'this machine'} away: "${replyText(greeting)}"`,
        remedy:
          "Look into the mail server's log for the reason: a list that this client stands on, or a service that is switched off.",
      }),
    ]
  }
  if (greeting.code !== 220) return unknown(`it said "${replyText(greeting)}"`)
  const name = nameIn(greeting)
  if (namesOf(facts, host, view).includes(name)) return []
  if (ROUTER.test(greeting.lines.join(' '))) {
    return [
      found(facts, 'warn', {
        message: `at port 25 of ${exchange} (${address}) a router answers, it seems: "${replyText(greeting)}"`,
        remedy: 'Forward TCP port 25 in the router to the mail server.',
      }),
    ]
  }
  if (named instanceof Failure)
    return unknown(`it calls itself ${quoted(name)}, which could not be looked up: ${named.message}`)
  if (named?.includes(address)) return []
  const called = name === '' ? 'without a name' : `as ${quoted(name)}, a name that does not lead to it`
  return [
    found(facts, 'warn', {
      message: `the mail server at ${address} is ${exchange} to the world, but greets ${called}`,
      remedy: `Name it ${exchange} (Postfix: myhostname, Exim: primary_hostname). If it is another machine that answers, forward port 25 to the right one.`,
    }),
  ]
}

const found = ({ domain }: Facts, severity: 'error' | 'warn', text: Pick<Finding, 'message' | 'remedy'>): Finding =>
  about('smtp-banner-mismatch', severity, domain, { ...text, reference: REFERENCE })

/** Names that the server may call itself: those of our MX hosts, and reverse names that lead back. */
function namesOf(facts: Facts, host: HostFacts, { address }: View): readonly string[] {
  const hosts = oursOf(facts).filter((one) => one === host || one.ports.some((port) => port.address === address))
  const reverse = facts.reverse
    .filter((one) => one.address === address)
    .flatMap(({ names }) => (names instanceof Failure ? [] : names))
    .filter(({ addresses }) => !(addresses instanceof Failure) && addresses.includes(address))
  return [...hosts.flatMap(({ exchange, alias }) => [exchange, alias ?? exchange]), ...reverse.map(({ name }) => name)]
}
