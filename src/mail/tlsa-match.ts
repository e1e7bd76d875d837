import { Buffer } from 'node:buffer'
import { createHash, X509Certificate } from 'node:crypto'
import type { Tlsa } from './ask/tlsa.ts'
import { isForHost } from './certificate-host.ts'

/** What a server has shown: its own certificate first. undefined: that one cannot be read. */
export function readChain(chain: readonly Uint8Array[]): readonly [X509Certificate, ...X509Certificate[]] | undefined {
  const certificates: X509Certificate[] = []
  for (const der of chain) {
    try {
      const certificate = new X509Certificate(der)
      if (certificate.publicKey) certificates.push(certificate) // of a key that cannot be read, asking for it throws
    } catch {
      break // what comes after one that cannot be read is joined to nothing
    }
  }
  const [leaf, ...more] = certificates
  return leaf && [leaf, ...more]
}

/** The usages, selectors and matching types that senders of mail look at; 0 and 1 name public authorities (RFC 7672 3.1.3). */
export const isUsable = ({ usage, selector, matching }: Tlsa): boolean =>
  (usage === 2 || usage === 3) && selector <= 1 && matching <= 2

/** Whether one usable record fits: 3 the server's own certificate, 2 an authority above it, and then the name counts too (RFC 7672 3.1). */
export function fits(record: Tlsa, chain: readonly [X509Certificate, ...X509Certificate[]], host: string): boolean {
  const [leaf] = chain
  if (record.usage === 3) return associationOf(leaf, record) === record.data
  if (!isForHost(leaf, host)) return false
  return issuersOf(chain, record).some((issuer) => associationOf(issuer, record) === record.data)
}

/** The record that would fit the certificate: its key, as SHA-256. */
export const wantedRecord = (leaf: X509Certificate): string =>
  `3 1 1 ${associationOf(leaf, { selector: 1, matching: 1 })}`

function associationOf(
  certificate: X509Certificate,
  { selector, matching }: Pick<Tlsa, 'selector' | 'matching'>,
): string {
  const bytes = selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' })
  return matching === 0
    ? bytes.toString('hex')
    : createHash(matching === 1 ? 'sha256' : 'sha512')
        .update(bytes)
        .digest('hex')
}

/** The certificates above the first, each having signed the one before; an authority given whole in the record counts too. */
function issuersOf(chain: readonly [X509Certificate, ...X509Certificate[]], record: Tlsa): readonly X509Certificate[] {
  const given =
    record.selector === 0 && record.matching === 0 ? readChain([Buffer.from(record.data, 'hex')]) : undefined
  const issuers: X509Certificate[] = []
  let last = chain[0]
  for (const next of [...chain.slice(1), ...(given ?? [])]) {
    if (!signed(next, last)) continue
    issuers.push(next)
    last = next
  }
  return issuers
}

const signed = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
