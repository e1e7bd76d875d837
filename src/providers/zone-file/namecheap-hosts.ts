import type { XmlElement } from '../../core/xml.ts'
import type { DomainName } from '../../dns/name.ts'
import { addressIn } from '../kits/address-in.ts'
import { ownerIn } from '../kits/open-zone.ts'
import type { ZoneRecord } from '../kits/zone-contents.ts'

/** A record as Namecheap has it: what it calls a host. */
export interface Host extends ZoneRecord {
  readonly name: string
  readonly value: string
  readonly mxPref: string
}

/** The types that setHosts takes. */
const TYPES = ['A', 'AAAA', 'ALIAS', 'CAA', 'CNAME', 'MX', 'MXE', 'NS', 'TXT', 'URL', 'URL301', 'FRAME']
const WRITTEN = ['Name', 'Type', 'Address', 'MXPref', 'TTL']
/** What getHosts says of a record beyond that, and what it must say there lest a write lose something. */
const BESIDE: Readonly<Record<string, RegExp>> = {
  HostId: /^/,
  AssociatedAppTitle: /^/,
  FriendlyName: /^/,
  IsActive: /^true$/i,
  IsDDNSEnabled: /^false$/i,
}

/** What of these records no write could repeat; undefined: nothing. */
export function oddityIn(hosts: readonly XmlElement[]): string | undefined {
  return hosts.map(oddityOf).find((oddity) => oddity !== undefined)
}

function oddityOf({ name, attributes }: XmlElement): string | undefined {
  const { Name = '?', Type = '?' } = attributes
  const said = `the record ${Name} ${Type}`
  if (name.toLowerCase() !== 'host') return `it holds something that is not known (${name})`
  const lacking = WRITTEN.find((one) => attributes[one] === undefined)
  if (lacking) return `${said} was shown without ${lacking}`
  if (!TYPES.includes(Type)) return `${said} cannot be written by the API`
  const odd = Object.entries(attributes).find(
    ([key, value]) => !WRITTEN.includes(key) && !(BESIDE[key] ?? /^$/).test(value),
  )
  return odd && `${said} has ${odd[0]}="${odd[1]}", which cannot be sent back`
}

export function hostOf({ attributes }: XmlElement, apex: DomainName): Host {
  const { Name: name = '', Type: type = '', Address: value = '', MXPref: mxPref = '', TTL, IsActive } = attributes
  const owner = ownerIn(apex, name)
  const answers = (type === 'A' || type === 'AAAA') && !/^false$/i.test(IsActive ?? '')
  return { owner, type, name, value, mxPref, address: answers ? addressIn(value) : undefined, ttl: Number(TTL) }
}

/** The fields of a write: of each record all that setHosts takes, as it was read. */
export const fieldsOf = (hosts: readonly Host[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    hosts.flatMap(({ name, type, value, mxPref, ttl }, i) => [
      [`HostName${i + 1}`, name],
      [`RecordType${i + 1}`, type],
      [`Address${i + 1}`, value],
      [`MXPref${i + 1}`, mxPref],
      [`TTL${i + 1}`, String(ttl)],
    ]),
  )
