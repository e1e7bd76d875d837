import { type ErrorKind, Failure, type Reason } from '../../core/failure.ts'
import type { TlsSeen } from '../../ports/tcp.ts'
import type { Reply, SmtpSeen } from '../ask/smtp.ts'
import { printable } from './reply.ts'

/** What a prober saw, as it sends it: certificates in base64, a failure as `{"failure": {"kind", "reason", "message"}}`. */
export const formatSeen = (seen: SmtpSeen | Failure): string =>
  JSON.stringify(
    seen instanceof Failure
      ? failureJson(seen)
      : {
          ...seen,
          starttls: seen.starttls && { reply: seen.starttls.reply, tls: tlsJson(seen.starttls.tls) },
          ended: seen.ended && failureJson(seen.ended),
        },
  )

/** Throws a Failure `protocol` for a text that is not such a document. Nothing but printable ASCII comes out. */
export function parseSeen(text: string): SmtpSeen | Failure {
  const whole = recordOf(jsonOf(text), 'the document')
  if (whole.failure !== undefined) return failureOf(whole)
  return {
    greeting: optional(whole.greeting, replyOf),
    ehlo: optional(whole.ehlo, replyOf),
    capabilities: listOf(whole.capabilities, textOf, MOST_LINES),
    starttls: optional(whole.starttls, starttlsOf),
    postmaster: optional(whole.postmaster, replyOf),
    unknownRecipient: optional(whole.unknownRecipient, replyOf),
    relay: optional(whole.relay, replyOf),
    ended: optional(whole.ended, failureOf),
  }
}

const MOST_LINES = 20_000
const MOST_CERTIFICATES = 20
const MOST_TEXT = 4096
const KINDS: readonly ErrorKind[] = ['network', 'unavailable', 'rejected', 'unsupported', 'protocol', 'cancelled']
const REASONS: readonly Reason[] = ['refused', 'silent', 'no-route']

const failureJson = ({ kind, reason, message }: Failure) => ({ failure: { kind, reason, message } })

const tlsJson = (tls: TlsSeen | Failure) =>
  tls instanceof Failure
    ? failureJson(tls)
    : { ...tls, chain: tls.chain.map((der) => Buffer.from(der).toString('base64')) }

function starttlsOf(value: unknown) {
  const { reply, tls } = recordOf(value, 'starttls')
  const handshake = recordOf(tls, 'tls')
  return {
    reply: optional(reply, replyOf),
    tls: handshake.failure === undefined ? tlsOf(handshake) : failureOf(handshake),
  }
}

const tlsOf = ({ protocol, cipher, chain, untrusted }: Readonly<Record<string, unknown>>): TlsSeen => ({
  protocol: textOf(protocol),
  cipher: textOf(cipher),
  chain: listOf(chain, derOf, MOST_CERTIFICATES),
  untrusted: optional(untrusted, textOf),
})

function replyOf(value: unknown): Reply {
  const { code, lines } = recordOf(value, 'a reply')
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 200 || code > 599) throw odd('a reply code')
  return { code, lines: listOf(lines, textOf, MOST_LINES) }
}

/** A kind that is none of these is none that a dialogue ends with. */
function failureOf(value: unknown): Failure {
  const { kind, reason, message } = recordOf(recordOf(value, 'a failure').failure, 'a failure')
  const known = KINDS.find((one) => one === kind)
  const why = optional(reason, (one) => REASONS.find((other) => other === one) ?? undefined)
  if (!known || (reason != null && !why)) throw odd('a failure')
  return new Failure(known, textOf(message), { reason: why })
}

function derOf(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]{4,}={0,2}$/.test(value)) throw odd('a certificate')
  return new Uint8Array(Buffer.from(value, 'base64'))
}

function textOf(value: unknown): string {
  if (typeof value !== 'string' || value.length > MOST_TEXT) throw odd('a text')
  return printable(value)
}

function listOf<T>(value: unknown, each: (one: unknown) => T, most: number): readonly T[] {
  if (!Array.isArray(value) || value.length > most) throw odd('a list')
  return value.map(each)
}

const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value)

function recordOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw odd(what)
  return value as Readonly<Record<string, unknown>>
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw odd('JSON')
  }
}

const odd = (what: string) => new Failure('protocol', `the prober's answer is not as expected: ${what}`)
