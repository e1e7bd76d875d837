import type { Asked } from '../../../src/demo/loopback-http.ts'
import { parseName } from '../../../src/dns/name.ts'
import { type AddressType, type IpAddress, parseAddress, sameAddresses } from '../../../src/dns/rrset.ts'
import { addressTable, type Grounds, type Service, type Wish } from './service.ts'

/** Duck DNS: one request a name, what it leaves out is kept. */
export function duckdnsService({ apex, hosts, secret, onChange }: Grounds): Service {
  const table = addressTable()
  const given = ({ url }: Asked) =>
    (['A', 'AAAA'] as const satisfies readonly AddressType[]).flatMap((type) => {
      const address = parseAddress(url.searchParams.get(type === 'A' ? 'ip' : 'ipv6') ?? '')
      return address ? [{ type, address }] : []
    })
  const named = (asked: Asked): readonly Wish[] => {
    const owner = parseName(`${asked.url.searchParams.get('domains')}.${apex}`)
    return owner ? [{ owner, addresses: given(asked).map(({ address }) => address) }] : []
  }
  return {
    ...{ server: 'www.duckdns.org', apex, named },
    answer(asked) {
      const [wish] = named(asked)
      const addresses = given(asked)
      if (
        asked.url.searchParams.get('token') !== secret ||
        !wish ||
        !hosts.includes(wish.owner) ||
        addresses.length === 0
      )
        return { status: 200, body: 'KO' }
      const changed = addresses.filter(({ type, address }) => !sameAddresses(table.get(wish.owner, type), [address]))
      for (const { type, address } of changed) table.set(wish.owner, type, [address])
      if (changed.length > 0) onChange()
      const lines = ['A', 'AAAA'].map((type) => addresses.find((one) => one.type === type)?.address ?? '')
      return { status: 200, body: ['OK', ...lines, changed.length > 0 ? 'UPDATED' : 'NOCHANGE'].join('\n') }
    },
    says: (no) => (no === 'down' || no === 'too-often' ? undefined : { status: 200, body: 'KO' }),
    holds: (owner, type) => table.get(owner, type),
    records: table.records,
    foreign: () => '',
    put(owner, type, addresses: readonly IpAddress[]) {
      table.set(owner, type, addresses)
      onChange()
    },
  }
}
