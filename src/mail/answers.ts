import type { Answered } from '../core/examination.ts'
import { Failure } from '../core/failure.ts'
import { isKnown, type Known } from '../core/plan.ts'
import { FAMILY } from '../dns/rrset.ts'
import type { DelegationFacts } from './ask/delegation.ts'
import type { SmtpFacts, SmtpSeen } from './ask/smtp.ts'
import type { Facts, HostFacts, LineSeen } from './facts.ts'
import type { Learnt } from './learnt.ts'

/** Every question that was asked of a domain, and what was answered, in words: for those who want to see for themselves. */
export function answersIn(facts: Facts): readonly Answered[] {
  const { domain, line, mx, hosts, delegation } = facts
  return [
    ...lineAnswers(line, 'this line'),
    ...line.others.flatMap((other) => lineAnswers(other, `line ${other.name}`)),
    ...mx.servers.map(({ name, address, mx: set }) =>
      said(`MX of ${domain} at ${whoText(name, address)}`, set, mxText),
    ),
    said(`MX of ${domain} at the resolver`, mx.resolver, mxText),
    said(`addresses of ${domain}`, facts.apex, addressesText),
    ...hosts.flatMap(hostAnswers),
    ...delegationAnswers(delegation),
    ...dnssecAnswers(facts),
    ...nameAnswers(facts),
    ...recordAnswers(facts),
  ]
}

const lineAnswers = ({ addresses }: LineSeen, which: string): readonly Answered[] =>
  (['A', 'AAAA'] as const).flatMap((type) => {
    const known = addresses[type]
    return known === undefined ? [] : [said(`${FAMILY[type]} of ${which}`, known, addressesText)]
  })

function hostAnswers({ exchange, alias, addresses, servers, ports, tlsa }: HostFacts): readonly Answered[] {
  return [
    ...(alias === undefined ? [] : [{ question: `CNAME of ${exchange}`, answer: alias }]),
    ...(['A', 'AAAA'] as const).flatMap((type) => [
      said(`${type} of ${exchange}`, addresses[type], addressesText),
      ...(servers[type] ?? []).map(({ name, address, answer, ttl }) =>
        said(`${type} of ${exchange} at ${whoText(name, address)}`, answer, (all) =>
          ttl === undefined ? addressesText(all) : `${addressesText(all)} (TTL ${ttl} s)`,
        ),
      ),
    ]),
    ...ports.map((port) => portAnswer(exchange, port)),
    said(`TLSA of _25._tcp.${exchange}`, tlsa, ({ records, secure }) => {
      const list = records.map(
        ({ usage, selector, matching, data }) => `${usage} ${selector} ${matching} ${data.slice(0, 16)}...`,
      )
      return list.length === 0
        ? 'none'
        : `${list.join(', ')} (${secure === undefined ? 'signed or not: unknown' : secure ? 'signed' : 'not signed'})`
    }),
  ]
}

const portAnswer = (host: string, { address, from, seen }: SmtpFacts): Answered =>
  said(`port 25 of ${host} (${address}), from ${from}`, seen, smtpText)

function smtpText({ greeting, capabilities, starttls, postmaster, unknownRecipient, relay, ended }: SmtpSeen): string {
  const reply = (what: string, one: SmtpSeen['greeting']) =>
    one ? [`${what} ${one.code} ${one.lines[0] ?? ''}`.trim()] : []
  const tls = starttls?.tls
  return [
    ...reply('greets', greeting),
    ...(capabilities.length > 0 ? [`offers ${capabilities.join(', ')}`] : []),
    ...(tls === undefined
      ? []
      : [
          tls instanceof Failure
            ? `STARTTLS: ${tls.message}`
            : `STARTTLS: ${tls.protocol}, certificate ${tls.untrusted ?? 'trusted'}`,
        ]),
    ...reply('postmaster', postmaster),
    ...reply('an unknown recipient', unknownRecipient),
    ...reply('a foreign recipient', relay),
    ...(ended ? [`ended: ${ended.message}`] : []),
  ].join('; ')
}

function delegationAnswers(delegation: Learnt<DelegationFacts>): readonly Answered[] {
  if (delegation instanceof Failure) return [said('the delegation', delegation, String)]
  const { apex, parent, child, servers } = delegation
  return [
    said(`NS of ${apex} at the zone above`, parent, listText),
    said(`NS of ${apex} at its own servers`, child, listText),
    ...servers.map(({ name, address, serial }) =>
      said(`SOA of ${apex} at ${whoText(name, address)}`, serial, (one) => `serial ${one}`),
    ),
  ]
}

function dnssecAnswers({ dnssec }: Facts): readonly Answered[] {
  if (dnssec instanceof Failure) return [said('DNSSEC', dnssec, String)]
  return dnssec.names.map(({ name, state, causes, why }) => ({
    question: `DNSSEC of ${name}`,
    answer: [state, ...causes, ...(why === undefined ? [] : [why])].join(', '),
  }))
}

function nameAnswers({ reverse, blocklists }: Facts): readonly Answered[] {
  return [
    ...reverse.map(({ address, names }) =>
      said(`reverse name of ${address}`, names, (all) =>
        listText(
          all.map(
            ({ name, addresses }) => `${name} (${addresses instanceof Failure ? 'unknown' : addressesText(addresses)})`,
          ),
        ),
      ),
    ),
    ...blocklists.map(({ address, list, codes }) =>
      said(`${address} at ${list}`, codes, (all) => (all.length === 0 ? 'not listed' : all.join(' '))),
    ),
  ]
}

function recordAnswers({ domain, spf, authentication, mtaSts, outbound }: Facts): readonly Answered[] {
  const { dmarc, dkim } = authentication
  return [
    said(`SPF of ${domain}`, spf, ({ records, verdicts }) =>
      [
        listText(records),
        ...verdicts.map(({ address, result, explanation }) => `${address}: ${result} (${explanation})`),
      ].join('; '),
    ),
    said(`DMARC of ${domain}`, dmarc, ({ at, records }) =>
      records.length === 0 ? 'none' : `${listText(records)} (at ${at})`,
    ),
    said(
      `DKIM of ${domain}`,
      dkim,
      ({ found, how }) =>
        `${found ? 'a key is there' : 'none'} (${how === 'selectors' ? 'by the named selectors' : 'by _domainkey alone'})`,
    ),
    said(`MTA-STS of ${domain}`, mtaSts, ({ records, policy }) => {
      const text =
        policy === undefined
          ? []
          : [policy instanceof Failure ? policy.message : `mode ${policy.mode}, mx ${listText(policy.mx)}`]
      return [listText(records), ...text].join('; ')
    }),
    said('port 25 on the way out', outbound, ({ tried }) =>
      listText(tried.map(({ host, outcome }) => `${host} ${outcome}`)),
    ),
  ]
}

function said<T>(question: string, learnt: Learnt<T>, text: (value: T) => string): Answered {
  return { question, answer: learnt instanceof Failure ? `? ${learnt.message}` : text(learnt) }
}

const whoText = (name: string, address: string) => (name ? `${name} (${address || 'no address'})` : address)
const listText = (all: readonly string[]): string => all.join(', ') || 'none'
const addressesText = (all: Extract<Known, readonly unknown[]>): string => (isKnown(all) ? all.join(' ') : '') || 'none'
const mxText = (set: readonly { readonly preference: number; readonly exchange: string }[]): string =>
  listText(set.map(({ preference, exchange }) => `${preference} ${exchange}`))
