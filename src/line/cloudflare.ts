import { Failure } from '../core/failure.ts'
import type { IpAddress } from '../dns/rrset.ts'
import { withinBlocks } from '../dns/special-purpose.ts'

/** https://www.cloudflare.com/ips/: its proxies and tunnels ask from there, and no line at home has one of them. */
const RANGES = [
  '173.245.48.0/20',
  '103.21.244.0/22',
  '103.22.200.0/22',
  '103.31.4.0/22',
  '141.101.64.0/18',
  '108.162.192.0/18',
  '190.93.240.0/20',
  '188.114.96.0/20',
  '197.234.240.0/22',
  '198.41.128.0/17',
  '162.158.0.0/15',
  '104.16.0.0/13',
  '104.24.0.0/14',
  '172.64.0.0/13',
  '131.0.72.0/22',
  '2400:cb00::/32',
  '2606:4700::/32',
  '2803:f800::/32',
  '2405:b500::/32',
  '2405:8100::/32',
  '2a06:98c0::/29',
  '2c0f:f248::/32',
]
const isCloudflares = withinBlocks(RANGES)

/** What was seen from outside, handed on unless Cloudflare asked in this box's place. The Failure starts with `who`. */
export function notCloudflares<T extends readonly IpAddress[]>(addresses: T, who: string): T {
  const own = addresses.find(isCloudflares)
  if (own === undefined) return addresses
  throw new Failure(
    'protocol',
    `${who}: answered ${own}, an address of Cloudflare: a proxy or the WARP tunnel asked in this box's place. Let mxhome go out without it, or name another source`,
  )
}

/**
 * Cloudflare's /cdn-cgi/trace tells which host it was asked as, and whether its tunnel WARP asked in our place; another
 * text tells neither.
 */
export function checkTrace(body: string, host: string, who: string): void {
  if (/^warp=(?:on|plus)\s*$/m.test(body)) {
    throw new Failure('protocol', `${who}: this box asks through Cloudflare WARP`)
  }
  const [, asked] = /^h=(\S+)/m.exec(body) ?? []
  if (asked === undefined || !/^ip=/m.test(body) || bare(asked) === bare(host)) return
  throw new Failure(
    'protocol',
    `${who}: answered as another host than was asked: a proxy or a redirection is in the way. Let mxhome go out without it, or name another source`,
  )
}

/** Without a port, and without the brackets of IPv6. */
const bare = (host: string) =>
  host
    .toLowerCase()
    .replace(/^([^:]+|\[.+\]):\d+$/, '$1')
    .replace(/^\[(.+)\]$/, '$1')
