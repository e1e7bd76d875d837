import type { Config } from '../../src/config/config.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/instant.ts'
import { parseEndpoint } from '../../src/dns/endpoint.ts'
import { parseName } from '../../src/dns/name.ts'

export const name = (text: string) => parseName(text)!
export const endpoint = (text: string) => parseEndpoint(text)!

/** A configuration that tests vary. */
export const config = (news: Partial<Config> = {}): Config => ({
  domains: [],
  hosts: [],
  exclude: [],
  accounts: [],
  types: ['A'],
  ipSources: ['http:http://ip.example.org/'],
  quorum: undefined,
  allowAddresses: ['192.0.2.0/24', '2001:db8::/32'],
  schedule: '*/5 * * * *',
  watch: [],
  watchInterval: 10 * SECOND,
  resolvers: [endpoint('192.0.2.100')],
  nameservers: [endpoint('192.0.2.53'), endpoint('192.0.2.54'), endpoint('192.0.2.55')],
  confirmTimeout: 2 * MINUTE,
  driftInterval: HOUR,
  refreshInterval: undefined,
  dailyUpdates: 40,
  listen: 'off',
  listenToken: undefined,
  stateDir: '/nowhere',
  outbound: 'unknown',
  doctorInterval: 'off',
  prober: undefined,
  dqsKey: undefined,
  dkimSelectors: [],
  log: { level: 'info', format: 'text' },
  ttl: undefined,
  ...news,
})
