import { MINUTE } from '../../../src/core/instant.ts'
import { elementAt, elementsAt, parseXml, textAt } from '../../../src/core/xml.ts'
import type { Asked, Reply } from '../../../src/demo/loopback-http.ts'
import { type DomainName, parseName } from '../../../src/dns/name.ts'
import { type AddressType, parseAddress } from '../../../src/dns/rrset.ts'
import { addressTable, type Grounds, type Service, type Wish } from './service.ts'

export const ACCESS_KEY = 'AKIDEXAMPLE'
const ZONE = 'Z111111QQQQQQQ'
const WINDOW = 5 * MINUTE
const NAMESPACE = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"'

const refusal = (status: number, code: string, message: string): Reply => ({
  status,
  body: `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r1</RequestId></ErrorResponse>`,
})
const answer = (name: string, inner: string): Reply => ({
  status: 200,
  body: `<?xml version="1.0"?>\n<${name} ${NAMESPACE}>${inner}</${name}>`,
})
const [LIKE_A_WRONG_KEY, CALCULATED] = ['SignatureDoesNotMatch', 'The request signature we calculated does not match.']

const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/us-east-1\/route53\/aws4_request, SignedHeaders=(?:content-type;)?host;x-amz-date, Signature=[0-9a-f]{64}$/

/** 20261125T120000Z, and back. */
const stampOf = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
const timeOf = (stamp: string) =>
  Date.parse(stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')) || Number.NaN

interface Change extends Wish {
  readonly type: AddressType
  readonly ttl: string
  readonly isRemoval: boolean
}

function changesIn({ method, body }: Asked): readonly Change[] {
  if (method !== 'POST') return []
  const changes = elementsAt(elementAt(parseXml(body), 'ChangeBatch', 'Changes'), 'Change')
  return changes.flatMap((change): Change[] => {
    const set = elementAt(change, 'ResourceRecordSet')
    const owner = parseName((textAt(set, 'Name') ?? '').replace(/\.$/, ''))
    if (!owner) return []
    const records = elementsAt(elementAt(set, 'ResourceRecords'), 'ResourceRecord')
    const addresses = records.flatMap((record) => parseAddress(textAt(record, 'Value') ?? '') ?? [])
    const isRemoval = textAt(change, 'Action') === 'DELETE'
    const type = textAt(set, 'Type') as AddressType
    return [{ owner, type, ttl: textAt(set, 'TTL') ?? '', addresses: isRemoval ? [] : addresses, isRemoval }]
  })
}

/** Amazon Route 53: requests that are signed with the time, an RRset at a time, a batch as a whole or not at all. */
export function route53Service({ apex, hosts, now, onChange }: Grounds): Service {
  const table = addressTable()
  const ttls = new Map<string, string>()
  const isOurs = (owner: string, type: string) => hosts.some((host) => host === owner) && /^A(?:AAA)?$/.test(type)

  /** The signature itself is another test's: to work it out here once more would only show that it costs the same. */
  function refusedFor({ headers }: Asked): Reply | undefined {
    const stamp = headers['x-amz-date'] ?? ''
    const at = timeOf(stamp)
    const [, key, day] = SIGNED.exec(headers.authorization ?? '') ?? []
    if (key !== ACCESS_KEY || day !== stamp.slice(0, 8)) return refusal(403, LIKE_A_WRONG_KEY, CALCULATED)
    const [here, past, future] = [now(), now() - WINDOW, now() + WINDOW].map(stampOf)
    const words = `${stamp} is now earlier than ${past} (${here} - 5 min.)`
    if (at < now() - WINDOW) return refusal(403, LIKE_A_WRONG_KEY, `Signature expired: ${words}`)
    const later = `${stamp} is still later than ${future} (${here} + 5 min.)`
    if (at > now() + WINDOW) return refusal(403, LIKE_A_WRONG_KEY, `Signature not yet current: ${later}`)
    return undefined
  }

  function list({ searchParams }: URL): Reply {
    const owner = parseName((searchParams.get('name') ?? '').replace(/\.$/, ''))
    const type = searchParams.get('type') as AddressType
    const addresses = owner ? table.get(owner, type) : []
    const values = addresses.map((one) => `<ResourceRecord><Value>${one}</Value></ResourceRecord>`).join('')
    const [name, rest] =
      addresses.length > 0
        ? [
            owner,
            `<Type>${type}</Type><TTL>${ttls.get(`${owner} ${type}`) ?? 60}</TTL><ResourceRecords>${values}</ResourceRecords>`,
          ]
        : [`zz.${apex}`, '<Type>A</Type><AliasTarget><DNSName>x.example.</DNSName></AliasTarget>'] // the next in its order
    const set = `<ResourceRecordSet><Name>${name}.</Name>${rest}</ResourceRecordSet>`
    return answer('ListResourceRecordSetsResponse', `<ResourceRecordSets>${set}</ResourceRecordSets>`)
  }

  function change(changes: readonly Change[]): Reply {
    const wrong = changes.find(({ owner, type, isRemoval }) => isRemoval && table.get(owner, type).length === 0)
    if (wrong) return refusal(400, 'InvalidChangeBatch', `there is no ${wrong.owner}`)
    for (const { owner, type, ttl, addresses } of changes) {
      table.set(owner, type, addresses)
      ttls.set(`${owner} ${type}`, ttl)
    }
    onChange()
    return answer('ChangeResourceRecordSetsResponse', '<ChangeInfo><Id>/change/C1</Id></ChangeInfo>')
  }

  const zones = `<HostedZones><HostedZone><Id>/hostedzone/${ZONE}</Id><Name>${apex}.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone></HostedZones>`
  return {
    ...{ server: 'route53.amazonaws.com', apex, checksTime: true },
    answer(asked) {
      const refused = refusedFor(asked)
      if (refused) return refused
      if (asked.url.pathname.endsWith('/hostedzonesbyname')) return answer('ListHostedZonesByNameResponse', zones)
      if (!asked.url.pathname.includes(`/hostedzone/${ZONE}/`)) return refusal(404, 'NoSuchHostedZone', 'no such zone')
      return asked.method === 'POST' ? change(changesIn(asked)) : list(asked.url)
    },
    says: (no) =>
      ({
        down: undefined,
        'too-often': refusal(400, 'Throttling', 'Rate exceeded'),
        auth: refusal(403, LIKE_A_WRONG_KEY, CALCULATED),
        blocked: refusal(403, 'AccessDenied', 'not authorized'),
        cannot: refusal(403, 'AccessDenied', 'not authorized'),
        gone: refusal(400, 'InvalidChangeBatch', 'the name is not permitted in the zone'),
      })[no],
    named(asked) {
      const changes = changesIn(asked)
      const owners = [...new Set<DomainName>(changes.map(({ owner }) => owner))]
      return owners.map((owner) => {
        return { owner, addresses: changes.flatMap((one) => (one.owner === owner ? one.addresses : [])) }
      })
    },
    holds: (owner, type) => table.get(owner, type),
    records: table.records,
    // Whatever is written beside the hosts is one of others.
    foreign: () => JSON.stringify(table.records().filter(({ owner, data }) => !isOurs(owner, data.type))),
    put(owner, type, addresses) {
      table.set(owner, type, addresses)
      onChange()
    },
  }
}
