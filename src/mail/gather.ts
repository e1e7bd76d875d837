import type { ServerAnswer } from '../core/confirmation.ts'
import { Failure } from '../core/failure.ts'
import type { Instant } from '../core/instant.ts'
import type { LocatedDomain, MxAnswer, MxSet } from '../core/locate.ts'
import { hostsIn } from '../core/mx.ts'
import { isKnown, type Known } from '../core/plan.ts'
import { type DomainName, parseName } from '../dns/name.ts'
import { type AddressType, FAMILY, type IpAddress } from '../dns/rrset.ts'
import { serverAnswers } from '../lookup/addresses.ts'
import { aliasOf, mxOf } from '../lookup/mx.ts'
import { dataAt } from './ask/answers.ts'
import { askAuthentication } from './ask/authentication.ts'
import { askBlocklists } from './ask/blocklist.ts'
import { askDelegation } from './ask/delegation.ts'
import { askDnssec } from './ask/dnssec.ts'
import { whyGone } from './ask/existence.ts'
import { learn } from './ask/learn.ts'
import { askMtaSts } from './ask/mta-sts.ts'
import { askOutbound } from './ask/outbound.ts'
import { askReverse } from './ask/reverse.ts'
import { askSmtp } from './ask/smtp.ts'
import { askSpf } from './ask/spf.ts'
import { askTlsa } from './ask/tlsa.ts'
import type { Asker } from './asker.ts'
import type { Facts, HostFacts, LineFacts, LineSeen, Wishes } from './facts.ts'
import { sendingAddresses } from './our-hosts.ts'

/** What is to be examined, and what the round has found before. */
export interface Subject {
  readonly domain: DomainName
  readonly now: Instant
  readonly wishes: Wishes
  readonly line: LineFacts
  readonly located: LocatedDomain
  /** The line that a host uses now; the first where it is none that follows a line. */
  readonly lineOf: (host: DomainName | undefined) => LineSeen
  /** Whether an account of the user serves the name, or the user listed it. */
  readonly isOurs: (name: DomainName) => boolean
  /** The daemon's choice: what costs strangers nothing. No SMTP dialogue, no blocklist, no port 25 elsewhere. */
  readonly cheap: boolean
}

/** Asks everything about one mail domain, side by side; what cannot be learnt is a Failure in its place. Never rejects. */
export async function gather(subject: Subject, asker: Asker): Promise<Facts> {
  const { domain, now, wishes, line, located } = subject
  const { asking, signal, waiting } = asker
  if (located.nxdomain) return nothingOf(subject, await waiting('the MX', mxOf(asking, domain, signal)))
  const alone = [
    learn(() => waiting('the delegation', askDelegation(asker, domain))),
    learn(() => waiting('MTA-STS', askMtaSts(asker, domain))),
    waiting('DMARC and DKIM', askAuthentication(asker, domain)),
    learn(() => waiting('port 25 outwards', subject.cheap ? skipped() : askOutbound(asker))),
    askAddresses(asker, domain, 'A'),
    askAddresses(asker, domain, 'AAAA'),
  ] as const
  const mx = await waiting('the MX', mxOf(asking, domain, signal))
  const set = believed(mx)
  const exchanges = exchangesOf(set)
  const named = await Promise.all(exchanges.map((one) => hostOf(one, subject, asker)))
  const own = ownAddresses(named, line)
  const names = [domain, ...named.filter(({ role }) => role === 'ours').map(({ exchange }) => exchange)]
  const helo = named.find(({ role }) => role === 'ours')?.exchange ?? domain
  // A mail server may let its greeting be waited for as long as all of it may take: nothing else stands behind it.
  const [dnssec, reverse, blocklists, spf, hosts] = await Promise.all([
    learn(() => waiting('DNSSEC', askDnssec(asker, names))),
    waiting('the reverse name', askReverse(asker, own)),
    subject.cheap ? [] : waiting('the blocklists', askBlocklists(asker, own)),
    learn(() => waiting('SPF', askSpf(asker, domain, own, helo))),
    Promise.all(named.map((host) => withPorts(host, subject, asker))),
  ])
  const [delegation, mtaSts, authentication, outbound, ...apex] = await Promise.all(alone)
  const gone = await whyGone(asker, domain)
  return {
    ...{ domain, now, wishes, line, located, mx, hosts, delegation, dnssec },
    ...{ reverse, blocklists, mtaSts, outbound },
    spf: gone ?? spf,
    authentication: gone ? { dmarc: gone, dkim: gone } : authentication,
    apex: apex.every(isKnown) ? apex.flat() : apex.find((one) => !isKnown(one))!,
    unasked: [...leftOutOf(domain, set, exchanges), ...(subject.cheap ? [] : hosts.flatMap(leftOutAt))],
  }
}

/** Of a domain that does not exist. */
function nothingOf({ domain, now, wishes, line, located }: Subject, mx: Facts['mx']): Facts {
  const gone = new Failure('rejected', `${domain} does not exist (NXDOMAIN)`)
  return {
    ...{ domain, now, wishes, line, located, mx, hosts: [], reverse: [], blocklists: [], unasked: [] },
    ...{ delegation: gone, dnssec: gone, spf: gone, mtaSts: gone, outbound: gone, apex: gone },
    authentication: { dmarc: gone, dkim: gone },
  }
}

const FAMILIES = ['A', 'AAAA'] as const

const skipped = () => Promise.reject(new Failure('unsupported', 'only asked by mxhome doctor'))

