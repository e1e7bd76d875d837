import type { FindingAbout } from './about.ts'

/** What can be wrong with the host's addresses and its zone. */
export const HOST = {
  'host-address-differs': {
    means: 'The name servers give another address than the line has.',
    why: 'Mail goes to an address that belongs to somebody else by now, or to nobody.',
    reference: 'RFC 5321 5.1',
    severities: ['error', 'warn', 'unknown'],
    stopsMail: true,
    byRound: true,
  },
  'host-proxied': {
    means: "The provider's proxy stands in front of the host.",
    why: 'A web proxy takes no mail: nothing listens on port 25 at its addresses.',
    reference: 'RFC 5321 5.1',
    severities: ['error', 'warn'],
    stopsMail: true,
    byRound: true,
  },
  'ttl-too-long': {
    means: 'The address record has a long time to live.',
    why: 'After a change of the address other servers use the old one until that time has passed.',
    reference: 'RFC 2181 8',
    severities: ['warn'],
  },
  'zone-servers-differ': {
    means: 'The name servers of the zone do not agree with each other, or with the delegation.',
    why: 'Some senders see the old address or no answer at all, depending on which server they ask.',
    reference: 'RFC 1034 4.2.2, RFC 1912 2.8',
    severities: ['warn', 'info', 'unknown'],
  },
  'name-servers-unreachable': {
    means: 'Authoritative name servers could not be asked.',
    why: 'What the world sees cannot be examined from here; and if others cannot ask them either, the domain is gone for them.',
    reference: 'RFC 1034 4.3.1',
    severities: ['warn'],
    byRound: true,
  },
  'dns-intercepted': {
    means: 'Something in between answers in the place of the name servers.',
    why: 'The router or the provider of the line redirects DNS to a cache of its own: what the name servers really say stays hidden.',
    reference: 'RFC 1034 4.3.1',
    severities: ['warn'],
    byRound: true,
  },
  'dnssec-bogus': {
    means: 'The signatures of the zone are wrong or have expired.',
    why: 'Who validates (most large receivers, and many resolvers) gets no answer at all: for them the domain does not exist.',
    reference: 'RFC 4035 5.5, RFC 8914 4',
    severities: ['error', 'unknown'],
    stopsMail: true,
  },
} as const satisfies Record<string, FindingAbout>
