import { BlockList, isIP, SocketAddress } from 'node:net'
import { addressOfBytes, bytesOfAddress } from './address-bytes.ts'
import type { IpAddress } from './rrset.ts'

/** Why an address cannot be a mail host's. */
export interface NotPublic {
  /** In CIDR notation. */
  readonly block: string
  readonly name: string
  /** As prose: `RFC 1918`. */
  readonly rfc: string
  /** What it says of the line when the line's own router shows it. */
  readonly explain?: 'behind-cgnat' | 'double-nat' | undefined
  /** What usually stands behind it, for the user. */
  readonly hint?: string | undefined
}

type Row = readonly [block: string, name: string, rfc: string, more?: Pick<NotPublic, 'explain' | 'hint'>]

const HOME: Row[3] = { explain: 'double-nat', hint: 'an address of a home or office network, behind a router' }
const ANYCAST: Row[3] = { hint: 'many servers share this address' }
const SINK: Row[3] = { hint: 'a service that swallows stray DNS questions' }

/** IANA's special-purpose registries (RFC 6890, RFC 8190), multicast, and blocks that RFCs have withdrawn. */
const IPV4: readonly Row[] = [
  ['0.0.0.0/8', 'This network', 'RFC 791', { hint: 'not an address of a host' }],
  ['0.0.0.0/32', 'This host on this network', 'RFC 1122', { hint: 'the router has no address yet' }],
  ['10.0.0.0/8', 'Private-Use', 'RFC 1918', HOME],
  [
    '100.64.0.0/10',
    'Shared Address Space',
    'RFC 6598',
    { explain: 'behind-cgnat', hint: "carrier-grade NAT: the provider's customers share a public address" },
  ],
  ['127.0.0.0/8', 'Loopback', 'RFC 1122'],
  ['169.254.0.0/16', 'Link Local', 'RFC 3927', { hint: 'no DHCP server answered' }],
  ['172.16.0.0/12', 'Private-Use', 'RFC 1918', HOME],
  ['192.0.0.0/24', 'IETF Protocol Assignments', 'RFC 6890'],
  [
    '192.0.0.0/29',
    'IPv4 Service Continuity Prefix',
    'RFC 7335',
    { explain: 'behind-cgnat', hint: 'DS-Lite: IPv4 travels inside IPv6 to a shared address' },
  ],
  ['192.0.0.8/32', 'IPv4 dummy address', 'RFC 7600'],
  ['192.0.0.9/32', 'Port Control Protocol Anycast', 'RFC 7723', ANYCAST],
  ['192.0.0.10/32', 'TURN Anycast', 'RFC 8155', ANYCAST],
  ['192.0.0.170/32', 'NAT64/DNS64 Discovery', 'RFC 7050'],
  ['192.0.0.171/32', 'NAT64/DNS64 Discovery', 'RFC 7050'],
  ['192.0.2.0/24', 'Documentation (TEST-NET-1)', 'RFC 5737'],
  ['192.31.196.0/24', 'AS112-v4', 'RFC 7535', SINK],
  ['192.52.193.0/24', 'AMT', 'RFC 7450', ANYCAST],
  ['192.88.99.0/24', 'Deprecated 6to4 Relay Anycast', 'RFC 7526', ANYCAST],
  ['192.88.99.2/32', '6a44-relay anycast', 'RFC 6751', ANYCAST],
  ['192.168.0.0/16', 'Private-Use', 'RFC 1918', HOME],
  ['192.175.48.0/24', 'Direct Delegation AS112 Service', 'RFC 7534', SINK],
  [
    '198.18.0.0/15',
    'Benchmarking',
    'RFC 2544',
    { hint: 'proxies such as Clash hand it out in place of real addresses' },
  ],
  ['198.51.100.0/24', 'Documentation (TEST-NET-2)', 'RFC 5737'],
  ['203.0.113.0/24', 'Documentation (TEST-NET-3)', 'RFC 5737'],
  ['224.0.0.0/4', 'Multicast', 'RFC 5771'],
  ['240.0.0.0/4', 'Reserved', 'RFC 1112'],
  ['255.255.255.255/32', 'Limited Broadcast', 'RFC 919'],
]

