import type { Asked, Reply } from '../../../src/demo/loopback-http.ts'
import { parseName } from '../../../src/dns/name.ts'
import { type AddressType, addressType, type IpAddress, parseAddress, sameAddresses } from '../../../src/dns/rrset.ts'
import { addressTable, type Grounds, type Service, type Wish } from './service.ts'

/** A service that speaks dyndns2. What a request leaves out is cleared, kept, or, where `taken`, taken from the caller. */
export function dyndns2Service(
  server: string,
  leftOut: 'kept' | 'cleared',
  { apex, hosts, secret, onChange }: Grounds,
): Service {
  const table = addressTable()
  const basic = (user: string) => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
  const types = ['A', 'AAAA'] as const satisfies readonly AddressType[]

  function named({ url }: Asked): readonly Wish[] {
    const owners = (url.searchParams.get('hostname') ?? '').split(',').flatMap((text) => parseName(text) ?? [])
    const addresses = ['myip', 'myipv6'].flatMap((name) => url.searchParams.get(name)?.split(',') ?? [])
    return owners.map((owner) => ({ owner, addresses: addresses.flatMap((text) => parseAddress(text) ?? []) }))
  }

  function update({ owner, addresses }: Wish): string {
    if (!hosts.includes(owner)) return 'nohost'
    const changed = types.filter((type) => {
      const given = addresses.filter((address) => addressType(address) === type)
      if ((given.length === 0 && leftOut === 'kept') || sameAddresses(table.get(owner, type), given)) return false
      table.set(owner, type, given)
      return true
    })
    if (changed.length > 0) onChange()
    return `${changed.length > 0 ? 'good' : 'nochg'} ${addresses}`
  }

  return {
    ...{ server, apex, named, countsRepeats: true },
    answer(asked): Reply {
      const wishes = named(asked)
      // Some take the host for the user.
      const users = ['anna', ...wishes.map(({ owner }) => owner)]
      if (!users.some((user) => asked.headers.authorization === basic(user))) return { status: 401, body: 'badauth' }
      if (wishes.length === 0 || wishes.some(({ addresses }) => addresses.length === 0))
        return { status: 200, body: 'notfqdn' }
      return { status: 200, body: wishes.map(update).join('\n') }
    },
    says: (no) =>
      ({
        down: undefined,
        'too-often': undefined,
        auth: { status: 401, body: 'badauth' },
        gone: { status: 200, body: 'nohost' },
        blocked: { status: 200, body: 'abuse' },
        cannot: { status: 200, body: '!donator' },
      })[no],
    holds: (owner, type) => table.get(owner, type),
    records: table.records,
    foreign: () => '',
    put(owner, type, addresses: readonly IpAddress[]) {
      table.set(owner, type, addresses)
      onChange()
    },
  }
}
