import { type Asked, json } from '../../../src/demo/loopback-http.ts'
import { parseName } from '../../../src/dns/name.ts'
import { type AddressType, parseAddress } from '../../../src/dns/rrset.ts'
import { addressTable, type Grounds, type Service, type Wish } from './service.ts'

interface Change {
  readonly subname: string
  readonly type: AddressType
  readonly records: readonly string[]
}

/** deSEC: a zone API by RRset, several RRsets in one PATCH, with neighbours that are nobody's business. */
export function desecService({ apex, hosts, secret, onChange }: Grounds): Service {
  const table = addressTable()
  const foreign = new Map([[`${hosts[0]} TXT`, ['"hello"']]])
  const ownerOf = (subname: string) => parseName(subname === '' ? apex : `${subname}.${apex}`)!
  const changesOf = ({ method, body }: Asked) => (method === 'PATCH' ? (JSON.parse(body) as readonly Change[]) : [])
  const shown = (owner: string, type: AddressType) => {
    const records = table.get(owner, type)
    return records.length === 0 ? [] : [{ name: `${owner}.`, type, records, ttl: 3600 }]
  }
  return {
    ...{ server: 'desec.io', apex },
    answer(asked) {
      const { url, headers } = asked
      if (headers.authorization !== `Token ${secret}`) return json(401, { detail: 'Invalid token.' })
      if (url.pathname.endsWith('/domains/')) return json(200, [{ name: apex, minimum_ttl: 3600 }])
      if (!url.pathname.endsWith(`/domains/${apex}/rrsets/`)) return json(404, { detail: 'Not found.' })
      const changes = changesOf(asked)
      for (const { subname, type, records } of changes)
        table.set(
          ownerOf(subname),
          type,
          records.flatMap((text) => parseAddress(text) ?? []),
        )
      if (changes.length > 0) onChange()
      const { searchParams } = url
      if (asked.method === 'GET')
        return json(200, shown(ownerOf(searchParams.get('subname') ?? ''), searchParams.get('type') as AddressType))
      return json(
        200,
        changes.flatMap(({ subname, type }) => shown(ownerOf(subname), type)),
      )
    },
    says: (no) => (no === 'auth' || no === 'blocked' ? json(401, { detail: 'Invalid token.' }) : undefined),
    named: (asked): readonly Wish[] =>
      changesOf(asked).map(({ subname, records }) => ({
        owner: ownerOf(subname),
        addresses: records.flatMap((text) => parseAddress(text) ?? []),
      })),
    holds: (owner, type) => table.get(owner, type),
    records: table.records,
    foreign: () => JSON.stringify([...foreign]),
    put(owner, type, addresses) {
      table.set(owner, type, addresses)
      onChange()
    },
  }
}
