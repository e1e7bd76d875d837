import { Failure, type Reason } from '../core/failure.ts'
import type { HttpRequest } from '../ports/http.ts'
import type { Progress } from './http-transport.ts'

interface Circumstances {
  readonly request: HttpRequest
  readonly origin: string
  readonly progress: Progress
  readonly lost: boolean
}

const IF_RIGHT = 'if that is right, name it by caBundle (of an address source: by NODE_EXTRA_CA_CERTS)'
const UNKNOWN_AUTHORITY = `its certificate comes from an unknown authority; ${IF_RIGHT}`

/** What Node, OpenSSL and axios mean by their codes. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before an answer',
  EPIPE: 'the connection was closed before an answer',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'there is no route to it',
  EADDRNOTAVAIL: 'there is no route to it',
  EAI_AGAIN: 'its name could not be looked up: no name server answered (is the line up?)',
  CERT_HAS_EXPIRED: "its certificate has expired (or this machine's clock is ahead): who runs it must renew it",
  CERT_NOT_YET_VALID: "its certificate is not valid yet (or this machine's clock is behind)",
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is self-signed; ${IF_RIGHT}`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate comes from an unknown, self-signed authority; ${IF_RIGHT}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_REVOKED: 'its certificate has been revoked',
  EPROTO: 'it does not speak TLS there (an http:// address, or another port?)',
}
/** What a proxy meets says nothing of this machine's own way. */
const REASONS: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'silent',
  EHOSTUNREACH: 'silent', // by a router on the way that gets no answer itself
  EAI_AGAIN: 'silent',
}
const NO_ROUTE = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/** An error of axios or Node as a Failure; of the request it names the origin alone. The error itself holds secrets and is dropped. */
export function describeFailure(thrown: unknown, { request, origin, progress, lost }: Circumstances): Failure {
  const {
    code = '',
    message = '',
    cause,
  } = thrown as NodeJS.ErrnoException & { cause?: { cert?: { subjectaltname?: string } } }
  if (message.startsWith('maxContentLength')) {
    return new Failure('protocol', `${origin}: the answer is longer than ${request.maxBytes ?? '1 Mi'} bytes`, { lost })
  }
  // zlib's, Brotli's and Zstandard's
  if (/^(Z_|ERR_BROTLI|ERR__ERROR_|ZSTD_|ERR_BUFFER)/.test(code)) {
    return new Failure('protocol', `${origin}: the answer cannot be unpacked (${code})`, { lost })
  }
  if (code.startsWith('HPE_')) {
    return new Failure('protocol', `${origin}: the answer is not HTTP (${code})`, { lost })
  }
  const where =
    request.proxy !== undefined && !progress.sent && progress.tunnel !== 200
      ? `the proxy on the way to ${origin}`
      : origin
  const own =
    request.proxy !== undefined ? undefined : code === 'ENOTFOUND' && request.family ? 'no-family' : REASONS[code]
  const reason = NO_ROUTE.has(code) ? 'no-route' : own
  return new Failure('network', `${where}: ${explain(code, request.family, cause?.cert?.subjectaltname)}`, {
    lost,
    reason,
  })
}

function explain(code: string, family: 4 | 6 | undefined, names: string | undefined): string {
  if (code === 'ENOTFOUND') return family ? `its name has no IPv${family} address` : 'its name does not exist'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const whose = names ? `: ${names.slice(0, 200)}` : ''
    return `its certificate is for another name${whose}; name it as its certificate does, or find out who answers in its place`
  }
  if (code === 'ERR_BAD_RESPONSE') return 'the connection was closed in the middle of the answer'
  if (code.startsWith('ERR_SSL')) return `TLS failed (${code}; an http:// address, or another port?)`
  return CODES[code] ?? `the request failed${code ? ` (${code})` : ''}`
}
