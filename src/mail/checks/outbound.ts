import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { Check } from '../check.ts'
import type { Outbound } from '../facts.ts'
import { about } from '../smtp/views.ts'

export const outboundCheck: Check = {
  ids: ['outbound-25-blocked'],
  judge({ domain, outbound, wishes }) {
    if (outbound instanceof Failure) return [unknown(domain, outbound.message)]
    const { tried, isOnline } = outbound
    if (tried.some(({ outcome }) => outcome === 'open')) return []
    if (!isOnline) return [unknown(domain, 'port 443 answers nowhere either, so the line itself is down')]
    const hosts = tried.map(({ host, outcome }) => `${host} (${outcome})`).join(', ')
    const direct = wishes.outbound === 'direct' ? '' : wishes.outbound === 'unknown' ? 'if you send directly, ' : ''
    return [
      about('outbound-25-blocked', SEVERITY[wishes.outbound], domain, {
        message: `port 25 outwards is blocked on this line: ${hosts}; ${direct}${CONSEQUENCE[wishes.outbound]}`,
        remedy: REMEDY[wishes.outbound],
        reference: 'RFC 5068 3.1',
      }),
    ]
  },
}

const SEVERITY: Readonly<Record<Outbound, Finding['severity']>> = {
  direct: 'error',
  smarthost: 'info',
  unknown: 'warn',
}

const CONSEQUENCE: Readonly<Record<Outbound, string>> = {
  direct: 'no mail leaves',
  smarthost: 'a smarthost on port 465 or 587 is not touched by it',
  unknown: 'no mail leaves',
}

const ASK = "Send by your mail provider's smarthost (port 465 or 587), or ask the internet provider to open port 25."
const REMEDY: Readonly<Record<Outbound, string>> = {
  direct: ASK,
  smarthost: 'Nothing to do.',
  unknown: `${ASK} If you send by a smarthost already, say so (MXHOME_OUTBOUND=smarthost)`,
}

const unknown = (domain: Parameters<typeof about>[2], why: string): Finding =>
  about('outbound-25-blocked', 'unknown', domain, {
    message: `whether port 25 outwards is open could not be examined: ${why}`,
    remedy: 'Run it again when the line is up.',
    reference: 'RFC 5068 3.1',
  })
