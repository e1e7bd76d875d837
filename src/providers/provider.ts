import * as z from 'zod'
import type { Instant } from '../core/instant.ts'
import type { MxSet } from '../core/locate.ts'
import type { Published } from '../core/outcome.ts'
import type { NonEmpty, Traits } from '../core/plan.ts'
import { type DomainName, parseName } from '../dns/name.ts'
import type { AddressRRset, AddressType, IpAddress, RRsetName, Seconds } from '../dns/rrset.ts'
import type { Dns } from '../ports/dns.ts'
import type { Command, Exec } from '../ports/exec.ts'
import type { HttpRequest, HttpResponse } from '../ports/http.ts'
import type { Facts, Writes } from './facts.ts'
import { hidden, hideSecrets, hiding } from './hide-secrets.ts'

/** What an adapter may touch. The round's signal, the account's proxy and certificate authorities are already in it. */
export interface Tools {
  readonly http: (request: HttpRequest) => Promise<HttpResponse>
  readonly dns: {
    readonly query: (question: Parameters<Dns['query']>[0]) => ReturnType<Dns['query']>
    readonly send: (
      ...args: [message: Uint8Array, server: Parameters<Dns['send']>[1], over: 'udp' | 'tcp']
    ) => ReturnType<Dns['send']>
    /** A host name's addresses by the system's resolver: for servers that the user names by name. */
    readonly lookup: (host: string) => Promise<readonly IpAddress[]>
  }
  /** A program of this machine; no shell, a clean environment. */
  readonly exec: (command: Command) => ReturnType<Exec['run']>
  readonly now: () => Instant
  /** In [0, 1). */
  readonly random: () => number
}

/** The types of records that cannot be kept, each with the reason. */
export type Cannot = Partial<Readonly<Record<AddressType, string>>>

/** One user's access to one provider. */
export interface Access<Settings> {
  readonly settings: Settings
  /** The adapter's `endpoint`, or what the user put in its place; no slash at its end. */
  readonly base: string
}

/** RRsets to be made so, at one account; never more owners than `traits.hostsPerRequest`. */
export interface Order<Settings> extends Access<Settings> {
  readonly rrsets: NonEmpty<AddressRRset>
}

/** The MX RRset of a domain as it shall be. */
export interface MxWish {
  readonly domain: DomainName
  /** Never empty. */
  readonly mx: MxSet
  /** Unless given, a TTL that is there stays. */
  readonly ttl?: Seconds | undefined
  /** What the user has agreed to replace: if something else is there meanwhile, nothing is written. */
  readonly shown?: MxSet | undefined
}

export type MxOrder<Settings> = Access<Settings> & MxWish

export interface MxWritten {
  /** What was there. */
  readonly before: MxSet
  /** false: it was so already, and nothing was sent. */
  readonly changed: boolean
}

export interface Provider<Settings = unknown> {
  /** Equals the file's name. */
  readonly id: string
  readonly name: string
  readonly docs: `https://${string}`
  /** The address of a request is this and its path. Replaced by `baseUrl`; empty: it has no address of its own. */
  readonly endpoint: string
  /** What `baseUrl` begins with; http:// or https:// unless given. */
  readonly scheme?: 'dns'
  readonly settings: z.ZodType<Settings>
  readonly traits: Traits
  readonly writes: Writes
  readonly facts: Facts
  /** Zones that the service itself owns, in which users get names (`ddns.net`). */
  readonly suffixes?: readonly string[]
  /** The service keeps names in its own zones only. */
  readonly ownZonesOnly?: true
  /** With the reason and the date it was verified. */
  readonly cannot?: Cannot
  /** The same where it depends on the user's settings. */
  cannotWith?(settings: Settings): Cannot
  /** Afterwards each RRset holds exactly its addresses. Yields the order's own RRsets, each as it falls. */
  publish(order: Order<Settings>, tools: Tools): AsyncIterable<Published>
  /** What the API holds now; [] = no such RRset. Absent: the API cannot tell. */
  read?(rrset: RRsetName, access: Access<Settings>, tools: Tools): Promise<readonly IpAddress[]>
  /**
   * Resolves if the service takes the credentials, and changes nothing there. For adapters whose `read` asks what anybody may
   * ask, so that an answer says nothing of them; absent: reading needs them.
   */
  prove?(owner: DomainName, access: Access<Settings>, tools: Tools): Promise<void>
  /** Afterwards the domain's MX RRset holds exactly these, and nothing else has changed. Absent: it cannot. */
  writeMx?(order: MxOrder<Settings>, tools: Tools): Promise<MxWritten>
  /** What the API holds of it now. There if and only if it can be written. */
  readMx?(domain: DomainName, access: Access<Settings>, tools: Tools): Promise<MxSet>
  /** What is wrong with settings and address together (no server is named), with the remedy; undefined: nothing. */
  problem?(access: Access<Settings>): string | undefined
}

