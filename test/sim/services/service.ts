import type { Asked, Reply } from '../../../src/demo/loopback-http.ts'
import type { Rdata } from '../../../src/dns/message.ts'
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
}

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
