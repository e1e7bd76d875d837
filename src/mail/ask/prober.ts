import { type ErrorKind, Failure } from '../../core/failure.ts'
import { type Milliseconds, SECOND } from '../../core/instant.ts'
import type { HttpResponse } from '../../ports/http.ts'
import type { Asker } from '../asker.ts'
import { quoted } from '../smtp/reply.ts'
import { parseSeen } from '../smtp/seen-json.ts'
import type { SmtpSeen, SmtpWish } from './smtp.ts'

/** Longer than any dialogue takes. */
const TIMEOUT: Milliseconds = 34 * SECOND

const KINDS: Readonly<Record<number, ErrorKind>> = { 401: 'auth', 403: 'auth', 429: 'rate-limited' }

/**
 * What the prober service sees at port 25 of one address. Reasons (`refused`, `silent`, `no-route`) are the service's word
 * about that port; that the service itself cannot be asked is a Failure without one. Never rejects.
 */
export async function askProber(asker: Asker, wish: SmtpWish): Promise<SmtpSeen | Failure> {
  const { outside, world, signal } = asker
  if (outside?.kind !== 'http') return new Failure('unsupported', 'no prober service is set')
  const { domain, host, address, tests } = wish
  const headers = {
    'content-type': 'application/json',
    ...(outside.token !== undefined && { authorization: `Bearer ${outside.token}` }),
  }
  try {
    const response = await world.http(
      {
        purpose: 'read',
        method: 'POST',
        url: `${outside.url.replace(/\/+$/, '')}/v1/smtp`,
        headers,
        family: address.includes(':') ? 6 : 4, // it looks at the address that calls it
        body: JSON.stringify({ address, host, domain, tests }),
        timeout: TIMEOUT,
      },
      signal,
    )
    return response.status === 200 ? parseSeen(response.body) : refusal(response)
  } catch (thrown) {
    const { kind, message, cause } = Failure.from(thrown)
    return new Failure(kind, `the prober could not be asked: ${message}`, { cause })
  }
}

function refusal({ status, body }: HttpResponse): Failure {
  const kind = KINDS[status] ?? (status >= 500 ? 'unavailable' : 'rejected')
  const why = body.trim() === '' ? '' : `: ${quoted(body.trim())}`
  return new Failure(kind, `the prober answered ${status}${why}`)
}
