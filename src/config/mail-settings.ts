import { list } from './kind.ts'
import { durationOrOff, oneOf } from './kinds.ts'
import { dkimSelector, dqsKey, prober } from './mail-kinds.ts'
import type { Setting } from './setting.ts'

/** What the examination of the mail path is told. */
export const MAIL_SETTINGS = {
  outbound: {
    env: 'MXHOME_OUTBOUND',
    kind: oneOf('direct', 'smarthost', 'unknown'),
    default: 'unknown',
    about:
      'How the mail server sends: itself to every receiver (direct), or all by a smarthost; decides how much its reverse name, block lists and SPF matter',
  },
  doctorInterval: {
    env: 'MXHOME_DOCTOR_INTERVAL',
    kind: durationOrOff(),
    default: '24h',
    about: 'How often the daemon examines the mail path, as far as that costs strangers nothing',
  },
  prober: {
    env: 'MXHOME_PROBER',
    kind: prober,
    otherwise: 'none: port 25 is seen from this machine only',
    about:
      'A machine outside that asks port 25 for mxhome doctor: one that runs a prober, by its URL with its token before an @, or one that ssh leads to',
  },
  dqsKey: {
    env: 'MXHOME_DQS_KEY',
    kind: dqsKey,
    otherwise: "none: Spamhaus' public servers are asked, which refuse most home lines",
    about: 'The key of a Spamhaus Data Query Service account, which is free for small use',
    secret: true,
  },
  dkimSelectors: {
    env: 'MXHOME_DKIM_SELECTORS',
    kind: list(dkimSelector),
    otherwise: 'none: whether there is a key at all is looked up',
    about: 'The selectors with which the mail server or the smarthost signs (DKIM)',
  },
} as const satisfies Record<string, Setting>
