import { Failure } from '../../core/failure.ts'
import { elementAt, elementsAt, escapeXml, textAt, type XmlElement } from '../../core/xml.ts'
import { apexCandidates, type DomainName, parseName } from '../../dns/name.ts'
import type { AddressRRset, IpAddress, RRsetName, Seconds } from '../../dns/rrset.ts'
import { addressIn } from '../kits/address-in.ts'
import { NEW_TTL } from '../kits/ttl.ts'
import type { Call } from './route53-api.ts'

/** A simple RRset, as it was read. A removal must name the same texts. */
export interface Held {
  readonly addresses: readonly IpAddress[]
  readonly texts: readonly string[]
  readonly ttl: Seconds
}

/** The id of the public hosted zone at the longest of the names. */
export async function findZone(call: Call, owner: DomainName): Promise<string> {
  for (const apex of apexCandidates(owner)) {
    const path = `/hostedzonesbyname?dnsname=${apex}&maxitems=10`
    const zones = await call({ purpose: 'read', method: 'GET', path }, 'HostedZones')
    const named = elementsAt(zones, 'HostedZone').filter(
      (zone) => nameIn(zone) === apex && textAt(zone, 'Config', 'PrivateZone') !== 'true',
    )
    const [id, ...more] = named.map((zone) => idIn(textAt(zone, 'Id') ?? ''))
    if (more.length > 0) {
      throw new Failure(
        'rejected',
        `the account holds ${named.length} public zones ${apex}: set zoneId to the one in use`,
      )
    }
    if (id !== undefined) return id
  }
  throw new Failure('rejected', `the account holds no public zone for ${owner}`)
}

/** `/hostedzone/Z...` and `Z...` are the same. */
export const idIn = (text: string): string => text.replace(/^\/?hostedzone\//, '')

/** undefined: there is no such RRset. The list begins at that name and type, and may begin with another. */
export async function readHeld(call: Call, zone: string, { owner, type }: RRsetName): Promise<Held | undefined> {
  const path = `/hostedzone/${zone}/rrset?name=${owner}.&type=${type}&maxitems=1`
  const list = await call({ purpose: 'read', method: 'GET', path }, 'ResourceRecordSets')
  const rrset = elementsAt(list, 'ResourceRecordSet').find(
    (one) => nameIn(one) === owner && textAt(one, 'Type') === type,
  )
  if (!rrset) return undefined
  const oddity = oddityOf(rrset)
  if (oddity) throw new Failure('rejected', `${owner} ${type} ${oddity}: make it a simple record first`)
  const records = elementsAt(elementAt(rrset, 'ResourceRecords'), 'ResourceRecord')
  const texts = records.map((record) => textAt(record, 'Value') ?? '')
  const ttl = Number(textAt(rrset, 'TTL') ?? 'none')
  if (!Number.isInteger(ttl)) throw new Failure('protocol', `${owner} ${type} was shown without a TTL`)
  return { addresses: texts.map(addressIn), texts, ttl }
}

/** Of an RRset that is more than a name, a type, a TTL and its addresses, a write would make one that is no more than that. */
function oddityOf(rrset: XmlElement): string | undefined {
  const target = textAt(rrset, 'AliasTarget', 'DNSName')
  if (target !== undefined) return `is an alias record of Route 53, for ${target.replace(/\.$/, '')}`
  const set = textAt(rrset, 'SetIdentifier')
  if (set !== undefined) return `belongs to a routing policy (SetIdentifier ${set})`
  const odd = rrset.children.find(({ name }) => !['Name', 'Type', 'TTL', 'ResourceRecords'].includes(name))
  return odd && `has the attribute ${odd.name}, which would be lost`
}

/** Characters that are no letter, digit or hyphen are shown as an octal number: `\052` is a wildcard's. */
const nameIn = (element: XmlElement) =>
  parseName(
    (textAt(element, 'Name') ?? '').replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
  )

export interface Change {
  readonly rrset: AddressRRset
  readonly held: Held | undefined
}

/** One batch: all of it is made, or nothing. */
export function batchOf(changes: readonly Change[]): string {
  const list = changes.map(({ rrset, held }) => {
    const removed = rrset.addresses.length === 0
    const ttl = removed ? held?.ttl : (rrset.ttl ?? held?.ttl)
    const values = removed ? (held?.texts ?? []) : rrset.addresses
    const records = values
      .map((value) => `<ResourceRecord><Value>${escapeXml(value)}</Value></ResourceRecord>`)
      .join('')
    const set = `<Name>${rrset.owner}.</Name><Type>${rrset.type}</Type><TTL>${ttl ?? NEW_TTL}</TTL><ResourceRecords>${records}</ResourceRecords>`
    const action = removed ? 'DELETE' : 'UPSERT'
    return `<Change><Action>${action}</Action><ResourceRecordSet>${set}</ResourceRecordSet></Change>`
  })
  const changed = `<ChangeBatch><Changes>${list.join('')}</Changes></ChangeBatch>`
  return `<ChangeResourceRecordSetsRequest xmlns="${NAMESPACE}">${changed}</ChangeResourceRecordSetsRequest>`
}

const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/'
