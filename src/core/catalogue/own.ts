import type { FindingAbout } from './about.ts'

/** What concerns mxhome and its line. */
export const OWN = {
  'sources-disagree': {
    means: 'The address sources do not agree.',
    why: 'One of them sees another way out (a VPN, a proxy, a second line); if no majority is left, nothing is changed.',
    reference: 'settings ipSources and quorum',
    severities: ['warn', 'info'],
    byRound: true,
  },
  'other-family-unknown': {
    means: 'Only one of A and AAAA was sent, since the other was not known.',
    why: 'The service may have cleared the other record.',
    reference: 'mxhome: companions',
    severities: ['warn'],
    byRound: true,
  },
  'state-unwritable': {
    means: 'The state folder cannot be written.',
    why: 'mxhome cannot remember what it has sent: services that punish repeats get nothing from a one-shot until it can.',
    reference: 'mxhome: stateDir',
    severities: ['error'],
    byRound: true,
  },
  'notify-through-itself': {
    means: 'A notification about the mail host would go through that host.',
    why: 'You would hear of the fault only after it is over.',
    reference: 'mxhome: notify',
    severities: ['warn'],
  },
  'fritzbox-verify': {
    means: 'The FRITZ!Box compares a name with its own address.',
    why: 'With the name of another host it reports a fault that is none, and asks its DynDNS service again and again.',
    reference: 'AVM: DynDNS of the FRITZ!Box',
    severities: ['warn', 'info'],
    byRound: true,
  },
} as const satisfies Record<string, FindingAbout>