/** The RRset that counts: an authority's, else the resolver's. */
function believed({ authorities, resolver }: MxAnswer): MxSet {
  const known = [...authorities, resolver].filter((one): one is MxSet => !(one instanceof Failure))
  return known[0] ?? []
}

interface Exchange {
  readonly exchange: string
  readonly preference: number
  readonly times: number
}

function exchangesOf(set: MxSet): readonly Exchange[] {
  const names = hostsIn(set.filter(({ exchange }) => exchange !== '.'))
  return names.map((exchange) => {
    const same = set.filter((one) => one.exchange === exchange)
    return { exchange, preference: Math.min(...same.map(({ preference }) => preference)), times: same.length }
  })
}

/** Of each family of one host: whoever publishes a thousand addresses must not make this program knock at all of them. */
const MOST_ADDRESSES = 5
/** Of all our hosts: each is asked for at the block lists, and for its reverse names. */
const MOST_OWN = 20

function leftOutOf(domain: DomainName, set: MxSet, { length }: readonly Exchange[]): Facts['unasked'] {
  const all = hostsIn(set, Number.POSITIVE_INFINITY).length
  if (length === 0 || all <= length) return []
  return [{ what: `${all - length} further MX hosts of ${domain}`, why: `only the first ${length} are looked at` }]
}

function leftOutAt({ exchange, addresses }: HostFacts): Facts['unasked'] {
  return FAMILIES.flatMap((type) => {
    const known = addresses[type]
    const more = isKnown(known) ? known.length - MOST_ADDRESSES : 0
    const what = `port 25 of ${exchange} at ${more} further addresses (${FAMILY[type]})`
    return more > 0 ? [{ what, why: `only the first ${MOST_ADDRESSES} are asked` }] : []
  })
}

type Named = Omit<HostFacts, 'ports' | 'tlsa'>

async function hostOf(one: Exchange, { line, lineOf, isOurs }: Subject, asker: Asker): Promise<Named> {
  const { asking, world, signal, waiting } = asker
  const name = parseName(one.exchange)
  const alias = name && (await waiting(one.exchange, aliasOf(asking, name, signal)))
  const owner = parseName(alias ?? one.exchange)
  const role = name && isOurs(name) ? 'ours' : 'backup'
  const families = FAMILIES.filter((type) => line.addresses[type] !== undefined)
  const [[a, aaaa], servers] = await Promise.all([
    Promise.all(FAMILIES.map((type) => askAddresses(asker, one.exchange, type))),
    Promise.all(
      role === 'ours' && owner
        ? families.map((type) => serverAnswers(asking, { owner, type }, world.random, signal))
        : [],
    ),
  ])
  const said = Object.fromEntries(families.map((type, i) => [type, servers[i] ?? []]))
  return {
    ...one,
    ...{ role, alias, line: lineOf(owner) },
    addresses: { A: authentic(said.A, a!), AAAA: authentic(said.AAAA, aaaa!) },
    ttl: servers.flat().find(({ ttl }) => ttl !== undefined)?.ttl,
    servers: said,
  }
}

async function withPorts(host: Named, subject: Subject, asker: Asker): Promise<HostFacts> {
  const { exchange, role } = host
  const tests = { postmaster: role === 'ours', abuse: subject.wishes.relayTest }
  const wish = { domain: subject.domain, host: exchange, tests }
  const [tlsa, ...ports] = await Promise.all([
    learn(() => askTlsa(asker, exchange)),
    ...(subject.cheap ? [] : placesOf(host, subject)).map((address) =>
      asker.waiting(`port 25 of ${exchange}`, askSmtp(asker, { ...wish, address })),
    ),
  ])
  return { ...host, ports: ports.flat(), tlsa }
}

function placesOf({ exchange, alias, role, addresses, line }: Named, { located }: Subject): readonly IpAddress[] {
  const owner = parseName(alias ?? exchange)
  const follows = role === 'ours' && owner !== undefined && located.hosts.includes(owner)
  return FAMILIES.flatMap((type) =>
    serverAt(addresses[type], follows ? line.addresses[type] : undefined).slice(0, MOST_ADDRESSES),
  )
}

/** A resolver may still have what was published before. */
const authentic = (servers: readonly ServerAnswer[] = [], resolver: Known): Known =>
  servers.map(({ answer }) => answer).find(isKnown) ?? resolver

/** Where the mail server is: of a host that follows the line at the line's address, although another one may be published yet. */
function serverAt(published: Known, line: Known | undefined): readonly IpAddress[] {
  const isAbsent = isKnown(published) && published.length === 0
  if (!isAbsent && isKnown(line) && line.length > 0) return line
  return isKnown(published) ? published : []
}

/** Those at the end of its aliases: senders that take one at all go there. */
async function askAddresses({ stub }: Asker, host: string, type: AddressType): Promise<Known> {
  const owner = parseName(host)
  if (!owner) return []
  return learn(async () => dataAt(await stub(owner, type), owner, type).map(({ address }) => address))
}

/** Those by which senders and receivers know us: published for our hosts, and those by which mail leaves. */
function ownAddresses(hosts: readonly Named[], line: LineFacts): readonly IpAddress[] {
  const published = hosts.filter(({ role }) => role === 'ours').flatMap(({ addresses: own }) => Object.values(own))
  const all = published.flatMap((known) => (isKnown(known) ? known : [])).slice(0, MOST_OWN)
  const sending = FAMILIES.map((type) => sendingAddresses(hosts, line, type))
  return [...new Set([...all, ...sending.flatMap((known) => (isKnown(known) ? known : []))])]
}
