import type { DomainName } from '../dns/name.ts'
import type { Prefix } from '../dns/prefix.ts'
import type { IpAddress } from '../dns/rrset.ts'
import type { Instant } from './instant.ts'
import type { LineName } from './plan.ts'

/** What the router's own DynDNS client told last, of one line. A family that it never told is absent; [] was told to be gone. */
export interface Pushed {
  readonly A?: { readonly addresses: readonly IpAddress[]; readonly at: Instant } | undefined
  /** The router's own address: never a mail host's. */
  readonly AAAA?: { readonly addresses: readonly IpAddress[]; readonly at: Instant } | undefined
  readonly prefix?: (Prefix & { readonly at: Instant }) | undefined
  /** The hosts that it named; none: it named none, and means all. */
  readonly hosts?: { readonly names: readonly DomainName[]; readonly at: Instant } | undefined
}

/** What one request told; what is absent it did not tell. */
export interface PushNews {
  readonly A?: IpAddress | undefined
  readonly AAAA?: IpAddress | undefined
  readonly prefix?: Prefix | undefined
  readonly hosts?: readonly DomainName[] | undefined
}

/** What is remembered after a request; `before` itself where it told nothing new. A stamp is that of the first telling. */
export function afterPush(before: Pushed = NOTHING, news: PushNews, at: Instant): Pushed {
  const found: Record<string, unknown> = {}
  for (const type of ['A', 'AAAA'] as const) {
    const address = news[type]
    if (address !== undefined && !isSame(before[type]?.addresses, [address])) found[type] = { addresses: [address], at }
  }
  const { prefix, hosts } = news
  if (prefix && (before.prefix?.address !== prefix.address || before.prefix.length !== prefix.length))
    found.prefix = { ...prefix, at }
  if (hosts && !isSame(before.hosts?.names, hosts)) found.hosts = { names: hosts, at }
  return Object.keys(found).length > 0 ? { ...before, ...found } : before
}

interface Told {
  readonly line: LineName
  readonly news: PushNews
  readonly at: Instant
  /** Those that can be told of now. */
  readonly lines: readonly LineName[]
}

/** What is remembered of all lines after a request of one: of none that is gone; `before` itself where nothing is new. */
export function withPushed(
  before: Readonly<Record<LineName, Pushed>> = {},
  { line, news, at, lines }: Told,
): Readonly<Record<LineName, Pushed>> {
  const after = afterPush(before[line], news, at)
  if (after === before[line]) return before
  const kept = Object.entries(before).filter(([name]) => lines.includes(name))
  return { ...Object.fromEntries(kept), [line]: after }
}

const NOTHING: Pushed = {}

const isSame = (one: readonly string[] | undefined, other: readonly string[]) => one?.join() === other.join()
