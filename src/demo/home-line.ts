import type { DomainName } from '../dns/name.ts'
import { type IpAddress, parseAddress } from '../dns/rrset.ts'
import { createDns } from '../system/dns.ts'
import { type AddressService, startAddressService } from './address-service.ts'
import { type HostedZone, hostZone } from './hosted-zone.ts'
import type { IonosGiven } from './ionos-like.ts'
import { type NameServer, startNameServer } from './name-server.ts'
import { type StrictDyndns2Service, startDyndns2 } from './strict-dyndns2.ts'
import { createZone } from './zone.ts'

/** The names and accounts of the demo; the addresses are those of documentation (RFC 5737). */
export const HOME = {
  domain: 'example.com',
  mail: 'mail.example.com',
  otherMail: 'mail2.example.com',
  alias: 'smtp.example.com',
  dynamic: 'home.dyn.example',
  apiKey: 'demo.ionos-key',
  username: 'demo',
  password: 'demo-dyndns-password',
} as const

/** A home line and all around it, on loopback at free ports. */
export interface HomeLine {
  readonly line: AddressService
  /** Both serve both zones. */
  readonly servers: readonly [NameServer, NameServer]
  readonly resolver: NameServer
  readonly hosted: HostedZone
  readonly dyndns: StrictDyndns2Service
  /** What one name server answers for a host, asked by DNS; undefined: nothing. */
  readonly shows: (server: NameServer, host: string) => Promise<readonly IpAddress[] | undefined>
  /** Every record that the program has no business with, as text: must stay the same to the byte. */
  readonly neighbours: () => string
  readonly close: () => Promise<void>
}

const BACKUP = 'backup.example.com'

const RECORDS: readonly IonosGiven[] = [
  { name: HOME.domain, type: 'NS', content: 'ns1.example.com' },
  { name: HOME.domain, type: 'NS', content: 'ns2.example.com' },
  { name: 'ns1.example.com', type: 'A', content: '127.0.0.1' },
  { name: 'ns2.example.com', type: 'A', content: '127.0.0.1' },
  { name: HOME.domain, type: 'A', content: '198.51.100.80' },
  { name: 'www.example.com', type: 'CNAME', content: HOME.domain },
  { name: HOME.domain, type: 'MX', content: HOME.mail, prio: 10 },
  { name: HOME.domain, type: 'MX', content: BACKUP, prio: 20 },
  { name: BACKUP, type: 'A', content: '198.51.100.25' },
  { name: HOME.domain, type: 'TXT', content: 'v=spf1 mx -all' },
  { name: '_dmarc.example.com', type: 'TXT', content: 'v=DMARC1; p=none' },
  { name: HOME.alias, type: 'CNAME', content: HOME.otherMail },
]

/** Starts everything; what has been started is ended again if one of them cannot be. */
export async function startHomeLine(first: IpAddress, signal: AbortSignal): Promise<HomeLine> {
  const closing: (() => Promise<unknown>)[] = []
  const close = async () => {
    await Promise.all(closing.splice(0).map((end) => end()))
  }
  const opened = <T>(thing: T, end: () => Promise<unknown>): T => {
    closing.push(end)
    return thing
  }
  try {
    const line = await startAddressService(first)
    opened(line, line.close)
    const hosted = await hostZone(HOME.domain, RECORDS, HOME.apiKey)
    opened(hosted, hosted.close)
    const dynamic = createZone('dyn.example', [
      { owner: 'dyn.example', ttl: 60, data: { type: 'NS', target: 'ns1.example.com' } },
      { owner: 'dyn.example', ttl: 60, data: { type: 'NS', target: 'ns2.example.com' } },
      { owner: 'neighbour.dyn.example', ttl: 60, data: { type: 'A', address: parseAddress('198.51.100.200')! } },
    ])
    const dyndns = await startDyndns2({
      users: { [HOME.username]: HOME.password },
      hosts: { [HOME.dynamic]: HOME.username },
      onUpdate: (host: DomainName, addresses) =>
        dynamic.setRRset(
          host,
          'A',
          addresses.filter((one) => !one.includes(':')).map((address) => ({ type: 'A', address })),
        ),
    })
    opened(dyndns, dyndns.stop)
    const zones = [hosted.zone, dynamic]
    const serve = async (role: 'authority' | 'resolver') => {
      const server = await startNameServer({ zones, role })
      return opened(server, server.close)
    }
    const servers = [await serve('authority'), await serve('authority')] as const
    const resolver = await serve('resolver')
    const dns = createDns({ udp: 500 })
    return {
      line,
      servers,
      resolver,
      hosted,
      dyndns,
      shows: ({ endpoint }, host) =>
        dns.query({ server: endpoint, name: host, type: 'A', recursion: false }, signal).then(
          ({ answers }) => answers.flatMap(({ data }) => (data.type === 'A' ? [data.address] : [])),
          () => undefined,
        ),
      neighbours: () =>
        JSON.stringify([
          hosted.records().filter(({ name }) => name !== HOME.mail && name !== HOME.otherMail),
          dynamic.at(Date.now()).records.filter(({ owner }) => owner !== HOME.dynamic),
        ]),
      close,
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
