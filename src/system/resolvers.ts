import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { type Endpoint, parseEndpoint } from '../dns/endpoint.ts'

/** The stub resolver's servers as resolv.conf names them now. */
export async function systemResolvers(): Promise<readonly Endpoint[]> {
  const servers = new Resolver().getServers().flatMap((text) => parseEndpoint(text) ?? [])
  const isLinkLocal = servers.some(({ address }) => address.startsWith('fe80:'))
  return isLinkLocal ? withZones(servers, await readFile('/etc/resolv.conf', 'utf8').catch(() => '')) : servers
}

/** Node leaves the zone of a link-local server out (`fe80::1%eth0`, as routers announce themselves); no socket finds it without. */
export function withZones(servers: readonly Endpoint[], resolvConf: string): readonly Endpoint[] {
  const named = [...resolvConf.matchAll(/^nameserver\s+([0-9a-f:]+)%([\w.-]+)\s*$/gim)]
  return servers.map((server) => {
    const zone = named.find(([, text = '']) => parseEndpoint(text)?.address === server.address)?.[2]
    return zone === undefined ? server : { ...server, zone }
  })
}
