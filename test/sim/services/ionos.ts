import { type IonosRecord, ionosRules } from '../../../src/demo/ionos-like.ts'
import type { Rdata } from '../../../src/dns/message.ts'
import { type AddressType, addressType, parseAddress } from '../../../src/dns/rrset.ts'
import type { Grounds, Service, Wish } from './service.ts'

/** IONOS: a zone API by record, with neighbours that are nobody's business, and a disabled record at a host of ours. */
export function ionosService({ apex, hosts, secret, newId, onChange }: Grounds): Service {
  const [first = apex] = hosts
  const neighbours = [
    { name: apex, type: 'A', content: '81.169.145.80' },
    { name: apex, type: 'TXT', content: 'v=spf1 mx -all' },
    { name: first, type: 'TXT', content: 'hello' },
    { name: first, type: 'A', content: '81.169.145.81', disabled: true },
    { name: `backup.${apex}`, type: 'A', content: '81.169.145.82' },
    { name: `www.${apex}`, type: 'CNAME', content: apex },
  ]
  const rules = ionosRules({ apiKey: secret, zones: { [apex]: neighbours }, newId, onChange })
  const isOurs = ({ name, type, disabled }: IonosRecord) =>
    hosts.some((host) => host === name) && (type === 'A' || type === 'AAAA') && !disabled
  const ours = (owner: string, type: string) =>
    rules.records().filter((one) => isOurs(one) && one.name === owner && one.type === type)
  const byHand = (method: string, path: string, body: unknown) =>
    rules.answer({
      method,
      url: new URL(`https://api/v1/zones${path}`),
      headers: { 'x-api-key': secret, 'user-agent': 'the owner' },
      body: JSON.stringify(body),
    })
  const zoneId = (JSON.parse(byHand('GET', '', {}).body) as { id: string }[])[0]!.id
  return {
    ...{ server: 'api.hosting.ionos.com', apex },
    answer: ({ url, ...asked }) => rules.answer({ ...asked, url: new URL(url.href.replace('/dns/', '/')) }),
    says: (no) =>
      no === 'auth' || no === 'blocked'
        ? { status: 401, body: '{"message":"Missing or invalid API key."}' }
        : no === 'gone'
          ? { status: 404, body: '[{"code":"NOT_FOUND"}]' }
          : undefined,
    // By record: which owner it is stands in the body, or is known by the record's id.
    named({ method, url, body }): readonly Wish[] {
      if (method === 'GET') return []
      const id = url.pathname.split('/')[6] ?? ''
      const record = rules.records().find((one) => one.id === id)
      const given = method === 'DELETE' ? [] : [JSON.parse(body)].flat()
      const owner = record?.name ?? given[0]?.name
      return owner ? [{ owner, addresses: given.flatMap((one) => parseAddress(one.content) ?? []) }] : []
    },
    holds: (owner, type) => [...new Set(ours(owner, type).flatMap(({ content }) => parseAddress(content) ?? []))],
    records: () =>
      rules.records().flatMap((one) => (one.disabled ? [] : rdataOf(one)).map((data) => ({ owner: one.name, data }))),
    foreign: () => JSON.stringify(rules.records().filter((one) => !isOurs(one))),
    put(owner, type, addresses) {
      for (const { id } of ours(owner, type)) byHand('DELETE', `/${zoneId}/records/${id}`, undefined)
      const made = addresses.map((content) => ({ name: owner, type: addressType(content), content, ttl: 300 }))
      if (made.length > 0) byHand('POST', `/${zoneId}/records`, made)
    },
  }
}

function rdataOf({ type, content }: IonosRecord): Rdata[] {
  const address = parseAddress(content)
  if (address && (type === 'A' || type === 'AAAA')) return [{ type: type satisfies AddressType, address }]
  if (type === 'CNAME') return [{ type, target: content }]
  return type === 'TXT' ? [{ type, strings: [content] }] : []
}
