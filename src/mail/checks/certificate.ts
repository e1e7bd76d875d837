import { X509Certificate } from 'node:crypto'
import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import { DAY, type Instant } from '../../core/instant.ts'
import type { TlsSeen } from '../../ports/tcp.ts'
import { isForHost } from '../certificate-host.ts'
import type { Check } from '../check.ts'
import type { Facts, HostFacts } from '../facts.ts'
import { quoted } from '../smtp/reply.ts'
import { about, blindness, insistence, notSeen, oursOf, unique, usableTlsa, viewsOf } from '../smtp/views.ts'

/** Of the server's own certificate, as the handshake showed it. Where none is offered, there is nothing to judge. */
export const certificateCheck: Check = {
  ids: ['certificate-name', 'certificate-expiry'],
  judge: (facts) => oursOf(facts).flatMap((host) => unique(judgeHost(facts, host))),
}

function judgeHost(facts: Facts, host: HostFacts): readonly Finding[] {
  const blind = blindness(host)
  if (blind) return unreadable(facts, host, blind.message)
  return viewsOf(host).flatMap(({ seen }) => {
    const tls = seen.starttls?.tls
    if (tls instanceof Failure) return unreadable(facts, host, tls.message)
    if (tls) return judgeTls(facts, host, tls)
    // Not offered is another finding; not come so far is none.
    return seen.ended && !seen.ehlo ? unreadable(facts, host, seen.ended.message) : []
  })
}

const unreadable = ({ domain }: Facts, { exchange }: HostFacts, why: string): readonly Finding[] => [
  notSeen('certificate-name', domain, `for which name the certificate of ${exchange} is`, why, 'RFC 9525 6'),
  notSeen('certificate-expiry', domain, `until when the certificate of ${exchange} is valid`, why, 'RFC 5280 4.1.2.5'),
]

function judgeTls(facts: Facts, host: HostFacts, { chain, untrusted }: TlsSeen): readonly Finding[] {
  const certificate = parsed(chain[0])
  const [from, to] = [Date.parse(certificate?.validFrom ?? ''), Date.parse(certificate?.validTo ?? '')]
  if (!certificate || Number.isNaN(from + to)) return unreadable(facts, host, 'it cannot be read')
  return [...judgeName(facts, host, certificate, untrusted), ...judgeTimes(facts, host, from, to)]
}

function parsed(der: Uint8Array | undefined): X509Certificate | undefined {
  try {
    return der && new X509Certificate(der)
  } catch {
    return undefined
  }
}

function judgeName(facts: Facts, host: HostFacts, certificate: X509Certificate, untrusted: string | undefined) {
  const { domain } = facts
  const { exchange } = host
  const enforced = insistence(facts, host) === 'MTA-STS'
  const named = isForHost(certificate, exchange)
  // What has expired is told below; a name that fits is enough for senders that only want TLS.
  const distrusted = enforced && untrusted !== undefined && untrusted !== 'CERT_HAS_EXPIRED'
  if (named && !distrusted) return []
  const pinned = usableTlsa(host.tlsa).some(({ usage }) => usage === 3)
  const severity = enforced ? 'error' : pinned ? 'info' : 'warn'
  const names = quoted(certificate.subjectAltName ?? 'no name at all')
  const effect = enforced
    ? `senders that keep to the MTA-STS policy of ${domain} send nothing`
    : pinned
      ? 'which DANE makes good'
      : 'senders that look at it may refuse TLS'
  return [
    about('certificate-name', severity, domain, {
      message: named
        ? `the certificate of ${exchange} is not trusted (${quoted(untrusted!)}): ${effect}`
        : `the certificate of ${exchange} is for another name (${names}): ${effect}`,
      remedy: `Issue a certificate for ${exchange} (for example by Let's Encrypt), and name it in the mail server.`,
      reference: 'RFC 9525 6, RFC 8461 4.2',
    }),
  ]
}

/** Let's Encrypt renews 30 days before the end; of certificates that live for days, when a third is left. */
function judgeTimes({ domain, now }: Facts, { exchange }: HostFacts, from: Instant, to: Instant): readonly Finding[] {
  const left = to - now
  const early = from > now
  if (!early && left >= Math.min(14 * DAY, (to - from) / 3)) return []
  const day = (instant: Instant) => new Date(instant).toISOString().slice(0, 10)
  const what = early
    ? `is not valid before ${day(from)}`
    : left < 0
      ? `has expired on ${day(to)}`
      : `expires on ${day(to)}, and was not renewed in time`
  return [
    about('certificate-expiry', early || left < 0 ? 'error' : 'warn', domain, {
      message: `the certificate of ${exchange} ${what}`,
      remedy: early
        ? "Look at this machine's clock, and at the mail server's; else issue it again."
        : 'Renew it; look at the timer that should have done so, and whether the mail server reads it again afterwards.',
      reference: 'RFC 5280 4.1.2.5',
    }),
  ]
}
