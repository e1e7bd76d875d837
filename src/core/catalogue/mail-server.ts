import type { FindingAbout } from './about.ts'

/** What can be wrong with the mail server, as a sender meets it. */
export const MAIL_SERVER = {
  'smtp-banner-mismatch': {
    means: "The mail server greets with another name than the MX host's, or refuses.",
    why: 'A wrong name lowers the trust of receivers. A refusal, or the greeting of a router, means that mail does not reach the mail server.',
    reference: 'RFC 5321 4.2, 4.3.1',
    severities: ['error', 'warn', 'unknown'],
    stopsMail: true,
  },
  'smtp-no-starttls': {
    means: 'The mail server does not offer STARTTLS, or it fails.',
    why: 'Mail crosses the net in the clear, and senders that insist on encryption do not deliver it.',
    reference: 'RFC 3207 4',
    severities: ['error', 'warn', 'unknown'],
  },
  'certificate-name': {
    means: 'The certificate does not name the MX host.',
    why: 'Senders that check it (MTA-STS, DANE) do not deliver. Most others do not look.',
    reference: 'RFC 8461 4.1, RFC 9525 6.3',
    severities: ['error', 'warn', 'info', 'unknown'],
  },
  'certificate-expiry': {
    means: 'The certificate has expired, or will soon.',
    why: 'Senders that check it (MTA-STS) do not deliver then; mail programs of your users warn, or refuse.',
    reference: 'RFC 5280 4.1.2.5',
    severities: ['error', 'warn', 'unknown'],
  },
  'tlsa-mismatch': {
    means: 'The certificate is none that the TLSA record (DANE) allows.',
    why: 'Senders that use DANE do not deliver: Posteo, web.de, GMX, Telekom, Microsoft and others.',
    reference: 'RFC 7672 2.2, RFC 7671 8.1',
    severities: ['error', 'warn', 'unknown'],
  },
  'mta-sts-mismatch': {
    means: 'The MTA-STS policy does not fit the MX, or cannot be fetched.',
    why: 'With the mode enforce senders such as Google and Microsoft do not deliver to a host that the policy does not name.',
    reference: 'RFC 8461 4.1',
    severities: ['error', 'warn', 'unknown'],
  },
  'postmaster-refused': {
    means: 'The mail server refuses mail for postmaster.',
    why: 'That address must exist: it is how others tell you that something is wrong.',
    reference: 'RFC 5321 4.5.1',
    severities: ['warn', 'unknown'],
  },
  'open-relay': {
    means: 'The mail server takes mail from strangers for strangers.',
    why: 'Spammers find it within hours, and within a day it stands on every block list.',
    reference: 'RFC 5321 3.6.1, RFC 2505 2.1',
    severities: ['error', 'unknown'],
    optIn: '--relay-test',
  },
} as const satisfies Record<string, FindingAbout>