/** What a provider cannot do with one user's settings. */
export const cannotOf = (provider: Provider, settings: unknown): Cannot => ({
  ...provider.cannot,
  ...provider.cannotWith?.(settings),
})

/** A provider with one user's settings in it: what the round works with. */
export interface Account {
  readonly id: string
  readonly traits: Traits
  readonly publish: (rrsets: NonEmpty<AddressRRset>, tools: Tools) => AsyncIterable<Published>
  readonly read?: (rrset: RRsetName, tools: Tools) => Promise<readonly IpAddress[]>
  /** There where reading proves nothing of the credentials. */
  readonly prove?: (owner: DomainName, tools: Tools) => Promise<void>
  /** Both, or neither. */
  readonly writeMx?: (wish: MxWish, tools: Tools) => Promise<MxWritten>
  readonly readMx?: (domain: DomainName, tools: Tools) => Promise<MxSet>
}

/** Where generics end. `given` has passed the adapter's schema before, in config; it is parsed again lest a test forget. */
export function bind(provider: Provider, given: unknown, baseUrl?: string, proxy?: string): Account {
  const access = { settings: provider.settings.parse(given), base: (baseUrl ?? provider.endpoint).replace(/\/+$/, '') }
  const { id } = provider
  // Where the other family cannot be sent, there is nothing to send along.
  const isAlone = Object.keys(cannotOf(provider, access.settings)).length > 0
  const traits: Traits = isAlone ? { ...provider.traits, leftOut: 'kept' } : provider.traits
  const hideWith = (owners: readonly string[]) =>
    hideSecrets(provider.settings, access.settings, { owners, urls: [baseUrl, proxy] })
  const publish: Account['publish'] = (rrsets, tools) => {
    return hidden(provider.publish({ ...access, rrsets }, tools), () => hideWith(rrsets.map(({ owner }) => owner)))
  }
  /** The same with no secret in what it throws. */
  const quiet = <T>(owner: DomainName, work: Promise<T>): Promise<T> =>
    work.catch((thrown) => {
      throw hiding(thrown, hideWith([owner]))
    })
  const reading = provider.read?.bind(provider)
  const proving = provider.prove?.bind(provider)
  const readingMx = provider.readMx?.bind(provider)
  const writingMx = provider.writeMx?.bind(provider)
  return {
    id,
    traits,
    publish,
    ...(reading && { read: (rrset, tools) => quiet(rrset.owner, reading(rrset, access, tools)) }),
    ...(proving && { prove: (owner, tools) => quiet(owner, proving(owner, access, tools)) }),
    ...(readingMx && { readMx: (domain, tools) => quiet(domain, readingMx(domain, access, tools)) }),
    ...(writingMx && { writeMx: (wish, tools) => quiet(wish.domain, writingMx({ ...access, ...wish }, tools)) }),
  }
}

export const text = (description: string) => z.string().min(1).meta({ description })
export const secret = (description: string) => z.string().min(1).meta({ description, secret: true })
/** The name of a zone or of a domain. */
export const domain = (description: string) =>
  text(description).refine(
    (name) => parseName(name) !== undefined,
    'expected the name of a domain, such as example.com',
  )
