import { Failure } from '../../src/core/failure.ts'
import { type Milliseconds, SECOND } from '../../src/core/instant.ts'
import type { Asked, Reply } from '../../src/demo/loopback-http.ts'
import type { Message } from '../../src/dns/message.ts'
import type { HttpRequest, HttpResponse } from '../../src/ports/http.ts'
import type { Chance } from './chance.ts'
import type { ServiceFault } from './happenings.ts'
import type { No, Service } from './services/service.ts'

/** What comes of one request, and after how long. */
export interface Met {
  readonly ms: Milliseconds
  readonly come: HttpResponse | Failure
}

/** The faults of a service that answers no, and why. */
const SAID: readonly (readonly [ServiceFault, No])[] = [
  ['error', 'down'],
  ['busy', 'too-often'],
  ['refuses', 'auth'],
  ['blocks', 'blocked'],
  ['cannot', 'cannot'],
]

/** One request meets a service that has these faults: what arrives there, and what comes back. `act` does the work. */
export function meet(
  request: HttpRequest,
  service: Service,
  faults: ReadonlySet<ServiceFault>,
  chance: Chance,
  act: () => Reply,
): Met {
  const writes = request.purpose === 'write'
  const after = (ms: Milliseconds, come: HttpResponse | Failure): Met => ({ ms, come })
  const broken = () => new Failure('network', 'the connection was reset', { lost: writes })
  if (faults.has('unreachable')) return after(chance.whole(1, 2000), new Failure('network', 'connection refused'))
  for (const [fault, why] of SAID)
    if (faults.has(fault)) return after(80, responseOf(no(service, why, askedOf(request), chance)))
  if (writes && faults.has('breaks')) throw new TypeError('undefined is not a function')
  if (faults.has('garbage')) {
    const said = `You wanted ${request.url} ${Object.values(request.headers ?? {})}`
    return after(80, responseOf({ status: 200, body: `<html><title>Welcome. ${said}</title></html>` }))
  }
  if (writes && faults.has('lost-request')) return after(chance.whole(10, 2000), broken())
  const reply = act()
  if (writes && faults.has('lost-answer')) return after(chance.whole(10, 2000), broken())
  if (writes && faults.has('bad-gateway'))
    return after(80, responseOf({ status: 502, body: '<html>bad gateway</html>' }))
  if (faults.has('late')) return after(30 * SECOND, new Failure('network', 'no answer within 30 s', { lost: writes }))
  if (writes && faults.has('twice')) act()
  const body = faults.has('cut') ? reply.body.slice(0, chance.whole(0, reply.body.length)) : reply.body
  return after(chance.whole(20, 300), responseOf({ ...reply, body }))
}

/** The same for a question to a service that is a name server: nobody needs a key to ask. */
export function meetQuestion(faults: ReadonlySet<ServiceFault>, answer: () => Message): Message | Failure {
  if (faults.has('unreachable')) return new Failure('network', 'the primary did not answer')
  if (faults.has('garbage')) return new Failure('protocol', 'the primary sends something that is no DNS answer')
  if (faults.has('error') || faults.has('busy')) return { ...answer(), rcode: 'SERVFAIL', answers: [] }
  return answer()
}

/** How a service says no: in its own words, else as HTTP has it. */
export function no({ says }: Service, why: No, asked: Asked, chance: Chance): Reply {
  const own = says?.(why, asked)
  if (own) return own
  if (why !== 'too-often') return { status: STATUS[why], body: why }
  const headers: Record<string, string> = chance.happens(0.5) ? { 'retry-after': String(chance.whole(1, 7200)) } : {}
  return { status: 429, headers, body: 'too many requests' }
}

const STATUS: Readonly<Record<Exclude<No, 'too-often'>, number>> = {
  down: 503,
  auth: 401,
  gone: 404,
  blocked: 403,
  cannot: 403,
}

const responseOf = ({ status, headers, body }: Reply): HttpResponse => ({ status, headers: { ...headers }, body })

export const askedOf = ({ method, url, headers = {}, body = '' }: HttpRequest): Asked => ({
  method,
  url: new URL(url),
  headers: { 'user-agent': 'mxhome/1.0.0', ...headers },
  body,
})
