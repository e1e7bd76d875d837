import { Failure } from '../../src/core/failure.ts'
import type { Fault } from '../support/replay.ts'

const answer =
  (status: number, body = '', headers = {}): Fault =>
  () => ({ status, body, headers })

const broken =
  (kind: 'network' | 'cancelled', sent: boolean): Fault =>
  ({ purpose }) => {
    throw new Failure(kind, 'no answer', { lost: sent && purpose === 'write' })
  }

/** A debugging page shows the request, credentials and all. */
const echo: Fault = ({ url, headers }) => ({ status: 200, body: `${url} ${JSON.stringify(headers)}`, headers: {} })

interface Met {
  readonly fault: Fault
  /** The verdict for a request that reads, and for one that writes. */
  readonly reading: string
  readonly writing: string
  readonly retryAfter?: number
}

const met = (fault: Fault, reading: string, writing: string, retryAfter?: number): Met => ({
  fault,
  reading,
  writing,
  ...(retryAfter === undefined ? {} : { retryAfter }),
})

/** What may meet any request of any provider. */
export const FAULTS: Readonly<Record<string, Met>> = {
  'no connection': met(broken('network', false), 'network', 'network'),
  'no answer': met(broken('network', true), 'network', 'unknown'),
  'an abort': met(broken('cancelled', true), 'cancelled', 'unknown'),
  'a service that is down': met(answer(503, 'upstream down'), 'unavailable', 'unavailable'),
  'a bad gateway': met(answer(502, '<html><title>502 Bad Gateway</title></html>'), 'unavailable', 'unknown'),
  'a gateway time-out': met(answer(504), 'unavailable', 'unknown'),
  'too many requests': met(answer(429, 'slow down', { 'retry-after': '77' }), 'rate-limited', 'rate-limited', 77),
  'too many requests until a date': met(
    answer(429, '', { 'retry-after': 'Wed, 25 Nov 2026 12:01:17 GMT' }),
    'rate-limited',
    'rate-limited',
    77,
  ),
  'an empty body': met(answer(200, ''), 'protocol', 'unknown'),
  'a login page': met(answer(200, '<!doctype html><title>Sign in</title>'), 'protocol', 'unknown'),
  'a page that repeats the request': met(echo, 'protocol', 'unknown'),
  'a captive portal': met(answer(302, '', { location: 'http://portal.example/?to=x' }), 'protocol', 'protocol'),
}
