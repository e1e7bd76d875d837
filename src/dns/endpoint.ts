import { type IpAddress, parseAddress } from './rrset.ts'

/** Where a name server listens. */
export interface Endpoint {
  readonly address: IpAddress
  readonly port: number
  /** The interface that a link-local address belongs to. */
  readonly zone?: string | undefined
}

/** `ADDRESS`, `ADDRESS:PORT` or `[IPV6]:PORT`; port 53 unless named. */
export function parseEndpoint(text: string, defaultPort = 53): Endpoint | undefined {
  const bare = parseAddress(text.trim().replace(/^\[(.*)\]$/, '$1'))
  if (bare) return { address: bare, port: defaultPort }
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text.trim())
  const address = match && parseAddress((match[1] ?? match[2])!)
  const port = Number(match?.[3])
  return address && port > 0 && port < 65536 ? { address, port } : undefined
}

/** What a socket takes: `fe80::1%eth0`. */
export const scopedAddress = ({ address, zone }: Endpoint): string => (zone ? `${address}%${zone}` : address)

/** The port is shown only where it is not 53. */
export function describeEndpoint(endpoint: Endpoint): string {
  const address = scopedAddress(endpoint)
  if (endpoint.port === 53) return address
  return address.includes(':') ? `[${address}]:${endpoint.port}` : `${address}:${endpoint.port}`
}
