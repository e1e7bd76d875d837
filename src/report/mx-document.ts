import type { MxSet } from '../core/locate.ts'

/** What `mx` shows; `mx --json` prints it with null in the place of what is not told. */
export interface MxDocument {
  readonly domains: readonly MxDomainDocument[]
}

export interface MxDomainDocument {
  readonly domain: string
  /** null: none is configured. */
  readonly wanted: readonly MxEntry[] | null
  readonly servers: readonly MxServerDocument[]
  /** An answering server has another RRset than the wanted one; where none is wanted, the servers differ from each other. */
  readonly differs: boolean
  /** `mxhome mx apply` can write it, at the account that serves the domain. */
  readonly writable?: boolean
  readonly hosts?: readonly MxHostDocument[]
  /** Why no name server was asked. */
  readonly problem?: string | null
  /** The domain itself does not exist. */
  readonly nxdomain?: boolean
  /** What the domain itself is an alias of; the MX is that one's. */
  readonly alias?: string | null
}

export interface MxEntry {
  readonly host: string
  readonly preference: number
}

export interface MxServerDocument {
  readonly name: string
  readonly address: string
  /** null: silent or lame; `problem` says which. */
  readonly mx: readonly MxEntry[] | null
  /** Wanted, and not there; what is there, and not wanted. Not told where nothing is wanted, or known. */
  readonly missing?: readonly MxEntry[] | null
  readonly unwanted?: readonly MxEntry[] | null
  readonly problem?: string | null
}

/** One host that an MX names. */
export interface MxHostDocument {
  readonly host: string
  readonly role: 'ours' | 'backup'
  /** null: could not be looked up. */
  readonly addresses: readonly string[] | null
  /** The name that it is an alias of: mail servers refuse that (RFC 2181 10.3). */
  readonly alias?: string | null
}

/** With every key, as scripts want it. */
export const whole = ({ domains }: MxDocument): MxDocument => ({
  domains: domains.map(
    ({ servers, hosts = [], writable = false, problem = null, nxdomain = false, alias = null, ...one }) => ({
      ...one,
      servers: servers.map((server) => ({ missing: null, unwanted: null, problem: null, ...server })),
      ...{ writable, problem, nxdomain, alias, hosts: hosts.map((host) => ({ alias: null, ...host })) },
    }),
  ),
})

/** The one tried first comes first. */
export const entriesOf = (set: MxSet): readonly MxEntry[] =>
  set
    .map(({ exchange, preference }) => ({ host: exchange, preference }))
    .toSorted((one, other) => one.preference - other.preference)

export const entryText = ({ preference, host }: MxEntry): string => `${preference} ${host}`

/** The same for the same set, whatever the order of its records. */
export const setText = (mx: readonly MxEntry[] | null): string => (mx ? mx.map(entryText).toSorted().join(', ') : '?')

/** What one set has that the other has not. */
export const without = (some: readonly MxEntry[], others: readonly MxEntry[]): readonly MxEntry[] =>
  some.filter((one) => !others.some((other) => entryText(one) === entryText(other)))

export function withDifference(
  server: MxServerDocument & { readonly mx: readonly MxEntry[] },
  wanted: MxSet | undefined,
): MxServerDocument {
  if (!wanted) return server
  const wish = entriesOf(wanted)
  return { ...server, missing: without(wish, server.mx), unwanted: without(server.mx, wish) }
}
