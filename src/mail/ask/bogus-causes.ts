import { Buffer } from 'node:buffer'
import { type Instant, SECOND } from '../../core/instant.ts'
import type { Message } from '../../dns/message.ts'
import { isNewer } from '../../dns/serial.ts'

/** INFO-CODEs of RFC 8914 4 that speak of signatures. 5 and 6 name no cause. */
const SIGNATURE_ERRORS: Readonly<Record<number, string>> = {
  1: 'a key algorithm that is not supported',
  2: 'a DS digest that is not supported',
  7: 'signature expired',
  8: 'signature not yet valid',
  9: 'no key fits the DS record at the parent',
  10: 'signatures are missing',
  11: 'a key that is no zone key',
  12: 'proof of absence is missing',
  25: 'signature expired before it was valid',
  27: 'NSEC3 iterations that are not supported',
}
const BOGUS = [5, 6, ...Object.keys(SIGNATURE_ERRORS).map(Number)]
/** Of a resolver that got no answer itself. */
const NETWORK = [14, 22, 23]
const RRSIG = 46

/** What a resolver's SERVFAIL is about, by its extended errors; undefined: it names none. */
export function aboutSignatures({ extendedErrors = [] }: Message): boolean | undefined {
  if (extendedErrors.some((code) => BOGUS.includes(code))) return true
  return extendedErrors.some((code) => NETWORK.includes(code)) ? false : undefined
}

/**
 * What the signatures themselves show, which came unchecked; else the causes that the resolver names. It names the true
 * one only at first: unbound later says of a zone with old signatures that its key is missing.
 */
export function causesOf(refusal: Message, unchecked: Message, now: Instant): readonly string[] {
  const shown = signaturesOf(unchecked).flatMap((signature) => whyUntimely(signature, now))
  const named = (refusal.extendedErrors ?? []).flatMap((code) => SIGNATURE_ERRORS[code] ?? [])
  return [...new Set(shown.length > 0 ? shown : named)]
}

const signaturesOf = ({ answers, authorities }: Message): readonly Buffer[] =>
  [...answers, ...authorities].flatMap(({ data }) =>
    data.type === 'opaque' && data.number === RRSIG && data.bytes.length >= 18 ? [Buffer.from(data.bytes)] : [],
  )

/** Expiration and inception are seconds that begin again (RFC 4034 3.1.5). */
function whyUntimely(signature: Buffer, now: Instant): readonly string[] {
  const seconds = Math.floor(now / SECOND) >>> 0
  if (isNewer(seconds, signature.readUInt32BE(8))) return ['signature expired']
  return isNewer(signature.readUInt32BE(12), seconds) ? ['signature not yet valid'] : []
}
