import { SECOND } from '../../../src/core/instant.ts'
import type { Asked, Reply } from '../../../src/demo/loopback-http.ts'
import { liesWithin } from '../../../src/demo/zone.ts'
import { answerOf } from '../../../src/demo/zone-answer.ts'
import { numberOfRcode } from '../../../src/dns/code-points.ts'
import type { Message, Rcode, ResourceRecord } from '../../../src/dns/message.ts'
import { parseName } from '../../../src/dns/name.ts'
import type { AddressType, IpAddress } from '../../../src/dns/rrset.ts'
import { TSIG_ERRORS, type TsigKey } from '../../../src/dns/tsig.ts'
import { answerTo, applied, readUpdate, sealIn } from './dns-update.ts'
import type { Grounds, No, Service, Wish } from './service.ts'

/** Of the primary: no name server of the zone that others ask. */
export const PRIMARY = '84.200.75.1'
export const KEY_NAME = 'mxhome'

/** A primary name server that takes DNS UPDATE, signed by TSIG. */
export function rfc2136Service({ apex, hosts, secret, now, onChange }: Grounds): Service {
  const [first = apex] = hosts
  const key: TsigKey = { name: KEY_NAME, algorithm: 'hmac-sha256', secret: Buffer.from(secret, 'base64') }
  let serial = 1
  let zone: readonly ResourceRecord[] = [
    { owner: apex, ttl: 3600, data: { type: 'MX', preference: 10, exchange: 'mail.example.com' } },
    { owner: first, ttl: 3600, data: { type: 'TXT', strings: ['hello'] } },
    { owner: `www.${apex}`, ttl: 3600, data: { type: 'CNAME', target: apex } },
  ]
  const isOurs = ({ owner, data }: ResourceRecord) =>
    hosts.some((host) => host === owner) && (data.type === 'A' || data.type === 'AAAA')
  const seconds = () => Math.floor(now() / SECOND)
  const bytesOf = ({ body }: Asked) => new Uint8Array(Buffer.from(body, 'base64'))
  const reply = (bytes: Uint8Array): Reply => ({ status: 200, body: Buffer.from(bytes).toString('base64') })

  function become(records: readonly ResourceRecord[]): void {
    zone = records
    serial += 1
    onChange()
  }

  function workOff(message: Uint8Array): Rcode {
    const update = readUpdate(message)
    if (!update) return 'FORMERR'
    if (update.zone !== apex) return 'NOTAUTH'
    const lines = [...update.prerequisites, ...update.updates]
    if (lines.some(({ owner }) => !liesWithin(owner, apex))) return 'NOTZONE'
    const records = applied(update, zone)
    if (typeof records === 'string') return records
    become(records)
    return 'NOERROR'
  }

  function sealed(message: Uint8Array, rcodeOf: () => Rcode): Reply {
    const seal = sealIn(message, key, seconds())
    const { id = 0 } = readUpdate(message) ?? {}
    const rcode = !seal ? 'REFUSED' : seal.error === 0 ? rcodeOf() : 'NOTAUTH'
    return reply(answerTo(id, numberOfRcode(rcode), key, seconds(), seal))
  }

  const addressesIn = (records: readonly { readonly data: ResourceRecord['data'] | undefined }[]): IpAddress[] =>
    records.flatMap(({ data }) => (data && 'address' in data ? [data.address] : []))

  return {
    ...{ server: PRIMARY, apex, checksTime: true },
    answer: (asked) => sealed(bytesOf(asked), () => workOff(bytesOf(asked))),
    says(no, asked) {
      const message = bytesOf(asked)
      const { id = 0 } = readUpdate(message) ?? {}
      if (no === 'auth') return reply(answerTo(id, 0, key, seconds(), { error: TSIG_ERRORS.BADKEY }))
      return sealed(message, () => RCODES[no])
    },
    dns(question): Message {
      const query = { id: 1, questions: [question], recursionDesired: false } as unknown as Message
      return answerOf(query, [{ apex, version: { at: 0, serial, records: zone } }], 'authority')
    },
    named(asked): readonly Wish[] {
      const { updates = [] } = readUpdate(bytesOf(asked)) ?? {}
      const owners = [...new Set(updates.flatMap(({ owner }) => parseName(owner) ?? []))]
      return owners.map((owner) => ({ owner, addresses: addressesIn(updates.filter((one) => one.owner === owner)) }))
    },
    holds: (owner, type) => addressesIn(zone.filter((one) => one.owner === owner && one.data.type === type)),
    records: () => zone.filter(({ data }) => data.type !== 'MX'),
    foreign: () => JSON.stringify(zone.filter((one) => !isOurs(one))),
    put(owner, type: AddressType, addresses) {
      const others = zone.filter((one) => one.owner !== owner || one.data.type !== type)
      become([...others, ...addresses.map((address) => ({ owner, ttl: 60, data: { type, address } as const }))])
    },
  }
}

/** A key that may no longer write a name is refused; a server rebuilt without updates does not implement them. */
const RCODES: Readonly<Record<Exclude<No, 'auth'>, Rcode>> = {
  down: 'SERVFAIL',
  'too-often': 'SERVFAIL',
  gone: 'REFUSED',
  blocked: 'REFUSED',
  cannot: 'NOTIMP',
}
