import type { NotPublic } from '../dns/special-purpose.ts'

const LOCAL =
  'That reaches the local network only: look whether the router gives this box a global IPv6 address, or name another source.'
const TUNNEL = 'Switch the tunnel off on this box, so that the IPv6 of the line itself is seen.'
const NO_LINE = 'Nothing has been given an address there yet: look at the cable, the router and the line.'

const BY_BLOCK: Readonly<Record<string, string>> = {
  '0.0.0.0/8': NO_LINE,
  '0.0.0.0/32': NO_LINE,
  '169.254.0.0/16': NO_LINE,
  '198.18.0.0/15': 'A proxy on the way hands that out: let mxhome ask past it, or name another source.',
  'fc00::/7': LOCAL,
  'fe80::/10': LOCAL,
  'fec0::/10': LOCAL,
  '2001::/32': TUNNEL,
  '2002::/16': TUNNEL,
}

/** What an address that cannot be public means for a mail server, and what to do about it, in one sentence. */
export function remedyOfRefusal({ block, explain }: NotPublic): string {
  if (explain === 'behind-cgnat')
    return 'The ISP shares one IPv4 address among its customers, so nobody can reach port 25 on this line: ask the ISP for a public IPv4 address.'
  if (explain === 'double-nat')
    return 'This box sees only the inner network: name a source outside (MXHOME_IP_SOURCES=auto), or look whether a second router stands before the line.'
  return BY_BLOCK[block] ?? 'Nobody on the internet can reach that: correct this source, or leave it out.'
}
