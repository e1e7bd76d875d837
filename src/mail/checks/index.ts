import type { Check } from '../check.ts'
import { authenticationCheck } from './authentication.ts'
import { backupCheck } from './backup.ts'
import { blocklistCheck } from './blocklist.ts'
import { certificateCheck } from './certificate.ts'
import { dnssecCheck } from './dnssec.ts'
import { hostCheck } from './host.ts'
import { lineCheck } from './line.ts'
import { mtaStsCheck } from './mta-sts.ts'
import { mxCheck } from './mx.ts'
import { outboundCheck } from './outbound.ts'
import { portCheck } from './port.ts'
import { reverseCheck } from './reverse.ts'
import { smtpCheck } from './smtp.ts'
import { spfCheck } from './spf.ts'
import { tlsaCheck } from './tlsa.ts'
import { zoneCheck } from './zone.ts'

/** In the order in which an admin would look: the MX, its host, the way in, the mail server, the way out. */
export const CHECKS: readonly Check[] = [
  mxCheck,
  hostCheck,
  zoneCheck,
  dnssecCheck,
  lineCheck,
  portCheck,
  backupCheck,
  smtpCheck,
  certificateCheck,
  tlsaCheck,
  mtaStsCheck,
  outboundCheck,
  reverseCheck,
  spfCheck,
  authenticationCheck,
  blocklistCheck,
]