/** Being "globally reachable" in the registry is no permission: those blocks are anycast or translators. */
const IPV6: readonly Row[] = [
  ['::/0', 'not assigned', 'RFC 4291'],
  ['::/96', 'IPv4-compatible, deprecated', 'RFC 4291'],
  ['::/128', 'Unspecified Address', 'RFC 4291'],
  ['::1/128', 'Loopback Address', 'RFC 4291'],
  ['::ffff:0:0/96', 'IPv4-mapped Address', 'RFC 4291'],
  ['64:ff9b::/96', 'IPv4-IPv6 Translation', 'RFC 6052', { hint: "someone else's IPv4 address, through a translator" }],
  ['64:ff9b:1::/48', 'IPv4-IPv6 Translation, local use', 'RFC 8215'],
  ['100::/64', 'Discard-Only Address Block', 'RFC 6666'],
  ['100:0:0:1::/64', 'Dummy IPv6 Prefix', 'RFC 9780'],
  ['2001::/23', 'IETF Protocol Assignments', 'RFC 2928'],
  ['2001::/32', 'TEREDO', 'RFC 4380', { hint: 'a tunnel, given up by its operators' }],
  ['2001:1::1/128', 'Port Control Protocol Anycast', 'RFC 7723', ANYCAST],
  ['2001:1::2/128', 'TURN Anycast', 'RFC 8155', ANYCAST],
  ['2001:1::3/128', 'DNS-SD Service Registration Protocol Anycast', 'RFC 9665', ANYCAST],
  ['2001:2::/48', 'Benchmarking', 'RFC 5180'],
  ['2001:3::/32', 'AMT', 'RFC 7450', ANYCAST],
  ['2001:4:112::/48', 'AS112-v6', 'RFC 7535', SINK],
  ['2001:10::/28', 'Deprecated ORCHID', 'RFC 4843'],
  ['2001:20::/28', 'ORCHIDv2', 'RFC 7343', { hint: 'an identifier that no router can reach' }],
  ['2001:30::/28', 'Drone Remote ID', 'RFC 9374'],
  ['2001:db8::/32', 'Documentation', 'RFC 3849'],
  ['2002::/16', '6to4', 'RFC 3056', { hint: 'a tunnel whose relays have been switched off (RFC 7526)' }],
  ['2620:4f:8000::/48', 'Direct Delegation AS112 Service', 'RFC 7534', SINK],
  ['3fff::/20', 'Documentation', 'RFC 9637'],
  ['5f00::/16', 'Segment Routing (SRv6) SIDs', 'RFC 9602'],
  ['fc00::/7', 'Unique-Local', 'RFC 4193', { hint: 'an address of the local network' }],
  ['fe80::/10', 'Link-Local Unicast', 'RFC 4291'],
  ['fec0::/10', 'Site-Local, deprecated', 'RFC 3879', { hint: 'an address of the local network' }],
  ['ff00::/8', 'Multicast', 'RFC 4291'],
]
const GLOBAL_UNICAST = '2000::/3'

type Family = 'ipv4' | 'ipv6'
interface Block {
  readonly prefix: number
  readonly list: BlockList
  readonly why: NotPublic | undefined
}

// one table a family: an IPv6 rule such as ::/0 would match IPv4 addresses as well, by way of ::ffff:0:0/96
const TABLES: Readonly<Record<Family, () => readonly Block[]>> = {
  ipv4: once(() => longestFirst(IPV4.map(blockOf))),
  ipv6: once(() => longestFirst([...IPV6.map(blockOf), { ...allOf(GLOBAL_UNICAST, 'ipv6'), why: undefined }])),
}

const ALL_OF_IPV4 = once(() =>
  blockList(
    IPV4.map(([block]) => block),
    'ipv4',
  ),
)

/** Why the address cannot be a public one; undefined: it can, or lies in one of the blocks `allow` (CIDR notation). */
export function whyNotPublic(address: IpAddress, allow: readonly string[] = []): NotPublic | undefined {
  const family = familyOf(address)
  if (allow.length > 0 && withinBlocks(allow)(address)) return undefined
  const parsed = new SocketAddress({ address, family }) // once, not once a block
  if (family === 'ipv4' && !ALL_OF_IPV4().check(parsed)) return undefined // most addresses, at one look
  return TABLES[family]().find(({ list }) => list.check(parsed))?.why
}

/** Tells of each address whether it lies in one of the blocks (CIDR notation). */
export function withinBlocks(blocks: readonly string[]): (address: IpAddress) => boolean {
  const lists = { ipv4: once(() => blockList(blocks, 'ipv4')), ipv6: once(() => blockList(blocks, 'ipv6')) }
  return (address) => {
    const family = familyOf(address)
    return lists[family]().check(address, family)
  }
}

const familyOf = (address: IpAddress): Family => (address.includes(':') ? 'ipv6' : 'ipv4')

/** `198.51.100.0/24`, `2001:db8::/32`, its address in canonical form; a bare address is a block of one. undefined: neither. */
export function parseBlock(
  text: string,
): { readonly address: IpAddress; readonly prefix: number; readonly family: Family } | undefined {
  const match = /^([0-9a-f.:]+)\s*(?:\/(\d{1,3}))?$/i.exec(text.trim())
  const address = match?.[1] ?? ''
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
  const bits = family === 'ipv4' ? 32 : 128
  const prefix = Number(match?.[2] ?? bits)
  if (isIP(address) === 0 || prefix > bits) return undefined
  // Not by parseAddress, which makes IPv4 of ::ffff:0:0/96.
  return { address: addressOfBytes(bytesOfAddress(address as IpAddress)), prefix, family }
}

function allOf(block: string, family: Family) {
  return { prefix: parseBlock(block)!.prefix, list: blockList([block], family) }
}

/** Made when it is first asked for: most lines have one family. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

function blockOf([block, name, rfc, more]: Row): Block {
  const { prefix, family } = parseBlock(block)!
  return { prefix, list: blockList([block], family), why: { block, name, rfc, ...more } }
}

function blockList(blocks: readonly string[], family: Family): BlockList {
  const list = new BlockList()
  for (const block of blocks.map(parseBlock)) {
    if (block?.family === family) list.addSubnet(block.address, block.prefix, family)
  }
  return list
}

function longestFirst(blocks: readonly Block[]): readonly Block[] {
  return blocks.toSorted((one, other) => other.prefix - one.prefix)
}
