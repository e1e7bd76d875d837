import { Failure } from '../../core/failure.ts'
import type { Finding } from '../../core/finding.ts'
import type { SmtpFacts } from '../ask/smtp.ts'
import type { TlsaFacts } from '../ask/tlsa.ts'
import type { Check } from '../check.ts'
import type { Facts, HostFacts } from '../facts.ts'
import { about, listed, unexamined } from '../finding.ts'
import { fits, isUsable, readChain, wantedRecord } from '../tlsa-match.ts'

export const tlsaCheck: Check = {
  ids: ['tlsa-mismatch'],
  judge: (facts) => facts.hosts.filter(({ role }) => role === 'ours').flatMap((host) => judgeHost(facts, host)),
}

const ID = 'tlsa-mismatch'
const MATCHING = 'RFC 7672 2.2, RFC 7671 8.1'

function judgeHost(facts: Facts, { exchange, tlsa, ports }: HostFacts): readonly Finding[] {
  const what = `the TLSA records of ${exchange}`
  if (tlsa instanceof Failure) return [unexamined(ID, facts, what, tlsa, { reference: MATCHING })]
  if (tlsa.records.length === 0 || tlsa.secure === false) return [] // senders look at signed ones only
  const usable = tlsa.records.filter(isUsable)
  if (usable.length === 0) return [unusable(facts, exchange, tlsa)]
  const seen = ports.flatMap(({ address, seen: dialogue }) => {
    const chain = readChain(chainIn(dialogue))
    return chain ? [{ address, chain }] : []
  })
  if (seen.length === 0) return [unexamined(ID, facts, what, whyUnseen(ports), { reference: MATCHING })]
  const wrong = seen.filter(({ chain }) => !usable.some((record) => fits(record, chain, exchange)))
  const [first] = wrong
  if (!first) return []
  const where = listed([...new Set(wrong.map(({ address }) => address))])
  return [
    about(ID, severityOf(tlsa), facts, {
      message: `no TLSA record of _25._tcp.${exchange} fits the certificate that ${where} shows: ${meaning(tlsa)}`,
      remedy: `Publish at _25._tcp.${exchange} the TLSA record "${wantedRecord(first.chain[0])}". Before the next change of the key publish the new record first, and remove the old one after twice its TTL.`,
      reference: MATCHING,
    }),
  ]
}

const severityOf = ({ secure }: TlsaFacts) => (secure ? 'error' : 'warn')

function meaning({ secure }: TlsaFacts): string {
  const who = 'senders that use DANE (Posteo, web.de, GMX, Telekom, Microsoft) send no mail there'
  return secure ? who : `${who} if the zone is signed, which no resolver on this machine can tell`
}

const unusable = (facts: Facts, exchange: string, tlsa: TlsaFacts): Finding =>
  about(ID, 'warn', facts, {
    message: `the TLSA records of _25._tcp.${exchange} (${tlsa.records.map(({ usage, selector, matching }) => `${usage} ${selector} ${matching}`).join(', ')}) are none that senders of mail look at`,
    remedy: `Publish a record that begins with "3 1 1" (the key of the certificate, as SHA-256) or "2 1 1" (that of its authority).`,
    reference: 'RFC 7672 3.1.3',
  })

const chainIn = (seen: SmtpFacts['seen']): readonly Uint8Array[] => {
  const tls = seen instanceof Failure ? undefined : seen.starttls?.tls
  return tls === undefined || tls instanceof Failure ? [] : tls.chain
}

function whyUnseen(ports: readonly SmtpFacts[]): string {
  const [first] = ports
  if (!first) return 'port 25 was not asked for its certificate'
  const { seen } = first
  if (seen instanceof Failure) return seen.message
  const tls = seen.starttls?.tls
  if (tls instanceof Failure) return tls.message
  if (tls) return 'its certificate cannot be read'
  return seen.ended?.message ?? `${first.address} offers no STARTTLS`
}
