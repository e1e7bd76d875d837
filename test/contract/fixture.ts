import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { NonEmpty } from '../../src/core/plan.ts'
import type { DomainName } from '../../src/dns/name.ts'
import type { AddressRRset, AddressType, IpAddress } from '../../src/dns/rrset.ts'
import type { Exchange } from '../support/replay.ts'

/** One recorded situation: `test/providers/<id>/<situation>.json`. */
export interface Fixture {
  readonly settings: unknown
  readonly baseUrl?: string
  readonly rrsets: NonEmpty<AddressRRset>
  /** What `read` must find, by type. */
  readonly before?: Partial<Record<AddressType, readonly IpAddress[]>>
  readonly exchange: readonly Exchange[]
  /** `updated`, `unchanged`, `unknown` or the kind of the failure: of every RRset, or by `owner type`. */
  readonly outcome: string | Record<string, string>
  /** Words of the failure's message. */
  readonly message?: string
  readonly retryAfter?: number
  readonly reason?: string
  readonly proxied?: boolean
}

/** Why one adapter is excused from a part of the contract. */
export interface Exceptions {
  readonly exchange?: string
  readonly fixtures?: Record<string, string>
  readonly skip?: Record<string, string>
}

const TYPES = ['A', 'AAAA'] as const
const folderOf = (id: string) => `test/providers/${id}`

export function situationsOf(id: string): readonly string[] {
  const files = existsSync(folderOf(id)) ? readdirSync(folderOf(id)) : []
  return files.map((file) => file.replace(/\.json$/, '')).filter((name) => name !== 'exceptions' && !isMx(name))
}

const isMx = (name: string) => name.startsWith('mx-')

/** The same of writing an MX RRset: `mx-<situation>.json`. */
export function mxSituationsOf(id: string): readonly string[] {
  const names = existsSync(folderOf(id)) ? readdirSync(folderOf(id)).map((file) => file.replace(/\.json$/, '')) : []
  return names.filter(isMx).map((name) => name.replace(/^mx-/, ''))
}

export interface MxFixture extends Pick<Fixture, 'settings' | 'baseUrl' | 'exchange' | 'message'> {
  readonly domain: DomainName
  /** `10 mail.example.com` */
  readonly mx: readonly string[]
  readonly ttl?: number
  readonly shown?: readonly string[]
  readonly outcome: string
  readonly before?: readonly string[]
}

export const mxFixtureOf = (id: string, situation: string): MxFixture =>
  JSON.parse(readFileSync(`${folderOf(id)}/mx-${situation}.json`, 'utf8'))

/** Names and addresses stand as they are written: fixtures hold malformed ones too. */
export function fixtureOf(id: string, situation: string): Fixture {
  const given = JSON.parse(readFileSync(`${folderOf(id)}/${situation}.json`, 'utf8'))
  const owners: DomainName[] = given.owners ?? [given.owner]
  const rrsets = owners.flatMap((owner) =>
    TYPES.flatMap((type) => (given[type] ? [{ owner, type, addresses: given[type], ttl: given.ttl }] : [])),
  )
  return { ...given, rrsets }
}

export function exceptionsOf(id: string): Exceptions {
  const path = `${folderOf(id)}/exceptions.json`
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
}
