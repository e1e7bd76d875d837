import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startNameServer } from '../../src/demo/name-server.ts'
import { startDyndns2 } from '../../src/demo/strict-dyndns2.ts'
import { createZone } from '../../src/demo/zone.ts'
import { describeEndpoint } from '../../src/dns/endpoint.ts'
import type { RoundDocument } from '../../src/report/document.ts'
import { mxhome, openFolder, type Settings } from './program.ts'

const PASSWORD = 's3cr3t-Passw0rd'

/**
 * Hosts at a strict dyndns2 service, the zone behind it on two name servers, a line whose address a file holds.
 * `parent`: where its folder is made, for those that need a certain disk.
 */
export async function openDyndnsLine(hosts: readonly string[], parent?: string) {
  const folder = openFolder(parent)
  const told = new Set<() => void>()
  const soa = { type: 'SOA', mname: 'ns1.dyn.example', rname: 'h.dyn.example', serial: 1, minimum: 60 } as const
  const zone = createZone('dyn.example', [{ owner: 'dyn.example', ttl: 60, data: soa }])
  const service = await startDyndns2({
    users: { anna: PASSWORD },
    hosts,
    onUpdate: (host, addresses) => {
      zone.write([
        ...zone.at(Date.now()).records.filter(({ owner }) => owner !== host),
        ...addresses.map((address) => ({
          owner: host,
          ttl: 60,
          data: { type: address.includes(':') ? 'AAAA' : 'A', address } as const,
        })),
      ])
      for (const tell of told) tell()
      told.clear()
    },
  })
  const servers = await Promise.all([startNameServer({ zones: [zone] }), startNameServer({ zones: [zone] })])
  const endpoints = servers.map(({ endpoint }) => describeEndpoint(endpoint))
  const settings: Settings = {
    MXHOME_HOSTS: hosts.join(','),
    MXHOME_PROVIDER: 'dyndns2',
    DYNDNS2_BASE_URL: service.url,
    DYNDNS2_USERNAME: 'anna',
    DYNDNS2_PASSWORD: PASSWORD,
    MXHOME_RESOLVERS: endpoints[0]!,
    MXHOME_NAMESERVERS: endpoints.join(','),
    MXHOME_ALLOW_ADDRESSES: '203.0.113.0/24,198.18.0.0/15',
    MXHOME_IP_SOURCES: `command:cat ${join(folder.path, 'address')}`,
    MXHOME_CONFIRM_TIMEOUT: '2s',
    MXHOME_DAILY_UPDATES: '10000',
  }
  return {
    folder,
    service,
    servers,
    zone,
    settings,
    secret: PASSWORD,
    address: (text: string) => writeFileSync(join(folder.path, 'address'), text),
    /** Resolves when the service has taken the next update, before its answer leaves. */
    updated: () => new Promise<void>((resolve) => void told.add(resolve)),
    async update(...args: string[]) {
      const ended = await mxhome(['update', '--json', ...args], settings, folder.path)
      return { ...ended, document: JSON.parse(ended.stdout || '{"targets":[]}') as RoundDocument }
    },
    async leave() {
      await Promise.all([service.stop(), ...servers.map((server) => server.close())])
      folder.leave()
    },
  }
}
