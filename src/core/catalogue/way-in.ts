import type { FindingAbout } from './about.ts'

/** What can keep mail from coming in. */
export const WAY_IN = {
  'behind-cgnat': {
    means: 'The line has no public IPv4 address of its own.',
    why: 'Behind carrier-grade NAT or DS-Lite nobody can connect to you over IPv4: no mail can come in that way.',
    reference: 'RFC 6598 7, RFC 6333',
    severities: ['error', 'warn', 'unknown'],
    stopsMail: true,
  },
  'double-nat': {
    means: 'The router stands behind another router.',
    why: 'A port has to be forwarded on both. Forgotten on the outer one, nothing comes in.',
    reference: 'RFC 1918',
    severities: ['warn', 'info'],
  },
  'port-forward-missing': {
    means: 'The router does not forward port 25.',
    why: 'It throws away what comes in on port 25: no mail reaches the mail server.',
    reference: 'RFC 5321 4.5.4.2',
    severities: ['error', 'warn'],
    stopsMail: true,
  },
  'port-25-closed': {
    means: 'Nothing answers on port 25 at the published address.',
    why: 'Senders try again for days, then return the mail.',
    reference: 'RFC 5321 4.5.4.2',
    severities: ['error', 'warn', 'unknown'],
    stopsMail: true,
  },
  'port-25-inconclusive': {
    means: 'From here it cannot be told whether port 25 is open.',
    why: 'Many routers do not lead a connection from inside back in (hairpin NAT), and some answer themselves. Only a view from outside proves it.',
    reference: 'RFC 5382 REQ-8',
    severities: ['info'],
  },
  'aaaa-unreachable': {
    means: 'An IPv6 address is published, but port 25 does not answer there.',
    why: 'Many senders try IPv6 first, and wait until they give up. An AAAA record that does not answer is worse than none.',
    reference: 'RFC 5321 5.1',
    severities: ['warn', 'unknown'],
  },
  'backup-mx-silent': {
    means: 'A backup does not answer.',
    why: 'It is only needed when your own host is down, and then it is too late to notice.',
    reference: 'RFC 5321 5.1',
    severities: ['warn', 'unknown'],
  },
  'backup-mx-accepts-all': {
    means: 'A backup takes mail for recipients that do not exist.',
    why: 'It has to return such mail later, to forged senders (backscatter). That gets it onto block lists, and your domain into trouble.',
    reference: 'RFC 5321 6.1',
    severities: ['warn', 'unknown'],
    optIn: '--relay-test',
  },
} as const satisfies Record<string, FindingAbout>
