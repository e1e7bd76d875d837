import type { Instant } from '../../../src/core/instant.ts'
import type { Asked, Reply } from '../../../src/demo/loopback-http.ts'
import type { Message, Question, Rdata } from '../../../src/dns/message.ts'
import type { DomainName } from '../../../src/dns/name.ts'
import type { AddressType, IpAddress } from '../../../src/dns/rrset.ts'

/** A DNS provider of the simulated world, without faults: those are laid over it. */
export interface Service {
  /** The host of its URL. */
  readonly server: string
  readonly apex: DomainName
  readonly answer: (asked: Asked) => Reply
  readonly holds: (owner: DomainName, type: AddressType) => readonly IpAddress[]
  /** What its name servers show, beside SOA and NS. */
  readonly records: () => readonly { readonly owner: string; readonly data: Rdata }[]
  /** What nobody but the owner of the zone may change, as text. */
  readonly foreign: () => string
  /** Someone else writes. */
  readonly put: (owner: DomainName, type: AddressType, addresses: readonly IpAddress[]) => void
  /** Owners that a writing request names, with the addresses that it asks for. */
  readonly named: (asked: Asked) => readonly Wish[]
  /** In its own words; absent, undefined: as HTTP has it. */
  readonly says?: (no: No, asked: Asked) => Reply | undefined
  /** It counts updates that change nothing, and blocks who sends many. */
  readonly countsRepeats?: true
  /** It refuses who has another time. */
  readonly checksTime?: true
  /** It is a name server that is asked by DNS; its `answer` takes and gives messages in base64. */
  readonly dns?: (question: Question) => Message
}

/** Why a service that can be reached does not do what it is asked. */
export type No =
  | 'down' //      for now
  | 'too-often' // so many requests are not taken
  | 'auth' //      other credentials, or none
  | 'gone' //      the host is not there
  | 'blocked' //   this caller is not wanted
  | 'cannot' //    not here, not in this plan, not with this zone

export interface Wish {
  readonly owner: DomainName
  readonly addresses: readonly IpAddress[]
}

/** What the makers of a service are given. */
export interface Grounds {
  readonly apex: DomainName
  readonly hosts: readonly DomainName[]
  readonly secret: string
  readonly newId: () => string
  /** What the world's clocks show. */
  readonly now: () => Instant
  readonly onChange: () => void
}

/** An owner -> type -> addresses table, for services that keep no more. */
export function addressTable() {
  const table = new Map<string, readonly IpAddress[]>()
  const key = (owner: string, type: AddressType) => `${owner} ${type}`
  return {
    get: (owner: string, type: AddressType) => table.get(key(owner, type)) ?? [],
    set: (owner: string, type: AddressType, addresses: readonly IpAddress[]) =>
      void table.set(key(owner, type), addresses),
    records: () =>
      [...table].flatMap(([name, addresses]) => {
        const [owner = '', type] = name.split(' ') as [string, AddressType]
        return addresses.map((address) => ({ owner, data: { type, address } as const }))
      }),
  }
}
