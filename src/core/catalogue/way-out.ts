import type { FindingAbout } from './about.ts'

/** What can be wrong with mail that the server sends. */
export const WAY_OUT = {
  'outbound-25-blocked': {
    means: 'Port 25 is blocked on the way out.',
    why: 'The mail server cannot deliver to others itself. Many providers of home lines close that port.',
    reference: 'RFC 5321 4.5.4.2',
    severities: ['error', 'warn', 'info', 'unknown'],
  },
  'iprev-missing': {
    means: 'The address has no reverse name (PTR).',
    why: 'Google, Microsoft and the German providers refuse mail that comes straight from such an address.',
    reference: 'RFC 8601 3; Google, Microsoft, web.de, T-Online',
    severities: ['error', 'warn', 'info', 'unknown'],
  },
  'iprev-mismatch': {
    means: 'The reverse name does not lead back to the address.',
    why: 'Receivers take such a pair for forged. Only the provider of the line can change the reverse name.',
    reference: 'RFC 8601 3; Google, web.de, T-Online',
    severities: ['error', 'warn', 'info', 'unknown'],
  },
  'iprev-generic': {
    means: 'The reverse name is one of a home line.',
    why: 'web.de, GMX and T-Online refuse mail straight from names that the provider makes out of the address; others trust it less.',
    reference: 'web.de and GMX: sender requirements; T-Online 4.1',
    severities: ['warn', 'info'],
  },
  'spf-missing': {
    means: 'The domain has no SPF record.',
    why: 'Others can send in its name, and Google wants SPF or DKIM of every sender.',
    reference: 'RFC 7208 3; Google',
    severities: ['warn', 'unknown'],
  },
  'spf-fails': {
    means: 'The SPF record does not allow your own address, or is wrong.',
    why: 'Mail that the server sends itself is marked as spam or refused.',
    reference: 'RFC 7208 4.6, 8',
    severities: ['error', 'warn', 'info', 'unknown'],
  },
  'spf-stale-address': {
    means: 'The SPF record holds an address that the line no longer has.',
    why: 'Somebody else has it now, and may send in your name; while your own mail fails the check.',
    reference: 'RFC 7208 5.6',
    severities: ['warn', 'info', 'unknown'],
  },
  'dmarc-missing': {
    means: 'The domain has no DMARC record.',
    why: 'Large receivers want one, and without it nobody is told of mail that is sent in your name.',
    reference: 'RFC 7489 6.6.3; Google, Microsoft',
    severities: ['warn', 'unknown'],
  },
  'dkim-missing': {
    means: 'No DKIM key of the domain was found.',
    why: 'web.de and GMX take no mail without a signature, and Google and Microsoft trust it less.',
    reference: 'RFC 6376 3.6.2; web.de and GMX',
    severities: ['warn', 'unknown'],
  },
  'dnsbl-listed': {
    means: 'The address stands on a block list.',
    why: 'Most receivers refuse mail from it. Either something here sends spam, or somebody before you did.',
    reference: 'RFC 5782 2; Spamhaus',
    severities: ['error', 'warn', 'info'],
  },
  'dnsbl-policy': {
    means: 'The address lies in a range that is not meant to send mail itself.',
    why: 'It is no accusation: the provider of the line has listed its home lines. Mail by a smarthost is not affected.',
    reference: 'Spamhaus PBL',
    severities: ['error', 'warn', 'info'],
  },
  'dnsbl-unknown': {
    means: 'The block list did not tell.',
    why: 'Spamhaus answers neither public resolvers nor those of home lines. That is no listing, and not the opposite.',
    reference: 'Spamhaus: return codes 127.255.255.x',
    severities: ['unknown'],
  },
} as const satisfies Record<string, FindingAbout>
