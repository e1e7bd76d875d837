import type { Asked } from '../../../src/demo/loopback-http.ts'
import { parseName } from '../../../src/dns/name.ts'
import { type AddressType, type IpAddress, parseAddress } from '../../../src/dns/rrset.ts'
import type { Grounds, Service, Wish } from './service.ts'

interface Host {
  readonly Name: string
  readonly Type: string
  readonly Address: string
  readonly MXPref: string
  readonly TTL: string
}

const SERVICE_RECORD: Host = { Name: '_imaps._tcp', Type: 'SRV', Address: '0 1 993 x.', MXPref: '0', TTL: '300' }

/** Namecheap: a zone is written as a whole; what a write leaves out is gone. */
export function namecheapService({ apex, hosts, secret, onChange }: Grounds): Service {
  const [first = apex] = hosts
  let zone: readonly Host[] = [
    { Name: '@', Type: 'A', Address: '81.169.145.80', MXPref: '10', TTL: '1800' },
    { Name: '@', Type: 'TXT', Address: 'v=spf1 "mx" & -all', MXPref: '10', TTL: '60' },
    { Name: labelOf(first, apex), Type: 'TXT', Address: 'hello', MXPref: '10', TTL: '300' },
    { Name: 'go', Type: 'URL301', Address: 'https://example.com/?a=1&b=2', MXPref: '10', TTL: '300' },
  ]
  const ownerOf = ({ Name }: Host) => (Name === '@' ? apex : `${Name}.${apex}`)
  const isOurs = (host: Host) => hosts.some((one) => one === ownerOf(host)) && ['A', 'AAAA'].includes(host.Type)
  const held = (owner: string, type: string): readonly IpAddress[] =>
    zone.flatMap((one) => (ownerOf(one) === owner && one.Type === type ? (parseAddress(one.Address) ?? []) : []))
  const paramsOf = ({ method, url, body }: Asked) => (method === 'POST' ? new URLSearchParams(body) : url.searchParams)

  function hostsIn(params: URLSearchParams): readonly Host[] {
    const found: Host[] = []
    for (let n = 1; params.has(`HostName${n}`); n++) {
      const at = (name: string) => params.get(`${name}${n}`) ?? ''
      found.push({
        Name: at('HostName'),
        Type: at('RecordType'),
        Address: at('Address'),
        MXPref: at('MXPref'),
        TTL: at('TTL'),
      })
    }
    return found
  }

  function shown(records: readonly Host[]) {
    const all = records.map(
      (host, i) =>
        `<host HostId="${i}" ${Object.entries(host)
          .map(([name, value]) => `${name}="${escaped(value)}"`)
          .join(' ')} AssociatedAppTitle="" FriendlyName="" IsActive="true" IsDDNSEnabled="false"/>`,
    )
    const result = `<DomainDNSGetHostsResult Domain="${apex}" EmailType="MX" IsUsingOurDNS="true">${all.join('')}</DomainDNSGetHostsResult>`
    return reply('OK', `<Errors/><CommandResponse>${result}</CommandResponse>`)
  }

  return {
    ...{ server: 'api.namecheap.com', apex },
    answer(asked) {
      const params = paramsOf(asked)
      if (params.get('ApiKey') !== secret)
        return reply('ERROR', '<Errors><Error Number="1011102">API Key is invalid</Error></Errors>')
      if (`${params.get('SLD')}.${params.get('TLD')}` !== apex)
        return reply('ERROR', '<Errors><Error Number="2019166">Domain not found</Error></Errors>')
      if (params.get('Command')?.endsWith('setHosts')) {
        zone = hostsIn(params)
        onChange()
        return reply(
          'OK',
          `<Errors/><CommandResponse><DomainDNSSetHostsResult Domain="${apex}" IsSuccess="true"/></CommandResponse>`,
        )
      }
      return shown(zone)
    },
    says(no, asked) {
      const params = paramsOf(asked)
      if (no === 'auth' || no === 'blocked')
        return reply('ERROR', '<Errors><Error Number="1011102">API Key is invalid</Error></Errors>')
      if (no === 'gone') return reply('ERROR', '<Errors><Error Number="2019166">gone</Error></Errors>')
      if (no !== 'cannot') return undefined
      // The owner has made a record that setHosts does not take: who wrote the zone would lose it.
      if (params.get('Command')?.endsWith('getHosts')) return shown([...zone, SERVICE_RECORD])
      return reply('ERROR', '<Errors><Error Number="3050900">Unknown response from provider</Error></Errors>')
    },
    // Of a whole zone, those that would change.
    named(asked): readonly Wish[] {
      if (asked.method !== 'POST') return []
      const next = hostsIn(paramsOf(asked))
      return hosts.flatMap((owner): Wish[] => {
        const addresses = next.flatMap((one) =>
          ownerOf(one) === owner && ['A', 'AAAA'].includes(one.Type) ? (parseAddress(one.Address) ?? []) : [],
        )
        const before = [...held(owner, 'A'), ...held(owner, 'AAAA')]
        return String(before) === String(addresses) ? [] : [{ owner: parseName(owner)!, addresses }]
      })
    },
    holds: (owner, type) => [...new Set(held(owner, type))],
    records: () =>
      zone.flatMap((host) => {
        const address = parseAddress(host.Address)
        return address && ['A', 'AAAA'].includes(host.Type)
          ? [{ owner: ownerOf(host), data: { type: host.Type as AddressType, address } }]
          : []
      }),
    foreign: () => JSON.stringify(zone.filter((host) => !isOurs(host))),
    put(owner, type, addresses) {
      const others = zone.filter((host) => ownerOf(host) !== owner || host.Type !== type)
      const made = addresses.map((Address) => ({
        Name: labelOf(owner, apex),
        Type: type,
        Address,
        MXPref: '10',
        TTL: '300',
      }))
      zone = [...others, ...made]
      onChange()
    },
  }
}

const labelOf = (owner: string, apex: string) => (owner === apex ? '@' : owner.slice(0, -apex.length - 1))
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
const reply = (status: string, inner: string) => ({
  status: 200,
  body: `<?xml version="1.0" encoding="utf-8"?><ApiResponse Status="${status}" xmlns="http://api.namecheap.com/xml.response">${inner}</ApiResponse>`,
})
