import { longestPause } from '../config/schedule-interval.ts'
import { accountFor } from '../config/zones.ts'
import type { ExaminedDomain } from '../core/examination.ts'
import { Failure } from '../core/failure.ts'
import type { LocatedDomain, MxSet } from '../core/locate.ts'
import { type DomainName, parseName } from '../dns/name.ts'
import type { LineFacts, Wishes } from '../mail/facts.ts'
import type { Subject } from '../mail/gather.ts'
import type { HostLines } from './line-facts.ts'
import type { MxSeen } from './locate.ts'
import type { Setup } from './setup.ts'

/** What an examination is asked for. */
export interface Examined {
  readonly domains: readonly DomainName[]
  /** What costs strangers nothing: no SMTP dialogue, no block list. */
  readonly cheap: boolean
  /** Attempts to relay, and to reach recipients that cannot exist; at the user's own domains only. */
  readonly relayTest: boolean
}

/**
 * What is examined of one domain. The user's own are judged against the line; any other as anybody can see it, and its
 * hosts with the lowest preference in the place of ours.
 */
export function subjectOf(
  { domain, answer, aliases }: MxSeen[number],
  judged: LocatedDomain,
  all: LineFacts,
  wish: Examined,
  setup: Setup,
  { lineOf, follows }: HostLines,
  now: number,
): Subject & Pick<ExaminedDomain, 'isOwn' | 'unasked'> {
  const set = [...answer.authorities, answer.resolver].find((one): one is MxSet => !(one instanceof Failure)) ?? []
  const endOf = (exchange: string) => parseName(aliases.get(exchange) ?? exchange)
  const mine = set.filter(({ exchange }) => isMine(endOf(exchange), setup))
  const { config } = setup
  const isOwn = mine.length > 0 || (config.accounts.length > 0 && config.domains.some(({ name }) => name === domain))
  const lowest = lowestOf(isOwn ? mine : set)
  // One with a higher preference that is kept up to date, on a second line, is no stranger's backup.
  const isKept = (exchange: string) => {
    const end = endOf(exchange)
    return isOwn && end !== undefined && follows(end)
  }
  const ours = new Set(
    (isOwn ? mine : set)
      .filter(({ exchange, preference }) => preference === lowest || isKept(exchange))
      .filter(({ exchange }) => !isExcluded(endOf(exchange), setup))
      .map(({ exchange }) => exchange),
  )
  const kept = [...ours].filter(isKept).flatMap((exchange) => endOf(exchange) ?? [])
  // The domains of others are judged without any line of ours.
  const line = isOwn ? all : { ...all, addresses: {}, former: [], router: undefined, others: [] }
  return {
    ...{ domain, now, isOwn, line },
    lineOf: isOwn ? lineOf : () => line,
    wishes: wishesOf(domain, wish.relayTest && isOwn, setup),
    located: isOwn
      ? { ...judged, hosts: [...new Set([...judged.hosts, ...kept])] }
      : asStranger(
          judged,
          [...ours].flatMap((exchange) => endOf(exchange) ?? []),
        ),
    isOurs: (name) => ours.has(name),
    cheap: wish.cheap,
    unasked: judged.nxdomain ? [] : unaskedOf(domain, isOwn, all, wish, setup),
  }
}

/** An account serves it, or the user listed it. */
const isMine = (name: DomainName | undefined, { accounts, config }: Setup): boolean =>
  name !== undefined &&
  (accountFor(name, Object.values(accounts)) !== undefined || config.hosts.some((host) => host.name === name))

const isExcluded = (name: DomainName | undefined, { config }: Setup): boolean =>
  name !== undefined && config.exclude.includes(name)

const lowestOf = (set: MxSet): number => Math.min(...set.map(({ preference }) => preference))

/** Of a domain that is not the user's nothing is missing in the configuration. */
const asStranger = (judged: LocatedDomain, hosts: readonly DomainName[]): LocatedDomain => ({
  ...judged,
  hosts,
  findings: judged.findings.filter(({ id }) => id !== 'mx-elsewhere' && id !== 'mx-ambiguous'),
})

function wishesOf(domain: DomainName, relayTest: boolean, { config, accounts }: Setup): Wishes {
  const { outbound, schedule, confirmTimeout } = config
  const mx = config.domains.find(({ name }) => name === domain)?.mx
  const account = accountFor(domain, Object.values(accounts))
  return {
    ...{ outbound, confirmTimeout, relayTest },
    mx: mx?.map(({ host, preference }) => ({ exchange: host, preference })),
    provider: account === undefined ? undefined : { name: account, mostMx: accounts[account]!.mostMx },
    schedule: longestPause(schedule),
    prober: nameOfProber(config.prober),
  }
}

function nameOfProber(prober: Setup['config']['prober']): string | undefined {
  if (prober === undefined) return undefined
  return prober.kind === 'ssh' ? `ssh:${prober.vantage.ssh}` : new URL(prober.url).host
}

function unaskedOf(
  domain: DomainName,
  isOwn: boolean,
  { router: end }: LineFacts,
  wish: Examined,
  { config, lines }: Setup,
): ExaminedDomain['unasked'] {
  const line = {
    what: 'whether its host has the address of this line',
    why: `${domain} is none of your domains here (MXHOME_DOMAINS)`,
  }
  const outside = { what: 'port 25 as others see it', why: 'no prober is set (MXHOME_PROBER)' }
  const isAsked = Object.values(lines).some(({ sources }) => sources.some(({ view }) => view === 'gateway'))
  const silent = isAsked
    ? 'it does not tell its address to this box'
    : 'no address source asks it (MXHOME_IP_SOURCES=auto, or one of its own)'
  const router = [
    ...(end === undefined ? [{ what: 'the router (its own address, a second router before it)', why: silent }] : []),
    {
      what: 'the router: its forwarding of port 25',
      why: 'by UPnP it lists only what programs have asked it for, so that a missing entry proves nothing',
    },
  ]
  const relay = { what: 'open relay, and a backup that takes everything', why: 'only asked with --relay-test' }
  return [
    ...(isOwn ? [] : [line]),
    ...(isOwn && !wish.cheap ? router : []),
    ...(config.prober === undefined && !wish.cheap ? [outside] : []),
    ...(isOwn && !wish.relayTest && !wish.cheap ? [relay] : []),
  ]
}
