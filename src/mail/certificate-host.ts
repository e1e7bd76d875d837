import type { X509Certificate } from 'node:crypto'

/** The subject's CN is no name of a host (RFC 9525 6.3). Node.js throws for a name with a NUL, which no certificate is for. */
export const isForHost = (certificate: X509Certificate, host: string): boolean =>
  !host.includes('\0') && certificate.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined
